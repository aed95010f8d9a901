"""The chain: order, tampering, erasure, and two who begin a stream at once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DataError, connection, connections, transaction

from linli.kernel.access import SYSTEM, Actor, Role, as_system, look_as
from linli.kernel.audit import Entry, append, append_each, followers
from linli.kernel.audit.followers import Follower, step
from linli.kernel.audit.models import Head, Record
from linli.kernel.audit.queries import story, verify
from linli.kernel.audit.verbs import erase

AT = datetime(2026, 9, 7, 2, tzinfo=UTC)


def write(stream: str = "t:1", **more: object) -> None:
    append(by=SYSTEM, at=AT, verb="t.did", stream=stream, place_code="9901", **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_records_of_a_stream_are_linked_in_order():
    for n in range(3):
        write(after={"n": n, "字": "好"})
    with as_system():
        records = list(story("t:1"))
    assert [r.stream_seq for r in records] == [1, 2, 3]
    assert [bytes(b.prev) for b in records[1:]] == [bytes(a.hash) for a in records[:-1]]
    assert list(verify()) == []


TAMPERINGS = {
    "content": ("UPDATE audit_record SET after = '{\"n\": 9}' WHERE stream = 't:1' AND stream_seq = 2", 2),
    "altered": ("UPDATE audit_record SET verb = 't.other' WHERE stream = 't:1' AND stream_seq = 2", 2),
    "missing": ("DELETE FROM audit_record WHERE stream = 't:1' AND stream_seq = 2", 3),
    "cut off": ("DELETE FROM audit_record WHERE stream = 't:1' AND stream_seq = 3", 3),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", TAMPERINGS)
def test_whoever_gets_round_the_triggers_is_found_out(fault: str):
    for n in range(3):
        write(after={"n": n})
    statement, at = TAMPERINGS[fault]
    look_as(SYSTEM)
    with connection.cursor() as cursor:  # as the owner of the table could, who may switch its triggers off
        cursor.execute(
            "ALTER TABLE audit_record DISABLE TRIGGER USER; ALTER TABLE audit_record NO FORCE ROW LEVEL SECURITY"
        )
        cursor.execute(statement)
        assert cursor.rowcount == 1
        cursor.execute(
            "ALTER TABLE audit_record ENABLE TRIGGER USER; ALTER TABLE audit_record FORCE ROW LEVEL SECURITY"
        )
    assert (fault, at) in {(b.fault, b.seq) for b in verify()}


@pytest.mark.django_db
def test_what_is_erased_leaves_a_tombstone_and_the_chain_holds():
    write(after={"name": "林阿婆"}, note="说明")
    write()
    with as_system():
        assert erase(streams=["t:1"], at=AT) == 2
        first = story("t:1")[0]
    assert (first.after, first.note, first.salt, first.actor_name) == (None, None, None, None)
    assert first.erased_at == AT and first.digest
    assert list(verify()) == []


@pytest.mark.django_db
def test_a_record_shows_itself_to_its_place_its_units_and_its_persons_only():
    write()
    for actor, sees in (
        (Actor(role=Role.DISPATCHER, scope="9901"), 1),
        (Actor(role=Role.DISPATCHER, scope="9902"), 0),
        (Actor(role=Role.RESIDENT), 0),
        (Actor(role=Role.AUDIT_ADMIN), 1),
        (Actor(role=Role.SYSTEM_ADMIN), 0),
    ):
        look_as(actor)
        assert Record.objects.filter(stream="t:1").count() == sees, actor.role


@pytest.mark.django_db
def test_one_act_in_many_histories_is_one_statement_and_each_history_is_linked(django_assert_num_queries):
    at = datetime(2026, 9, 7, tzinfo=UTC)
    several = [Entry(f"t:{n % 3}", "310104", after={"n": n}) for n in range(7)]
    with as_system(), django_assert_num_queries(1):
        append_each(several, by=SYSTEM, at=at, verb="t.one")
        append_each([], by=SYSTEM, at=at, verb="t.none")
    with as_system():
        assert [record.after["n"] for record in story("t:0")] == [0, 3, 6]
        assert not list(verify())
        assert Head.objects.get(stream="t:0").seq == 3


@pytest.mark.django_db
def test_each_record_of_many_says_what_it_was_given_to_the_last_sign():
    at = datetime(2026, 9, 7, tzinfo=UTC)
    by = replace(SYSTEM, name='"引号", \\ {括号}')
    ids = (uuid4(), uuid4())
    several = [
        Entry("t:a", "310104", ids, (ids[0],), {"was": 'a"b\\c'}, {"is": "NULL", "n": None}, '第一行\n{第二行,"'),
        Entry("t:b"),
        Entry("t:c", note="NULL", after={}),
    ]
    with as_system():
        append_each(several, by=by, at=at, verb="t.one")
        first, second, third = (story(f"t:{which}")[0] for which in "abc")
        assert (first.before, first.after, first.note) == (several[0].before, several[0].after, several[0].note)
        assert (first.unit_ids, first.person_ids, first.actor_name) == (list(ids), [ids[0]], by.name)
        assert (second.before, second.after, second.note, second.place_code) == (None, None, None, "")
        assert (second.unit_ids, second.person_ids) == ([], []) and (third.note, third.after) == ("NULL", {})
        assert not list(verify())
        with pytest.raises(DataError):
            append_each([Entry("t:d", note="\0")], by=SYSTEM, at=at, verb="t.one")


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_a_stream_at_once_are_both_recorded():
    together = threading.Barrier(4)
    broken: list[Exception] = []

    def begin() -> None:
        try:
            together.wait(10)
            with transaction.atomic():
                write("t:together")
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert Head.objects.get(stream="t:together").seq == 4
    assert list(verify()) == []


def all_seen_over() -> None:
    """Wait for transactions of other databases in the cluster: the horizon followers read to is the cluster's."""
    for _try in range(3000):
        with as_system(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(tx::text::bigint) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM audit_record"
            )
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.1)
    raise AssertionError("another transaction of this cluster does not end")


