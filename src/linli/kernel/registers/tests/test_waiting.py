"""Those of a table who are not registered: all of them wait, sealed, and come in part by part once somebody has seen them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from linli.kernel.access import SYSTEM, NotAllowed, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Entry, Fact, Waiting, WaitingPart
from linli.kernel.registers.verbs import importing

from .test_importing import LATER, check, labels, sheet, someone, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PART", 3)
    monkeypatch.setattr(importing, "BATCH", 5)
    monkeypatch.setattr(importing, "MOST_SHOWN", 2)


def rows(count: int, *more: list[object]) -> bytes:
    (alone,) = labels("lives-alone")
    named = [[f"新来{n}", check(f"1101011990{n % 12 + 1:02d}07{100 + n}"), HOOD, "是"] for n in range(count)]
    return sheet(["姓名", "身份证号", "住址", alone], *named, *more)


def waiting(cast: Cast, content: bytes) -> UUID:
    found = take(cast, content).waiting_id
    assert found is not None
    return found


def step(cast: Cast, key: UUID, hours: int = 1) -> Waiting:
    return verbs.register_waiting(by=cast.social, at=LATER + timedelta(hours=hours), waiting_id=key)


def test_all_wait_however_few_are_shown_and_come_in_part_by_part(cast: Cast) -> None:
    shown = take(cast, rows(7))
    assert (shown.stranger_rows, len(shown.strangers), shown.registered) == (7, 2, 0) and shown.waiting_id
    with as_system():
        assert not Person.objects.filter(name__startswith="新来").exists(), "nobody is registered unseen"
        assert b"110101" not in b"".join(bytes(p.sealed) for p in WaitingPart.objects.all()), (
            "their numbers are sealed"
        )
    seen = []
    for _more in range(9):
        came = step(cast, shown.waiting_id)
        seen.append((came.done, came.registered))
        if came.ended_at:
            break
    assert seen == [(3, 3), (5, 5), (7, 7)], "of five lines read at once, and the last two"
    with as_system():
        assert Person.objects.filter(name__startswith="新来").count() == Fact.objects.count() == 7
        assert not WaitingPart.objects.exists() and Entry.objects.count() == 1
        told = Record.objects.filter(verb="registers.import").order_by("seq")
        assert [record.after["registered"] for record in told] == [3, 2, 2], "a record in each transaction"


def test_after_the_end_and_taken_in_again_nobody_is_registered_twice(cast: Cast) -> None:
    key = waiting(cast, rows(2))
    ended = step(cast, key)
    assert ended.ended_at is not None and step(cast, key, hours=2).registered == 2
    again = take(cast, rows(2), at=LATER + timedelta(hours=3))
    assert (again.same, again.stranger_rows, again.waiting_id) == (2, 0, None)
    with as_system():
        assert Person.objects.filter(name__startswith="新来").count() == 2


def test_one_number_in_two_batches_is_one_persons(cast: Cast) -> None:
    first = ["新来0", check("11010119900107100"), HOOD, "否"]
    shown = take(cast, rows(7, first, ["另一个", *first[1:]]))
    assert shown.stranger_rows == 7
    said = {row.number: row.sentence for row in shown.refused}
    assert "第 2 行说的是同一个" in said[9] and "姓名却不同" in said[10]


def test_what_is_refused_then_is_told_and_holds_up_no_other(cast: Cast) -> None:
    key = waiting(cast, rows(2, ["外居的", check("11010119720307123"), "哪里也不是", "是"]))
    ended = step(cast, key)
    assert (ended.done, ended.registered, ended.refused) == (3, 2, 1) and ended.ended_at
    (row,) = verbs.refused_of(ended)
    assert row.number == 4 and row.cells[0] == "外居的" and row.sentence


def test_somebody_registered_meanwhile_is_found_and_not_made_again(cast: Cast) -> None:
    key = waiting(cast, rows(2))
    someone("新来0", identity=check("11010119900107100"))
    ended = step(cast, key)
    assert (ended.registered, ended.facts) == (1, 2)


def test_only_who_took_it_in_and_may_register_goes_on(cast: Cast) -> None:
    key = waiting(cast, rows(1))
    other = replace(cast.social, account_id=cast.street_duty.account_id)
    with pytest.raises(NotFound):
        verbs.register_waiting(by=other, at=LATER, waiting_id=key)
    with pytest.raises(NotAllowed):
        verbs.register_waiting(by=cast.grid, at=LATER, waiting_id=key)
    with pytest.raises(NotFound):
        verbs.register_waiting(by=cast.social, at=LATER, waiting_id=uuid4())
    assert verbs.waiting_of(other) is None and verbs.waiting_of(cast.social).pk == key  # type: ignore[union-attr]


def test_what_waited_for_a_day_or_is_not_wanted_is_gone(cast: Cast) -> None:
    waiting(cast, rows(1))
    assert verbs.forget_waiting(by=SYSTEM, at=LATER + timedelta(hours=23)) == 0
    assert verbs.forget_waiting(by=SYSTEM, at=LATER + timedelta(hours=25)) == 1
    key = waiting(cast, rows(1))
    verbs.drop_waiting(by=cast.social, waiting_id=key)
    with as_system():
        assert not WaitingPart.objects.exists()
