"""Transfers a second, and pages of accounts with few and with many entries."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID

import psycopg
from django.core.management import call_command
from django.db import connection

from bench.matters.ground import Ground
from bench.matters.table import Table, ms, p95, timed
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.queries import verify
from linli.kernel.points import queries
from linli.kernel.points.queries.proving import faults

from . import ledger, writers

TURNS = 8
_accounts: dict[str, list[str]] = {}


def prepare(on: Ground, count: int) -> None:
    """A database that is filled once and copied for every run, so that each begins with the same."""
    filled, name = f"points_{count}", on.name("points")
    if on.create(filled):
        print(f"filling {filled}", flush=True)
        on.use(filled)
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        with psycopg.connect(_admin(on, filled)) as admin:
            ledger.fill(admin, count)
    on.drop("points")
    with psycopg.connect(on.engine.superuser_dsn, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{on.name(filled)}" OWNER linli')
    on.use("points")
    call_command("migrate", verbosity=0, interactive=False)  # one filled some time ago, with --data
    ledger.declare()
    with psycopg.connect(_admin(on, "points")) as admin:
        for one in (ledger.LEDGER, ledger.EXPIRING):
            _accounts[one] = ledger.accounts(admin, one)
    _right()


def _admin(on: Ground, rows: str) -> str:
    """As a role that triggers can be turned off by."""
    dsn: str = on.engine.superuser_dsn
    return dsn.replace("/linli?", f"/{on.name(rows)}?")


def _right() -> None:
    """What `linli check --points` asks. The run ends here where something does not add up."""
    wrong = [f"{one.what} {one.id}" for one in faults(5)]
    assert not wrong, wrong


def transfers(on: Ground, table: Table, *, seconds: float, processes: int) -> None:
    """Bare, over all accounts, over ten, and bare again: what else the machine does changes from minute to minute."""
    crew = writers.Crew(on.name("points"), processes)
    plain, expiring = _accounts[ledger.LEDGER], _accounts[ledger.EXPIRING]
    rounds = (
        (f"transfers over {len(plain):,} accounts", plain),
        ("transfers over 10 accounts", plain[:10]),
        (f"transfers over {len(expiring):,} accounts, with lots that expire", expiring),
    )
    done = 0
    _round(on, crew, "bare", plain, 0.5)  # until all are there
    before = _round(on, crew, "bare", plain, seconds / 2)
    for what, accounts in rounds:
        taken = _round(on, crew, "verb", accounts, seconds)
        after = _round(on, crew, "bare", plain, seconds / 2)
        limit, bare_cpu = (before.rate + after.rate) / 2, (before.cpu + after.cpu) / 2
        before = after
        goal = "≥ 0.3" if accounts is not expiring else ""
        table.add(
            f"{what}, 32 writers",
            f"{taken.rate:.0f} /s",
            "",
            f"{taken.rate / limit:.2f} of {limit:.0f} bare inserts",
            goal,
        )
        table.add(
            "processor of it, writers and PostgreSQL", ms(taken.cpu), "",
            f"{bare_cpu / taken.cpu:.2f}: a bare insert takes {ms(bare_cpu)}",
        )  # fmt: skip
        done += taken.done
        if len(accounts) == 10:
            locks = _round(on, crew, "rows", accounts, seconds / 2)
            table.add(
                "two of ten rows changed by psycopg",
                f"{locks.rate:.0f} /s",
                "",
                f"the transfers are {taken.rate / locks.rate:.2f} of it",
            )
    crew.leave()
    _together(table)
    _prove(table, done)


@dataclass(frozen=True, slots=True)
class _Round:
    """How many were done, how many of them a second, and seconds of processor for each."""

    done: int
    rate: float
    cpu: float


def _round(on: Ground, crew: writers.Crew, what: str, accounts: list[str], seconds: float) -> _Round:
    """All writers for so long. The run ends here where one of them was refused or met an error."""
    before = _server_cpu(on)
    came = crew.run(what, accounts, seconds)
    server = _server_cpu(on) - before
    done, own = came.pop("done"), came.pop("microseconds") / 1e6
    assert not came, came
    return _Round(done, done / seconds, (server + own) / done)


def _server_cpu(on: Ground) -> float:
    """Seconds of processor that PostgreSQL has taken, with its processes that are gone."""
    with psycopg.connect(on.engine.superuser_dsn) as admin:
        at = admin.execute("SHOW data_directory").fetchone()
    assert at is not None
    first = int(Path(at[0], "postmaster.pid").read_text().split()[0])
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(process.name) == first:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == first:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _together(table: Table) -> None:
    """How many writers shared a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.sees', '*', false)")
        cursor.execute(
            "SELECT count(*)::float / count(DISTINCT tx) FROM audit_record WHERE verb = 'points.transfer'"
        )
        table.note(f"{cursor.fetchone()[0]:.1f} transfers to a transaction, in the middle.")


