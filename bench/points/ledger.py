"""The ledgers this bench has: declared here, known to every process of it; and what they are filled with."""

from __future__ import annotations

from typing import Any

import psycopg

LEDGER, EXPIRING, PLACE = "bench-points", "bench-expiring", "990101001001"
EACH = 1_000_000
"""What every account begins with."""


def declare() -> None:
    from linli.kernel.catalogue.registry import catalogue
    from linli.kernel.declare import Ledger, days

    catalogue().ledgers[LEDGER] = Ledger(LEDGER, transferable=True)
    catalogue().ledgers[EXPIRING] = Ledger(EXPIRING, transferable=True, expires=days(365))


def fill(admin: psycopg.Connection[Any], count: int) -> None:
    """So many persons with an account of each ledger and points on it, as if each had been given them by one transfer.

    By set, with the triggers off: how they come about is not what is measured. The run proves the books before it begins.
    """
    admin.execute("SET session_replication_role = replica")
    for statement in _BARE:
        admin.execute(statement)  # type: ignore[arg-type]
    for ledger in (LEDGER, EXPIRING):
        given = {"ledger": ledger, "lots": ledger == EXPIRING, "place": PLACE, "n": count, "each": EACH}
        for statement in (_BOOK, _ISSUE, _PEOPLE, _GRANTS, _LOTS, _DUE):
            admin.execute(statement, given)
    admin.commit()
    admin.autocommit = True
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM ANALYZE")


def accounts(admin: psycopg.Connection[Any], ledger: str) -> list[str]:
    """The accounts of persons in a ledger, in the order of their ids."""
    found = admin.execute(
        "SELECT id::text FROM points_account WHERE ledger = %s AND owner = 'person' ORDER BY id", [ledger]
    )
    return [row[0] for row in found.fetchall()]


_BARE = (
    "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, account uuid, amount bigint, at timestamptz)",
    "ALTER TABLE bench_bare OWNER TO linli",
    "CREATE TABLE bench_rows (id integer PRIMARY KEY, amount bigint)",
    "INSERT INTO bench_rows SELECT n, 0 FROM generate_series(0, 9) n",
    "ALTER TABLE bench_rows OWNER TO linli",
)
_BOOK = """
INSERT INTO points_book (id, ledger, place_code, current, opened_at)
VALUES (uuidv7(), %(ledger)s, %(place)s, true, now())
"""
_ISSUE = """
INSERT INTO points_account (id, book_id, ledger, owner, place_code, balance, reserved, arriving, version, keeps_lots, opened_at,
  moved_at)
SELECT uuidv7(), id, ledger, 'issue', place_code, -%(each)s::bigint * %(n)s, 0, 0, %(n)s, false, now(), now()
FROM points_book WHERE ledger = %(ledger)s
"""
_PEOPLE = """
WITH people AS (
  INSERT INTO people_person (id, name, place_code) SELECT uuidv7(), '居民', %(place)s FROM generate_series(1, %(n)s)
  RETURNING id)
INSERT INTO points_account (id, book_id, ledger, owner, person_id, place_code, balance, reserved, arriving, lowest,
  version, keeps_lots, opened_at, moved_at)
SELECT uuidv7(), b.id, b.ledger, 'person', p.id, b.place_code, %(each)s, 0, 0, 0, 1, %(lots)s, now(), now()
FROM people p, points_book b WHERE b.ledger = %(ledger)s
"""
_GRANTS = """
WITH given AS (
  SELECT a.id AS account, i.id AS issue, uuidv7() AS id, row_number() OVER (ORDER BY a.id) AS n
  FROM points_account a JOIN points_account i ON i.book_id = a.book_id AND i.owner = 'issue'
  WHERE a.ledger = %(ledger)s AND a.owner = 'person'),
moved AS (
  INSERT INTO points_transfer (id, ledger, kind, state, source_id, target_id, amount, asked, event_at, recorded_at, expires_at,
    key, digest, rule, reason, basis, evidence, why_less)
  SELECT id, %(ledger)s, 'grant', 'posted', issue, account, %(each)s, %(each)s, now(), now(),
    CASE WHEN %(lots)s THEN now() + interval '1 year' END, 'bench ' || account, '', '', '', '', '[]', '' FROM given)
INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)
SELECT id, account, %(each)s, 0, %(each)s, 1 FROM given
UNION ALL
SELECT id, issue, -%(each)s, -%(each)s::bigint * (n - 1), -%(each)s::bigint * n, n FROM given
"""
_LOTS = """
INSERT INTO points_lot (id, account_id, transfer_id, earned_at, expires_at, amount, "left")
SELECT uuidv7(), target_id, id, event_at, expires_at, amount, amount FROM points_transfer
WHERE ledger = %(ledger)s AND %(lots)s
"""
_DUE = """
INSERT INTO points_due (lot_id, at)
SELECT l.id, l.expires_at FROM points_lot l JOIN points_account a ON a.id = l.account_id WHERE a.ledger = %(ledger)s
"""
