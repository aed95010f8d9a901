"""Swaps: asked, agreed, decided; nobody is on two shifts at once, and nobody decides on their own."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Shift, Swap

from .cast import AT, TUESDAY, Cast, clock, fresh

WEDNESDAY = TUESDAY + timedelta(days=1)


def swapped(cast: Cast, back: bool = True) -> tuple[Shift, Shift, Swap]:
    mine, theirs = cast.shift("li"), cast.shift("liu", day=WEDNESDAY)
    swap = verbs.ask_swap(
        by=cast.li, at=AT, shift_id=mine.id, colleague_id=cast.id("liu"), back_id=theirs.id if back else None
    )
    return mine, theirs, swap


def test_two_change_places_when_the_head_says_so(cast: Cast) -> None:
    mine, theirs, swap = swapped(cast)
    verbs.answer_swap(by=cast.liu, at=AT, swap_id=swap.id, agrees=True)
    assert fresh(mine).account_id == cast.id("li")
    verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=True)
    assert (fresh(mine).account_id, fresh(theirs).account_id) == (cast.id("liu"), cast.id("li"))


def test_where_nobody_decides_they_have_changed_places_at_once(cast: Cast) -> None:
    mine, theirs, swap = swapped(cast)
    with as_system():
        roster = mine.roster
    verbs.set_roster(by=cast.head, at=AT, roster_id=roster.id, name=roster.name, head_decides=False)
    verbs.answer_swap(by=cast.liu, at=AT, swap_id=swap.id, agrees=True)
    assert (fresh(mine).account_id, fresh(theirs).account_id) == (cast.id("liu"), cast.id("li"))


def test_one_may_be_given_for_nothing(cast: Cast) -> None:
    mine, theirs, swap = swapped(cast, back=False)
    verbs.answer_swap(by=cast.liu, at=AT, swap_id=swap.id, agrees=True)
    verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=True)
    assert (fresh(mine).account_id, fresh(theirs).account_id) == (cast.id("liu"), cast.id("liu"))


def test_a_colleague_who_is_on_duty_then_cannot_take_it(cast: Cast) -> None:
    mine = cast.shift("li")
    verbs.add_shift(
        by=cast.duty, at=AT, roster_id=mine.roster.id, day=TUESDAY, begins=time(15), ends=time(18),
        account_id=cast.id("liu"),
    )  # fmt: skip
    with pytest.raises(Conflict, match="换不了"):
        verbs.ask_swap(by=cast.li, at=AT, shift_id=mine.id, colleague_id=cast.id("liu"))


def test_what_changed_meanwhile_is_not_swapped(cast: Cast) -> None:
    mine, _theirs, swap = swapped(cast)
    verbs.answer_swap(by=cast.liu, at=AT, swap_id=swap.id, agrees=True)
    verbs.add_shift(
        by=cast.duty, at=AT, roster_id=mine.roster.id, day=TUESDAY, begins=time(16), ends=time(18),
        account_id=cast.id("liu"),
    )  # fmt: skip
    verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=True)  # next to each other: it fits
    second = verbs.ask_swap(by=cast.liu, at=AT, shift_id=mine.id, colleague_id=cast.id("li"))
    verbs.set_shift(by=cast.duty, at=AT, shift_id=mine.id, account_id=cast.id("sun"), reason="调整")
    with as_system():
        assert Swap.objects.get(pk=second.id).state == "void"
    with pytest.raises(Conflict):
        verbs.answer_swap(by=cast.li, at=AT, swap_id=second.id, agrees=True)


def test_who_may_do_what(cast: Cast) -> None:
    mine, theirs, swap = swapped(cast)
    with pytest.raises(NotFound):
        verbs.ask_swap(by=cast.liu, at=AT, shift_id=mine.id, colleague_id=cast.id("sun"))
    with pytest.raises(Conflict, match="已经在换"):
        verbs.ask_swap(by=cast.li, at=AT, shift_id=mine.id, colleague_id=cast.id("sun"))
    with pytest.raises(Invalid):
        verbs.ask_swap(by=cast.liu, at=AT, shift_id=theirs.id, colleague_id=cast.id("grid"))
    with pytest.raises(NotFound):
        verbs.answer_swap(by=cast.sun, at=AT, swap_id=swap.id, agrees=True)
    verbs.answer_swap(by=cast.liu, at=AT, swap_id=swap.id, agrees=True)
    with pytest.raises(NotAllowed):
        verbs.decide_swap(by=cast.li, at=AT, swap_id=swap.id, granted=True)
    with pytest.raises((NotAllowed, NotFound)):
        verbs.decide_swap(by=cast.far_head, at=AT, swap_id=swap.id, granted=True)
    with pytest.raises(Invalid, match="原因"):
        verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=False)
    verbs.withdraw_swap(by=cast.li, at=AT, swap_id=swap.id)
    with pytest.raises(Conflict):
        verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=True)


def test_a_head_does_not_decide_on_their_own_swap(cast: Cast) -> None:
    mine = cast.shift("head")
    swap = verbs.ask_swap(by=cast.head, at=AT, shift_id=mine.id, colleague_id=cast.id("li"))
    verbs.answer_swap(by=cast.li, at=AT, swap_id=swap.id, agrees=True)
    with pytest.raises(NotAllowed, match="别人决定"):
        verbs.decide_swap(by=cast.head, at=AT, swap_id=swap.id, granted=True)
    verbs.decide_swap(by=cast.duty, at=AT, swap_id=swap.id, granted=True)
    assert fresh(mine).account_id == cast.id("li")


def test_what_has_begun_is_not_swapped(cast: Cast) -> None:
    mine, _theirs, swap = swapped(cast)
    with pytest.raises(Conflict, match="已经开始"):
        verbs.answer_swap(by=cast.liu, at=clock(TUESDAY, 8), swap_id=swap.id, agrees=True)
    assert fresh(mine).account_id == cast.id("li")
