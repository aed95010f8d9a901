"""The order of the records survives a move into another cluster, and a lie in it is found and mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from linli.kernel.access import SYSTEM, Actor, NotAllowed, Role, as_system, look_as
from linli.kernel.audit import append
from linli.kernel.audit.models import Record
from linli.kernel.audit.order import order
from linli.kernel.audit.queries import verify
from linli.kernel.audit.verbs import mend

AT = datetime(2026, 9, 7, 2, tzinfo=UTC)
FAR = 9_000_000_000
"""A transaction id no test cluster reaches."""

pytestmark = pytest.mark.django_db


def write(stream: str) -> Record:
    record_id = append(by=SYSTEM, at=AT, verb="t.did", stream=stream, place_code="9901")
    with as_system():
        return Record.objects.get(id=record_id)


def eras() -> list[tuple[int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT era, cluster = audit_cluster() FROM audit_era ORDER BY era DESC LIMIT 2")
        return list(cursor.fetchall())


@contextmanager
def no_triggers() -> Iterator[None]:
    """What a restored dump does: rows come as they were, past every trigger."""
    look_as(SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_record DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE audit_record ENABLE TRIGGER USER")


def from_elsewhere() -> None:
    """This database as if it had been made in another cluster."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_era SET cluster = 'elsewhere' WHERE era = (SELECT max(era) FROM audit_era)")


def with_ids_of_elsewhere(stream: str) -> None:
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_record SET tx = %s::text::xid8 WHERE stream = %s", [FAR, stream])


def test_the_first_record_in_another_cluster_begins_an_era_and_the_second_does_not():
    before = write("t:old").era
    assert not order().moved and not order().is_wrong
    from_elsewhere()
    with_ids_of_elsewhere("t:old")
    found = order()
    assert (found.moved, found.was, found.era, found.is_wrong) == (True, "elsewhere", before, False)
    assert (write("t:new").era, write("t:newer").era) == (before + 1, before + 1)
    assert eras() == [(before + 1, True), (before, False)]
    assert not order().moved and not order().is_wrong
    with as_system():
        read = [r.stream for r in Record.objects.filter(stream__startswith="t:").order_by("era", "tx", "seq")]
    assert read[-3:] == ["t:old", "t:new", "t:newer"], "the old ids are higher, and are read first all the same"


def test_a_move_can_be_written_down_before_anything_is_recorded():
    before = order().era
    from_elsewhere()
    done = mend(by=SYSTEM, at=AT)
    assert done is not None and (done.era, done.strays) == (before + 1, 0)
    assert eras()[0] == (before + 1, True) and not order().moved
    assert mend(by=SYSTEM, at=AT) is None, "nothing left to mend"
    assert eras()[0] == (before + 1, True)


def test_ids_of_another_cluster_within_an_era_are_found_and_mended():
    """A dump of a copy that ran on by itself: the same cluster's name, and ids from its future."""
    era = write("t:old").era
    with_ids_of_elsewhere("t:old")
    stray = write("t:stray")  # written before anybody looked: numbered before what it follows
    assert stray.era == era and int(stray.tx) < FAR
    assert (order().is_wrong, order().records) == (True, 1)
    done = mend(by=SYSTEM, at=AT)
    assert done is not None and (done.era, done.strays) == (era + 1, 1)
    with as_system():
        read = [
            (r.stream, r.era) for r in Record.objects.filter(stream__startswith="t:").order_by("era", "tx", "seq")
        ]
        assert Record.objects.filter(verb="audit.mend", stream="audit:order").last().after["strays"] == 1
    assert read[-2:] == [("t:old", era), ("t:stray", era + 1)]
    assert not order().is_wrong and write("t:next").era == era + 1
    assert [found for found in verify() if found.stream.startswith(("t:", "audit:"))] == []


def test_a_followers_cursor_from_the_future_is_found_as_well():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_follower (name, era, tx, moved_at) VALUES ('t.ahead', %s, %s::text::xid8, %s)",
            [order().era, FAR, AT],
        )
    assert (order().records, order().followers) == (0, 1)
    stray = write("t:stray")
    done = mend(by=SYSTEM, at=AT)
    assert done is not None and done.strays >= 1
    with as_system():
        assert Record.objects.get(id=stray.id).era == done.era


@pytest.mark.parametrize(
    "change",
    [
        "era = era + 1",  # no such era
        "era = era + 1, verb = 'x'",
        "era = era - 1",
        "tx = '1'",
    ],
)
def test_the_order_of_a_record_is_not_changed_otherwise(change: str):
    write("t:1")
    look_as(SYSTEM)
    with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic():
        Record.objects.raw(f"UPDATE audit_record SET {change} WHERE stream = 't:1' RETURNING *")[0]


def test_only_who_checks_the_system_mends():
    with pytest.raises(NotAllowed):
        mend(by=Actor(role=Role.AUDIT_ADMIN, scope="*"), at=AT)
