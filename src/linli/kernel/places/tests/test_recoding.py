"""Codes that became others: what an act tells the rooms, and where an old code leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, Moves, NotAllowed, Role, as_system
from linli.kernel.audit.models import Record
from linli.kernel.places import queries, verbs
from linli.kernel.places.models import Recoding
from linli.kernel.places.recoding import moves_of

from .conftest import GRID, HOME, NOW, keeper, row

Town = Callable[[str], Any]
STREET, OTHER = "310104001", "310104002"
LATER = NOW + timedelta(days=1)


def merged() -> None:
    """The garden street goes into the river street, whose neighbourhoods keep their codes."""
    verbs.merge_places(by=keeper(), at=NOW, codes_from=[OTHER], into=STREET)


def split(heir: str | None = None) -> None:
    into = [row("310104021", "西街道"), row("310104022", "东街道")]
    placed = {"310104001001": "310104021", "310104001002": "310104022"}
    verbs.split_place(by=keeper(), at=NOW, code=STREET, into=into, children=placed, heir=heir)


ACTS: dict[str, tuple[Callable[[], object], Moves]] = {
    "merge": (merged, Moves({"310104002001": "310104001003"}, {OTHER: STREET}, {})),
    "recode": (
        lambda: verbs.recode_place(by=keeper(), at=NOW, code=STREET, new_code="310104031"),
        Moves({STREET: "310104031"}, {}, {}),
    ),
    "split": (
        lambda: split(heir="310104022"),
        Moves(
            {"310104001001": "310104021001", "310104001002": "310104022002"},
            {STREET: "310104022"},
            {STREET: ("310104021", "310104022")},
        ),
    ),
}


@pytest.mark.parametrize("verb", ACTS)
def test_an_act_opens_a_recoding_that_says_what_its_record_says(town: Town, verb: str) -> None:
    act, moves = ACTS[verb]
    act()
    recoding = Recoding.objects.get()
    with as_system():
        record = Record.objects.get(id=recoding.record)
    assert record.verb == f"places.{verb}" and moves_of(record) == moves
    assert queries.open_moves() == [moves] and recoding.seen_at is None


def test_records_from_before_there_were_heirs_are_read_all_the_same(town: Town) -> None:
    split()
    with as_system():
        record = Record.objects.get(id=Recoding.objects.get().record)
    del record.after["heir"]
    assert moves_of(record).rests == {STREET: "310104021"}, "the first part named"


def test_the_heir_of_a_split_is_one_of_its_parts(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        split(heir=OTHER)
    assert set(refused.value.fields) == {"heir"} and queries.exists(STREET)
    split(heir="310104022")
    assert queries.now_called(STREET) == "310104022"


def test_an_old_code_leads_to_what_it_became_however_long_ago(town: Town) -> None:
    gone = "310104002009"
    verbs.add_place(by=keeper(), at=NOW, row=row(gone, "拆迁居委会"))
    verbs.close_place(by=keeper(), at=NOW, code=gone, note="拆迁")
    merged()
    assert queries.now_called("310104002001") == "310104001003"
    assert queries.now_called(OTHER) == STREET
    assert queries.now_called(gone) == STREET, "closed before: what lay there lies in the street"
    assert queries.now_called(HOME) == HOME and queries.now_called(GRID) == GRID
    assert queries.now_called("310104002777") is None, "nobody ever registered it"
    assert queries.now_called("310105001") is None


def test_a_closed_place_leads_nowhere_while_nothing_above_it_has_changed(town: Town) -> None:
    verbs.close_place(by=keeper(), at=NOW, code=HOME, note="拆除")
    assert queries.now_called(HOME) is None


def test_two_codes_of_one_place_lie_in_each_other(town: Town) -> None:
    merged()
    for code, scope in (
        ("310104001003", OTHER), ("310104002001", STREET), ("310104002001", "310104001003"), (GRID, STREET), (GRID, "*"),
    ):  # fmt: skip
        assert queries.lies_in(code, scope), (code, scope)
    assert not queries.lies_in("310104001003", "310105") and not queries.lies_in(GRID, "310104001003")


def test_who_worked_there_a_moment_ago_is_still_allowed_to_and_nobody_else(town: Town) -> None:
    merged()

    def dispatcher(scope: str) -> Actor:
        return Actor(role=Role.DISPATCHER, scope=scope)

    queries.require_at(dispatcher(OTHER), "matters.open", "310104001003")
    queries.require_at(dispatcher("310104002001"), "matters.open", "310104001003")
    for scope in ("310105", "310104001001", ""):
        with pytest.raises(NotAllowed):
            queries.require_at(dispatcher(scope), "matters.open", "310104001003")
    with pytest.raises(NotAllowed):
        queries.require_at(Actor(role=Role.LEADER, scope=OTHER), "matters.open", "310104001003")


def test_the_street_a_neighbourhood_left_is_not_allowed_there_any_more(town: Town) -> None:
    verbs.recode_place(by=keeper(), at=NOW, code="310104001001", new_code="310104002005")
    assert queries.now_called("310104001001") == "310104002005"
    with pytest.raises(NotAllowed):
        queries.require_at(Actor(role=Role.DISPATCHER, scope=STREET), "matters.open", "310104002005")


def test_a_code_that_became_another_is_given_to_no_place_again(town: Town) -> None:
    merged()
    for code in (OTHER, "310104002001"):
        with pytest.raises(Invalid, match="不重复使用"):
            verbs.add_place(by=keeper(), at=NOW, row=row(code, "花园街道", valid_from=timezone.localdate(NOW)))
    verbs.rename_place(by=keeper(), at=NOW, code=STREET, name="两江街道")
    with pytest.raises(Conflict):
        verbs.recode_place(by=keeper(), at=LATER, code=STREET, new_code=OTHER)


def test_only_the_system_carries(town: Town) -> None:
    merged()
    recoding = Recoding.objects.get()
    with as_system():
        record = Record.objects.get(id=recoding.record)
    for act in (
        lambda: verbs.begin_carrying(by=keeper(), record=record),
        lambda: verbs.note_carried(by=keeper(), recoding=recoding, room="matters", count=1),
        lambda: verbs.finish_carrying(by=keeper(), at=NOW, recoding=recoding),
    ):
        with pytest.raises(NotAllowed):
            act()
    begun = verbs.begin_carrying(by=SYSTEM, record=record)
    verbs.note_carried(by=SYSTEM, recoding=begun, room="matters", count=2)
    verbs.note_carried(by=SYSTEM, recoding=begun, room="matters", count=3)
    verbs.finish_carrying(by=SYSTEM, at=LATER, recoding=begun)
    assert queries.open_moves() == [] and begun.carried == {"matters": 5}
    with as_system():
        told = Record.objects.get(stream=f"recoding:{begun.id}", verb="places.carried")
    assert told.after["carried"] == {"matters": 5} and told.after["act"] == str(record.id)
