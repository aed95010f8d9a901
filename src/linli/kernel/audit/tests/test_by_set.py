"""Many records at once: linked by set, and refused where one does not follow the end of its stream."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from linli.kernel.access import SYSTEM, as_system, look_as
from linli.kernel.audit import append
from linli.kernel.audit.bulk import Records, append_all
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.lines import line
from linli.kernel.audit.models import Head, Record
from linli.kernel.audit.queries import story, verify

AT = datetime(2026, 9, 7, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def row(stream: str, note: str = "") -> tuple[Any, ...]:
    return (
        uuid7(), AT, stream, "t.did", None, None, None, "system", "*", None, "worker", None, "9901", [], [],
        None, '{"字": "好\\n"}', note,
    )  # fmt: skip


def given(stream: str, seq: int, prev: bytes) -> None:
    """A record whose writer names the one before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code,"
            " stream_seq, prev) VALUES (%s, %s, %s, 't.did', 'system', '*', 'worker', '9901', %s, %s)",
            [uuid7(), AT, stream, seq, prev],
        )


def test_many_records_of_new_and_old_streams_follow_one_another_in_the_order_given():
    append(by=SYSTEM, at=AT, verb="t.did", stream="t:old", place_code="9901")
    records = Records()
    records.add_all(row(stream, f"{n}") for n, stream in enumerate(("t:old", "t:a", "t:b", "t:a", "t:old", "t:a")))
    with transaction.atomic():
        append_all(records)
    with as_system():
        assert [(r.stream_seq, r.note) for r in story("t:a")] == [(1, "1"), (2, "3"), (3, "5")]
        assert [r.stream_seq for r in story("t:old")] == [1, 2, 3]
        notes = Record.objects.filter(stream__startswith="t:").exclude(note=None).order_by("seq")
        assert [r.note for r in notes] == ["0", "1", "2", "3", "4", "5"]
        assert {r.after["字"] for r in story("t:a")} == {"好\n"}
    assert {h.stream: h.seq for h in Head.objects.filter(stream__startswith="t:")} == {
        "t:old": 3,
        "t:a": 3,
        "t:b": 1,
    }
    assert list(verify()) == []
    append(by=SYSTEM, at=AT, verb="t.did", stream="t:a", place_code="9901")
    assert list(verify()) == []


FALSE = {
    "begins a stream that has begun": ("t:old", 1, "none"),
    "leaves out a number": ("t:old", 4, "head"),
    "repeats the number of the head": ("t:old", 2, "first"),
    "repeats an older number": ("t:old", 1, "first"),
    "follows another record than the head": ("t:old", 3, "first"),
    "begins a new stream in its middle": ("t:new", 2, "head"),
    "begins a new stream after something": ("t:new", 1, "head"),
}


@pytest.mark.parametrize("fault", FALSE)
def test_a_record_that_does_not_follow_the_end_of_its_stream_is_refused(fault: str):
    for _n in range(2):
        append(by=SYSTEM, at=AT, verb="t.did", stream="t:old", place_code="9901")
    with as_system():
        first, head = (bytes(r.hash) for r in story("t:old"))
    stream, seq, prev = FALSE[fault]
    with pytest.raises(DatabaseError, match="does not follow the end of its stream"), transaction.atomic():
        given(stream, seq, {"none": b"", "first": first, "head": head}[prev])
    given("t:old", 3, head)
    assert list(verify()) == []


def test_one_statement_takes_many_records_of_a_stream_that_name_no_place():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code)"
            " SELECT uuidv7(), now(), 't:' || n % 2, 't.did', 'system', '*', 'worker', '9901'"
            " FROM generate_series(1, 6) n"
        )
    with as_system():
        assert [r.stream_seq for r in story("t:1")] == [1, 2, 3]
    assert list(verify()) == []


def test_what_the_database_stamps_is_not_the_writers_to_choose():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_record (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code,"
            " stream_seq, prev, hash, digest, salt, tx, era, erased_at) VALUES (uuidv7(), now(), 't:f', 't.did',"
            " 'system', '*', 'worker', '9901', 1, '', sha256('a'), sha256('b'), 'c', '3', 7, now())"
        )
    with as_system():
        record = story("t:f").get()
    assert (record.erased_at, record.era) == (None, 0) and str(record.tx) != "3"
    assert list(verify()) == []


def test_nobody_writes_to_a_part_of_the_table():
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_record'::regclass"
        )
        parts = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT audit_add_month('2042-01-01')")
    assert parts
    for part in (*parts, "audit_record_204201"):
        with (
            pytest.raises(DatabaseError, match="not to a part of it"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO {part} (id, happened_at, stream, verb, actor_role, actor_scope, via, place_code,"
                " stream_seq, prev) VALUES (uuidv7(), now(), 't:p', 't.did', 'system', '*', 'worker', '99', 9, '')"
            )


def test_a_line_says_what_copy_reads():
    one = UUID(int=1)
    values = (None, "a\tb\\c\nd\r", True, 3, 0.5, AT, one, [one, one], [], b"\x00\xff")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE said (n text, t text, b bool, i int, f float8, a timestamptz, u uuid, l uuid[],"
            " e uuid[], x bytea) ON COMMIT DROP"
        )
        with cursor.copy("COPY said FROM STDIN") as copy:
            copy.write(line(values).encode())
        cursor.execute("SELECT * FROM said")
        said = cursor.fetchone()
    assert said[:-1] == values[:-1] and bytes(said[-1]) == values[-1]
    with pytest.raises(TypeError):
        line([["words"]])
    with pytest.raises(TypeError):
        line([object()])
