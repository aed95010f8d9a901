"""Proves the books: every balance from its entries, every ledger and community at nought, every lot from its moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from linli.kernel.access import as_system

_FAULTS = {
    "balance": """
        SELECT a.id::text FROM points_account a
        LEFT JOIN (SELECT account_id, sum(amount) total, count(*) n, max(version) last FROM points_entry GROUP BY account_id) e
          ON e.account_id = a.id
        WHERE a.balance <> coalesce(e.total, 0) OR a.version <> coalesce(e.n, 0) OR a.version <> coalesce(e.last, 0)""",
    "chain": """
        SELECT account_id::text FROM (
          SELECT account_id, previous, version, lag(current, 1, 0::bigint) OVER w AS before, lag(version, 1, 0::bigint) OVER w AS number
          FROM points_entry WINDOW w AS (PARTITION BY account_id ORDER BY version)) e
        WHERE previous <> before OR version <> number + 1 GROUP BY account_id""",
    "transfer": """
        SELECT t.id::text FROM points_transfer t
        LEFT JOIN (SELECT transfer_id, sum(amount) total, count(*) n, max(amount) most FROM points_entry GROUP BY transfer_id) e
          ON e.transfer_id = t.id
        WHERE coalesce(e.total, 0) <> 0
           OR coalesce(e.n, 0) <> CASE WHEN t.state <> 'posted' THEN 0 WHEN t.out_by_id IS NULL THEN 2 ELSE 4 END
           OR t.state = 'posted' AND e.most <> t.amount""",
    "book": """
        SELECT book_id::text FROM points_account GROUP BY book_id HAVING sum(balance) <> 0""",
    "mirror": """
        SELECT a.id::text FROM points_account a
        LEFT JOIN points_account b ON b.book_id = a.other_id AND b.other_id = a.book_id AND b.owner = 'clearing'
        WHERE a.owner = 'clearing' AND a.balance + coalesce(b.balance, 0) <> 0""",
    "promised": """
        SELECT a.id::text FROM points_account a
        LEFT JOIN (SELECT id, sum(amount) FILTER (WHERE leaves) reserved, sum(amount) FILTER (WHERE NOT leaves) arriving FROM (
            SELECT source_id id, amount, true leaves FROM points_transfer WHERE state = 'pending'
            UNION ALL SELECT target_id, amount, false FROM points_transfer WHERE state = 'pending'
            UNION ALL SELECT out_by_id, amount, false FROM points_transfer WHERE state = 'pending' AND out_by_id IS NOT NULL
            UNION ALL SELECT in_by_id, amount, true FROM points_transfer WHERE state = 'pending' AND in_by_id IS NOT NULL) p GROUP BY id) p
          ON p.id = a.id
        WHERE a.reserved <> coalesce(p.reserved, 0) OR a.arriving <> coalesce(p.arriving, 0)""",
    "limit": """
        SELECT id::text FROM points_account WHERE balance - reserved < lowest OR balance + arriving > highest""",
    "lots": """
        SELECT a.id::text FROM points_account a
        LEFT JOIN (SELECT account_id, sum("left") total FROM points_lot GROUP BY account_id) l ON l.account_id = a.id
        WHERE coalesce(l.total, 0) <> CASE WHEN a.keeps_lots THEN greatest(0, a.balance - a.reserved) ELSE 0 END""",
    "lot": """
        SELECT l.id::text FROM points_lot l
        LEFT JOIN (SELECT lot_id, sum(amount) total FROM points_lotmove GROUP BY lot_id) m ON m.lot_id = l.id
        WHERE l."left" <> l.amount + coalesce(m.total, 0)""",
    "forgotten lot": """
        SELECT l.id::text FROM points_lot l
        WHERE l."left" > 0 AND l.expires_at IS NOT NULL AND NOT EXISTS (SELECT FROM points_due d WHERE d.lot_id = l.id)""",
    "closed": """
        SELECT t.id::text FROM points_transfer t
        JOIN points_account a ON a.id IN (t.source_id, t.target_id) JOIN points_period p ON p.book_id = a.book_id
        WHERE t.state = 'posted' AND t.event_at < p.ends_at AND coalesce(t.settled_at, t.recorded_at) > p.closed_at GROUP BY t.id""",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not add up. `what`: balance (is not its entries), chain (entries do not follow each other), transfer
    (has not its sides), book (is not nought), mirror (two communities say different things), promised, limit, lots (are not
    the balance), lot (is not its moves), forgotten lot (nobody will look whether it expires), closed (posted into a
    closed period). `id` is of the account, transfer, book or lot."""

    what: str
    id: str


def faults(most: int = 100) -> Iterator[Fault]:
    """Walks all books, in the database; yields nothing when they are right. Reads every entry once for each proof."""
    with as_system(), connection.cursor() as cursor:
        for what, query in _FAULTS.items():
            cursor.execute(f"{query} LIMIT {most:d}")
            for (id_,) in cursor.fetchall():
                yield Fault(what, id_)


@dataclass(frozen=True, slots=True)
class Size:
    """How much was proved."""

    accounts: int
    transfers: int
    entries: int


def size() -> Size:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM points_account), (SELECT count(*) FROM points_transfer),"
            " (SELECT count(*) FROM points_entry)"
        )
        return Size(*cursor.fetchone())
