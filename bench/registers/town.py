"""A district of 200 neighbourhoods in ten streets, 100 houses in each, and who lives in them; two facts of everybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from django.db import connection

from bench.matters.ground import Ground
from linli.kernel.access import SYSTEM, look_as
from linli.kernel.clock.now import now
from linli.kernel.places.rows import Address, PlaceRow
from linli.kernel.places.verbs import bulk_add
from linli.kernel.sealed import fingerprint

DISTRICT, STREETS, HOODS, HOUSES = "990101", 10, 20, 100
SINCE = date(2020, 1, 1)
_ROADS = ("临江", "织锦", "文澜", "槐荫", "望潮", "北环", "渡口", "梅坞", "石桥", "听涛")
# Names as common as they are: forty surnames, a thousand given names of two characters.
_PERSONS = """
INSERT INTO people_person (id, name, place_code, birth_year, phone_print, phone_sealed)
SELECT uuidv7(), substr(%(surnames)s, 1 + n %% 40, 1) || substr(%(given)s, 1 + (n / 40) %% 32, 1) || substr(%(given)s, 1 + (n / 1280) %% 31, 1),
  %(district)s || to_char(1 + n %% 10, 'FM000') || to_char(1 + (n / 10) %% 20, 'FM000') || '001' || to_char(1 + (n / 200) %% 5, 'FM000')
    || to_char(1 + (n / 1000) %% 20, 'FM000') || '01' || to_char(101 + (n / 20000) %% 50, 'FM0000'),
  1930 + n %% 90, decode(md5('a' || n) || md5('b' || n), 'hex'), '\\x00'
FROM generate_series(0, %(persons)s - 1) n
"""
_ENTRY = """
INSERT INTO registers_entry (id, form, version, about, place_code, source, source_name, observed_at, recorded_at, note)
VALUES (uuidv7(), 'import', 1, 'person', %s, 'import', '名册', %s, %s, '') RETURNING id
"""
_FACTS = """
INSERT INTO registers_fact (id, about, subject, element, place_code, value, source, entry_id, observed_at, recorded_at, seen_at,
  keep_until, state, contested)
SELECT uuidv7(), 'person', p.id, e.element, p.place_code, e.value, 'import', %(entry)s, %(at)s, %(at)s, %(at)s, %(keep)s, 'in_force', false
FROM people_person p, LATERAL (VALUES ('lives-alone', to_jsonb(p.birth_year %% 3 = 0)),
  ('residence-kind', to_jsonb((ARRAY['registered-here', 'registered-elsewhere', 'abroad'])[1 + p.birth_year %% 3]))) e(element, value)
"""


def prepare(on: Ground, persons: int) -> None:
    """The database of this size, kept with the data directory."""
    on.create(persons)
    on.use(persons)
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_ready') IS NOT NULL")
        if cursor.fetchone()[0]:
            return
    on.drop(persons)
    on.create(persons)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    look_as(SYSTEM)
    bulk_add(_places(), by=SYSTEM, at=now())
    given = {
        "surnames": "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡",
        "given": "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文梅珍",
        "district": DISTRICT, "persons": persons,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, given)
        cursor.execute("SELECT id FROM people_person ORDER BY id LIMIT 200")
        for number, (key,) in enumerate(cursor.fetchall()):
            cursor.execute(
                "UPDATE people_person SET phone_print = %s WHERE id = %s",
                [fingerprint(f"1990000{number:04d}"), key],
            )
        print(f"{persons:,} persons in {time.perf_counter() - begun:.0f} s", flush=True)
        at = now()
        cursor.execute(_ENTRY, [DISTRICT, at, at])
        cursor.execute(_FACTS, {"entry": cursor.fetchone()[0], "at": at, "keep": date(at.year + 5, 1, 1)})
        print(f"{cursor.rowcount:,} facts by {time.perf_counter() - begun:.0f} s", flush=True)
    connection.close()
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_ready AS SELECT now() AS at")


def _places() -> Iterator[PlaceRow]:
    """From the province down to the houses; homes are codes below them."""
    for code, name in (("99", "云屿省"), ("9901", "望澜市"), (DISTRICT, "汀洲区")):
        yield PlaceRow(code=code, name=name, valid_from=SINCE)
    for s in range(1, STREETS + 1):
        street = f"{DISTRICT}{s:03d}"
        yield PlaceRow(code=street, name=f"{_ROADS[s - 1]}街道", valid_from=SINCE)
        for h in range(1, HOODS + 1):
            hood = f"{street}{h:03d}"
            yield PlaceRow(code=hood, name=f"{_ROADS[s - 1]}{h}居委会", valid_from=SINCE)
            yield PlaceRow(code=f"{hood}001", name="第一网格", valid_from=SINCE)
            for c in range(1, 6):
                lane = f"{h * 10 + c}"
                compound = f"{hood}001{c:03d}"
                at = Address(road=f"{_ROADS[s - 1]}路", lane=lane)
                yield PlaceRow(code=compound, name=f"{_ROADS[s - 1]}{lane}弄小区", address=at, valid_from=SINCE)
                for b in range(1, HOUSES // 5 + 1):
                    yield PlaceRow(
                        code=f"{compound}{b:03d}",
                        name=f"{b}号楼",
                        address=Address(building=str(b)),
                        valid_from=SINCE,
                    )