@pytest.mark.django_db(transaction=True)
def test_a_follower_skips_nothing_that_commits_late_and_repeats_nothing_after_a_failure():
    seen: list[int] = []
    ours = {"t:late", "t:early"}  # other tests of this database leave records too
    verbs = frozenset({"t.did"})
    follower = Follower(
        "test.follower", verbs, lambda records: seen.extend(r.after["n"] for r in records if r.stream in ours)
    )
    begun, go = threading.Event(), threading.Event()
    step(
        Follower("test.follower", verbs, lambda records: None, from_now=True), at=AT
    )  # other tests' records are not ours

    def late() -> None:
        with transaction.atomic():
            write("t:late", after={"n": 1})
            begun.set()
            go.wait(10)
        connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(10)
    write("t:early", after={"n": 2})  # a higher number, committed first
    step(follower, at=AT)
    assert seen == [], "a record was read while an older transaction was still running"
    go.set()
    thread.join()
    all_seen_over()

    def failing(records: object) -> None:
        raise RuntimeError("not today")

    with pytest.raises(RuntimeError):
        step(Follower("test.follower", verbs, failing), at=AT)
    assert step(follower, at=AT) == 0, "after a failure it waits before the next try"
    later = datetime(2026, 9, 7, 3, tzinfo=UTC)
    assert step(follower, at=later) >= 2 and seen == [1, 2]
    assert step(follower, at=later) == 0


@pytest.mark.django_db(transaction=True)
def test_a_follower_passes_what_is_not_for_it_in_great_strides_and_misses_nothing(monkeypatch):
    monkeypatch.setattr(followers, "AHEAD", 10)
    seen: list[int] = []
    verbs = frozenset({"t.wanted"})
    step(Follower("test.strides", verbs, from_now=True), at=AT)
    follower = Follower("test.strides", verbs, lambda records: seen.extend(r.after["n"] for r in records))
    for n in range(45):
        verb = "t.wanted" if n in (3, 17, 18, 44) else "t.did"
        append(by=SYSTEM, at=AT, verb=verb, stream="t:strides", place_code="9901", after={"n": n})
    all_seen_over()
    rounds = 0
    while step(follower, at=AT, limit=1):
        rounds += 1
    assert seen == [3, 17, 18, 44], "one at a time, in order, each once"
    assert rounds < 15