def _prove(table: Table, acknowledged: int) -> None:
    """No update was lost: each transfer that was acknowledged is there once with its record, and the books are right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.sees', '*', false)")
        cursor.execute("SELECT count(*) FROM points_transfer WHERE key NOT LIKE 'bench %'")
        there = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM audit_record WHERE verb = 'points.transfer'")
        recorded = cursor.fetchone()[0]
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        deadlocks = cursor.fetchone()[0]
    assert there == recorded == acknowledged, (there, recorded, acknowledged)
    assert deadlocks == 0, deadlocks
    _right()
    broken = list(verify())
    assert not broken, broken[:5]
    table.note(
        f"{acknowledged:,} transfers acknowledged: each there once, with its record; no deadlock; the books proved as by"
        " `linli check --points`, and the chain of records."
    )


def pages(on: Ground, table: Table, *, lines: int) -> None:
    """The statement and the balance of an account with ten entries, and of one with very many."""
    few, many = _accounts[ledger.LEDGER][-1], _accounts[ledger.LEDGER][-2]
    write_past(on, few, 10)
    write_past(on, many, lines)
    for what, ask in (
        ("balance", _balance),
        ("statement, first page", _first),
        ("statement, a page in the middle", _middle),
    ):
        short, long = [], []
        for _turn in range(TURNS):  # in turns: what else the machine does falls on both alike
            short += timed(lambda ask=ask: ask(few, 10), 5)
            long += timed(lambda ask=ask: ask(many, lines), 5)
        ratio = (
            f"{min(long) / min(short):.2f} of 10 entries at best, {median(long) / median(short):.2f} in the middle"
        )
        table.add(f"{what}, {lines:,} entries", ms(median(long)), ms(p95(long)), ratio, "constant")
    _right()
    table.note(
        "The past of the two accounts is generated by set, triggers off for it alone; the books are proved after it."
    )


def write_past(on: Ground, account: str, count: int) -> None:
    """So many entries on an account as if they had been written one after the other; its balance is then their sum."""
    with psycopg.connect(_admin(on, "points")) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            """
            WITH issue AS (SELECT i.id, i.balance, i.version FROM points_account i JOIN points_account a ON a.book_id = i.book_id
                           WHERE a.id = %(account)s AND i.owner = 'issue'),
            made AS MATERIALIZED (
              SELECT n, uuidv7() AS id FROM generate_series(1, %(count)s) n),
            moved AS (
              INSERT INTO points_transfer (id, ledger, kind, state, source_id, target_id, amount, asked, event_at, recorded_at, key,
                digest, rule, reason, basis, evidence, why_less)
              SELECT m.id, %(ledger)s, 'grant', 'posted', i.id, %(account)s, 1, 1, now(), now(), m.id::text, '', '', '', '', '[]', ''
              FROM made m, issue i)
            INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)
            SELECT m.id, %(account)s, 1, a.balance + m.n - 1, a.balance + m.n, a.version + m.n
            FROM made m, points_account a WHERE a.id = %(account)s
            UNION ALL
            SELECT m.id, i.id, -1, i.balance - m.n + 1, i.balance - m.n, i.version + m.n FROM made m, issue i
            """,
            {"account": account, "count": count, "ledger": ledger.LEDGER},
        )
        for sign, which in (
            (1, "a.id = %s"),
            (-1, "a.owner = 'issue' AND a.book_id = (SELECT book_id FROM points_account WHERE id = %s)"),
        ):
            admin.execute(
                f"UPDATE points_account a SET balance = balance + %s, version = version + %s WHERE {which}",  # type: ignore[arg-type]
                [sign * count, count, account],
            )
        admin.commit()
        admin.autocommit = True
        admin.execute("ANALYZE points_transfer, points_entry")


def _balance(account: str, _lines: int) -> None:
    with as_system():
        queries.one(UUID(account), by=SYSTEM)


def _first(account: str, _lines: int) -> None:
    with as_system():
        assert queries.statement(UUID(account), by=SYSTEM).lines


def _middle(account: str, lines: int) -> None:
    with as_system():
        assert queries.statement(UUID(account), by=SYSTEM, before=lines // 2 + 2).lines
