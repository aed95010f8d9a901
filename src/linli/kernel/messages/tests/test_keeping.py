"""A copy has the messages, a year later they are gone, and who leaves takes them along; two registrations are one reader."""

from __future__ import annotations

from datetime import timedelta

from linli.kernel.access import SYSTEM, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.messages import queries, verbs
from linli.kernel.messages.keeping import KEPT, erase_due
from linli.kernel.messages.models import Choice, Message, Ring
from linli.kernel.people import verbs as people
from linli.kernel.people.keepers import Leaving, as_plain, keepers
from linli.kernel.people.models import Person
from linli.kernel.people.tests.conftest import AT as MONDAY
from linli.kernel.people.tests.conftest import HOOD, Cast

from .said import moved, taken


def test_a_copy_has_what_was_told_and_when_it_was_opened(cast: Cast) -> None:
    taken(cast.granny.person_id)
    verbs.read_all(by=cast.granny, at=MONDAY)
    with as_system():
        copy = as_plain(keepers.known["messages"].copy(cast.granny.person_id, False))
    assert copy["messages"]["rows"] == [{"kind": "积分扣减", "says": "扣减 4 分。", "at": MONDAY, "read": None}]


def test_a_year_later_it_is_erased_and_a_record_says_how_much(cast: Cast) -> None:
    taken(cast.granny.person_id), taken(cast.granny.person_id, 5, at=MONDAY + timedelta(days=2))
    assert erase_due(at=MONDAY + KEPT - timedelta(days=1)) == 0
    assert (erase_due(at=MONDAY + KEPT), erase_due(at=MONDAY + KEPT)) == (1, 0)
    with as_system():
        assert Message.objects.count() == 1
        assert Record.objects.get(verb="messages.erase_due").after == {"rows": 1}


def test_who_leaves_takes_them_along(cast: Cast) -> None:
    taken(cast.granny.person_id), taken(cast.chen.person_id)
    verbs.set_off(by=cast.granny, at=MONDAY, off=["test-moved"])
    with as_system():
        keepers.known["messages"].forget(Leaving(cast.granny.person_id, cast.granny.account_id), MONDAY)
        assert [row.person_id for row in Message.objects.all()] == [cast.chen.person_id]
        assert [row.person_id for row in Ring.objects.all()] == [cast.chen.person_id]
        assert not Choice.objects.exists()
        assert Record.objects.get(stream=f"message:{cast.granny.person_id}").erased_at == MONDAY
    assert not list(verify())


def test_two_registrations_are_one_reader_and_two_again(cast: Cast) -> None:
    with as_system():
        second = Person.objects.create(name="林秀真", place_code=HOOD).id
    first = cast.granny.person_id
    moved(first), moved(second), moved(second, "only theirs")
    merging = people.merge_persons(by=SYSTEM, at=MONDAY, standing_id=first, alias_id=second, reason="同一个人")
    assert _says(cast) == 2, "what both were told is read once"
    moved(second, "told in the old one")
    assert _says(cast) == 3
    people.part_again(by=SYSTEM, at=MONDAY, merging_id=merging.id, reason="是姐妹")
    assert _says(cast) == 2
    with as_system():
        assert Message.objects.filter(person=second).count() == 2


def _says(cast: Cast) -> int:
    with looking_as(cast.granny):
        return len(queries.mine(cast.granny).unread)
