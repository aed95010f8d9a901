"""The ledger this bench has: declared here, known to every process of it."""

from __future__ import annotations

LEDGER, EXPIRING, PLACE = "bench-points", "bench-expiring", "990101001001"


def declare() -> None:
    from linli.kernel.catalogue.registry import catalogue
    from linli.kernel.declare import Ledger, days

    catalogue().ledgers[LEDGER] = Ledger(LEDGER, transferable=True)
    catalogue().ledgers[EXPIRING] = Ledger(EXPIRING, transferable=True, expires=days(365))


def open_many(ledger: str, count: int) -> list[str]:
    """Accounts of persons with a million points each, written by set: how they come about is not what is measured."""
    from django.db import connection

    from linli.kernel.access import as_system

    with as_system(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(
            "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, account uuid, amount bigint, at timestamptz)"
        )
        cursor.execute(
            """
            WITH book AS (INSERT INTO points_book (id, ledger, place_code, current, opened_at)
                          VALUES (uuidv7(), %(ledger)s, %(place)s, true, now()) ON CONFLICT DO NOTHING RETURNING id)
            INSERT INTO points_account (id, book_id, ledger, owner, place_code, balance, reserved, arriving, version, keeps_lots, opened_at)
            SELECT uuidv7(), id, %(ledger)s, 'issue', %(place)s, 0, 0, 0, 0, false, now() FROM book
            """,
            {"ledger": ledger, "lots": ledger == EXPIRING, "place": PLACE},
        )
        cursor.execute(
            """
            WITH people AS (
              INSERT INTO people_person (id, name, place_code) SELECT uuidv7(), '居民', %(place)s FROM generate_series(1, %(n)s)
              RETURNING id)
            INSERT INTO points_account (id, book_id, ledger, owner, person_id, place_code, balance, reserved, arriving, lowest,
              version, keeps_lots, opened_at)
            SELECT uuidv7(), b.id, b.ledger, 'person', p.id, b.place_code, 0, 0, 0, 0, 0, %(lots)s, now()
            FROM people p, points_book b WHERE b.ledger = %(ledger)s RETURNING id::text
            """,
            {"ledger": ledger, "lots": ledger == EXPIRING, "place": PLACE, "n": count},
        )
        accounts = [row[0] for row in cursor.fetchall()]
        for begin in range(
            0, count, 100
        ):  # what one transaction did to one account, no other statement in it skips
            _fill(cursor, accounts[begin : begin + 100])
        cursor.execute("ANALYZE points_account, points_lot, points_transfer, points_entry")
    return accounts


def _fill(cursor: object, accounts: list[str]) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        """
        SELECT count(points_write(uuidv7(), a.ledger, 'grant', 'posted', i.id, a.id, NULL, NULL, 1000000, now(), now(), NULL,
          now() + interval '1 year', 'bench ' || a.id, '', '', NULL, '', '', '[]', NULL, false, NULL,
          NULL, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[a.book_id],
          NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
        FROM points_account a JOIN points_account i ON i.book_id = a.book_id AND i.owner = 'issue'
        WHERE a.id = ANY(%s::uuid[])
        """,
        [accounts],
    )
