"""Told to one person, once, in the transaction in which it happened; read by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from linli.kernel.access import SYSTEM, Actor, NotAllowed, NotFound, Role, act, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.messages import queries, verbs
from linli.kernel.messages.kinds import kinds
from linli.kernel.messages.models import Message, Ring
from linli.kernel.messages.verbs import Telling, tell, tell_each
from linli.kernel.people.models import Person
from linli.kernel.people.tests.conftest import AT as MONDAY
from linli.kernel.people.tests.conftest import Cast

from .said import LETTER, MOVED, TAKEN, letter, moved, taken


def says(by: Actor) -> list[str]:
    with looking_as(by):
        found = queries.mine(by)
    return [one.says for one in (*found.unread, *found.read)]


def rows(model: type[Message] | type[Ring] = Message) -> int:
    with as_system():
        return model._default_manager.count()


def test_it_is_said_in_the_language_of_who_reads(cast: Cast) -> None:
    assert moved(cast.granny.person_id)
    assert says(cast.granny) == ["清洁楼道：9月7日 10:00 的候补已转为正式。"]
    with translation.override("en"):
        assert "7\u00a0Sep, 10:00" in says(cast.granny)[0]


def test_told_again_about_the_same_it_stays_one(cast: Cast) -> None:
    assert moved(cast.granny.person_id) and not moved(cast.granny.person_id, at=MONDAY + timedelta(days=1))
    assert moved(cast.granny.person_id, "sign-up:2") and taken(cast.granny.person_id)
    assert moved(cast.chen.person_id), "the same, about somebody else"
    assert len(says(cast.granny)) == 3
    with as_system():
        assert Record.objects.filter(verb="messages.tell").count() == 4


def test_what_did_not_happen_is_not_told(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), act():
        tell(by=SYSTEM, at=MONDAY, person_id=cast.granny.person_id, kind=TAKEN, about="x", fields={"amount": 1})
        raise ZeroDivisionError
    with as_system():
        assert not Record.objects.filter(verb="messages.tell").exists()
    assert (rows(), rows(Ring)) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_told() -> None:
    with pytest.raises(RuntimeError, match="one transaction"):
        tell(by=SYSTEM, at=MONDAY, person_id=uuid4(), kind=TAKEN, about="x", fields={"amount": 1})


def test_another_person_never_sees_it_nor_does_staff_nor_a_wall(cast: Cast) -> None:
    moved(cast.granny.person_id)
    others = [cast.chen, cast.counter, cast.handler, cast.security, cast.auditor, cast.keeper]
    others += [
        Actor(role=role, scope="99") for role in (Role.BOARD, Role.AUDIT_ADMIN, Role.LEADER, Role.DISPATCHER)
    ]
    for actor in others:
        with looking_as(actor):
            assert list(Message.objects.all()) == [], actor.role
            assert queries.unread(actor) == 0
    [one] = _own(cast.granny)
    for actor in others:
        with looking_as(actor), pytest.raises(NotFound):
            queries.one(actor, one.id)
    with pytest.raises(DatabaseError), transaction.atomic(), looking_as(cast.granny):
        Message.objects.create(person_id=cast.granny.person_id, print=b"x", said_sealed=b"y", at=MONDAY)


def _own(by: Actor) -> list[Message]:
    with looking_as(by):
        return list(Message.objects.all())


def test_the_row_does_not_say_what_it_is_about(cast: Cast) -> None:
    with act():
        tell(by=cast.counter, at=MONDAY, person_id=cast.granny.person_id, kind=LETTER, about="letter:1")
    with as_system():
        [row] = Message.objects.all()
        record = Record.objects.get(verb="messages.tell")
    assert b"letter" not in bytes(row.said_sealed) and b"letter" not in bytes(row.print)
    assert (record.after, record.note, record.place_code) == (None, None, "")
    assert record.person_ids == [cast.granny.person_id]
    assert record.actor_account is None, "nor by whose act"


def test_what_was_told_is_not_changed(cast: Cast) -> None:
    moved(cast.granny.person_id)
    with as_system(), pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Message.objects.update(said_sealed=b"other")
    with looking_as(cast.granny):
        [one] = queries.mine(cast.granny).unread
        verbs.open_message(by=cast.granny, at=MONDAY, message_id=one.id)
    with as_system(), pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Message.objects.update(read_at=None)


def test_opening_reads_one_and_everything_can_be_read_at_once(cast: Cast) -> None:
    moved(cast.granny.person_id), moved(cast.granny.person_id, "2"), moved(cast.chen.person_id)
    with looking_as(cast.granny):
        first, second = queries.mine(cast.granny).unread
        assert verbs.open_message(by=cast.granny, at=MONDAY, message_id=second.id).id == second.id
        assert queries.unread(cast.granny) == 1
        assert [one.id for one in queries.mine(cast.granny).unread] == [first.id]
        assert [one.id for one in queries.mine(cast.granny).read] == [second.id]
        assert (verbs.read_all(by=cast.granny, at=MONDAY), verbs.read_all(by=cast.granny, at=MONDAY)) == (1, 0)
        with pytest.raises(NotFound):
            verbs.open_message(by=cast.chen, at=MONDAY, message_id=first.id)
    with looking_as(cast.chen):
        assert queries.unread(cast.chen) == 1


def test_what_somebody_did_themselves_they_are_not_told_what_a_proxy_did_they_are(cast: Cast) -> None:
    assert not moved(cast.granny.person_id, by=cast.granny)
    proxy = replace(cast.granny, role=Role.PROXY, on_behalf="林阿婆")
    assert moved(cast.granny.person_id, by=proxy)
    assert not moved(None)


def test_a_proxy_reads_what_is_not_private_and_it_stays_unread(cast: Cast) -> None:
    moved(cast.granny.person_id), letter(cast.granny.person_id)
    proxy = replace(cast.granny, role=Role.PROXY, on_behalf="林阿婆")
    assert len(says(cast.granny)) == 2 and len(says(proxy)) == 1
    with looking_as(proxy):
        assert queries.unread(proxy) == 1
        verbs.open_message(by=proxy, at=MONDAY, message_id=queries.mine(proxy).unread[0].id)
        assert verbs.read_all(by=proxy, at=MONDAY) == 0
        with pytest.raises(NotAllowed):
            verbs.set_off(by=proxy, at=MONDAY, off=["test-moved"])
    with looking_as(cast.granny):
        assert queries.unread(cast.granny) == 2


def test_only_what_a_kind_declares_can_be_told(cast: Cast) -> None:
    with pytest.raises(ValueError, match="activity"), act():
        tell(by=SYSTEM, at=MONDAY, person_id=cast.granny.person_id, kind=MOVED, about="x", fields={"who": "x"})
    with pytest.raises(TypeError, match="float"), act():
        tell(by=SYSTEM, at=MONDAY, person_id=cast.granny.person_id, kind=TAKEN, about="x", fields={"amount": 0.5})
    with pytest.raises(ValueError, match="not declared"), act():
        stranger = replace(LETTER, name="never-declared")
        tell(by=SYSTEM, at=MONDAY, person_id=cast.granny.person_id, kind=stranger, about="x")
    assert [*replace(TAKEN, name="Nein").faults()] and [*replace(TAKEN, fields=()).faults()]
    assert not [*TAKEN.faults()]


def test_several_are_told_in_one_go_each_once(cast: Cast) -> None:
    wanted = [
        Telling(person_id=actor.person_id, about="shift:1", fields={"amount": 3})
        for actor in (cast.granny, cast.chen, cast.granny)
        if actor.person_id
    ]
    with act():
        assert tell_each(wanted, by=SYSTEM, at=MONDAY, kind=TAKEN) == 2
    assert (rows(), rows(Ring)) == (2, 2)


def test_however_many_wait_one_reminder_is_asked_for(cast: Cast) -> None:
    moved(cast.granny.person_id), moved(cast.granny.person_id, "2")
    with as_system():
        assert Ring.objects.get().owed is False
    taken(cast.granny.person_id, at=MONDAY + timedelta(hours=1))
    with as_system():
        ring = Ring.objects.get()
    assert (ring.owed, ring.due_at, ring.asked_at) == (True, MONDAY, MONDAY + timedelta(hours=1))


def test_what_is_switched_off_does_not_ring_and_what_is_owed_always_does(cast: Cast) -> None:
    assert verbs.set_off(by=cast.granny, at=MONDAY, off=["test-moved", "test-taken", "nothing"]) == ["test-moved"]
    assert queries.off_of(cast.granny) == ["test-moved"] and queries.off_of(cast.chen) == []
    moved(cast.granny.person_id)
    assert rows(Ring) == 0 and len(says(cast.granny)) == 1, "it is told all the same"
    taken(cast.granny.person_id)
    assert rows(Ring) == 1


def test_who_was_forgotten_is_told_nothing(cast: Cast) -> None:
    with as_system():
        gone = Person.objects.create(name="某人", place_code="990101001001")
        Person.objects.filter(pk=gone.pk).update(erased_at=MONDAY, name="已注销")
    assert not moved(gone.id) and rows() == 0


def test_a_list_of_any_length_is_asked_in_two_questions(cast: Cast) -> None:
    def asked() -> int:
        with (
            looking_as(cast.granny),
            CaptureQueriesContext(
                connection,
            ) as found,
        ):
            queries.mine(cast.granny)
        return len(found)

    moved(cast.granny.person_id)
    few = asked()
    for n in range(70):
        moved(cast.granny.person_id, f"n{n}", at=MONDAY + timedelta(minutes=n))
    assert few == asked() == 2
    with looking_as(cast.granny):
        verbs.read_all(by=cast.granny, at=MONDAY)
        seen, before = [], ""
        while True:
            page = queries.mine(cast.granny, before=before)
            seen += [one.id for one in page.read]
            before = page.before
            if not before:
                break
        assert len(seen) == len(set(seen)) == 71 == rows()
        assert len(queries.mine(cast.granny, before="nonsense").read) == queries.PAGE


def test_a_kind_nobody_declares_any_more_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    moved(cast.granny.person_id)
    monkeypatch.delitem(kinds.known, MOVED.name)
    assert says(cast.granny) == ["这类消息已经不再使用。"]


def test_a_kind_that_says_other_things_by_now_leaves_the_rest_of_the_list_readable(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved(cast.granny.person_id), taken(cast.granny.person_id)
    monkeypatch.setitem(kinds.known, MOVED.name, replace(MOVED, says="%(activity)s %(where)s", fields=("where",)))
    assert sorted(says(cast.granny)) == ["扣减 4 分。", "这类消息已经不再使用。"]
