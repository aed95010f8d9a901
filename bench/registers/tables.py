"""A report of 300 columns over 200 neighbourhoods, filled at once; a table of many rows taken in, beside a bare COPY of its facts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date

import psutil
from django.db import connection

from bench.matters.table import Table
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.clock.now import now
from linli.kernel.registers.defined import elements
from linli.kernel.registers.spreadsheets import Line
from linli.kernel.registers.verbs.importing import import_table
from linli.kernel.reports.columns import AGE, Column, Cond, Kind, Op
from linli.kernel.reports.columns import Table as Asked
from linli.kernel.reports.overview import overview
from linli.kernel.sealed import fingerprint

from .town import DISTRICT

COLUMNS = 300
TAKEN = ("call-button", "low-income")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_COPIED = "id, about, subject, element, place_code, value, source, entry_id, observed_at, recorded_at, seen_at, keep_until, state, contested"


def measure(table: Table, persons: int, rows: int) -> None:
    _report(table, persons)
    _import(table, rows)


def _report(table: Table, persons: int) -> None:
    """Counts and shares by element, by age, by both, and by two elements together."""
    alone, here = Cond("lives-alone", Op.IS, ("yes",)), Cond("residence-kind", Op.IS, ("registered-here",))
    columns = []
    for n in range(COLUMNS):
        old = Cond(AGE, Op.LEAST, (str(n % 100),))
        conds = ((alone,), (here,), (old,), (alone, old), (here, old), (alone, here), (alone, here, old))[n % 7]
        kind = Kind.SHARE if n % 3 == 0 else Kind.COUNT
        columns.append(Column(f"第{n}列", kind, when=conds, of=(alone,) if kind is Kind.SHARE else ()))
    asked = Asked("person", False, (), tuple(columns))
    known = {name: one.element for name, one in elements(asked.elements).items()}
    look_as(SYSTEM)
    began = time.perf_counter()
    cells = overview(asked, DISTRICT, known, date(2026, 11, 27))
    seconds = time.perf_counter() - began
    table.add(
        f"a report of {COLUMNS} columns × {len(cells)} neighbourhoods, {persons:,} persons",
        f"{seconds:.2f} s",
        goal="< 10 s",
    )


def _import(table: Table, rows: int) -> None:
    """At two sizes: what is told of memory is that the larger needs no more."""
    for size in (rows // 4, rows):
        numbers = _numbered(size)
        heads = ["姓名", "身份证号", *(one.label for one in elements(TAKEN).values())]
        process = psutil.Process(os.getpid())
        before = process.memory_info().rss
        began, busy = time.perf_counter(), time.process_time()
        done = import_table(by=SYSTEM, at=now(), about="person", heads=heads, lines=_lines(numbers), name="名单")
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        grown = (process.memory_info().rss - before) / 1_048_576
        assert done.facts == 2 * len(numbers), (done.facts, done.refused[:3])
        bare = _copied(done.entry_id)
        table.add(
            f"{len(numbers):,} rows taken in, {done.facts:,} facts; memory grown by {grown:.0f} MB",
            f"{seconds:.1f} s, {len(numbers) / seconds:,.0f} rows/s",
            ratio=f"{busy:.1f} s of this process",
        )
        table.add(
            "the same facts by a bare COPY into an empty table with the same indexes",
            f"{bare:.1f} s",
            ratio=f"{seconds / bare:.1f}",
            goal="≤ 8",
        )
        _undo(done.entry_id)


def _lines(numbers: list[tuple[str, str]]) -> Iterator[Line]:
    for n, (name, number) in enumerate(numbers, 2):
        yield Line(n, (name, number, "是" if n % 2 else "否", "否"))


def _numbered(rows: int) -> list[tuple[str, str]]:
    """Persons get identity numbers, so that a row says who is meant. Returns (name, number)."""
    look_as(SYSTEM)
    with connection.cursor() as cursor:  # a kept database has those of the last time
        cursor.execute("UPDATE people_person SET identity_print = NULL WHERE identity_print IS NOT NULL")
        cursor.execute("SELECT id, name FROM people_person ORDER BY id LIMIT %s", [rows])
        found = cursor.fetchall()
        cursor.execute("CREATE TEMP TABLE numbered (id uuid, print bytea)")
        numbers = []
        with cursor.copy("COPY numbered FROM STDIN") as copy:
            for n, (key, name) in enumerate(found):
                body = f"110101{1950 + n % 50}0{1 + n // 50 % 9}{10 + n // 450 % 18}{n // 8100 % 1000:03d}"
                number = body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]
                copy.write_row((key, fingerprint(number)))
                numbers.append((name, number))
        cursor.execute("UPDATE people_person p SET identity_print = n.print FROM numbered n WHERE n.id = p.id")
        cursor.execute("DROP TABLE numbered")
    return numbers


def _copied(entry: object) -> float:
    """Seconds of a COPY of an entry's facts; the table is written to the log, like the register itself."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (LIKE registers_fact INCLUDING ALL)")
        data: list[bytes] = []
        with cursor.copy(
            f"COPY (SELECT {_COPIED} FROM registers_fact WHERE entry_id = '{entry}') TO STDOUT"
        ) as copy:
            data.extend(bytes(block) for block in copy)
        began = time.perf_counter()
        with cursor.copy(f"COPY bare ({_COPIED}) FROM STDIN") as copy:
            for block in data:
                copy.write(block)
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bare")
        return seconds


def _undo(entry: object) -> None:
    """As before, so that a database that is kept is measured alike the next time."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registers_fact WHERE entry_id = %s", [entry])
        cursor.execute("DELETE FROM registers_entry WHERE id = %s", [entry])
        cursor.execute("UPDATE people_person SET identity_print = NULL WHERE identity_print IS NOT NULL")
        cursor.execute("VACUUM ANALYZE registers_fact, people_person")
