"""Leave makes gaps that everybody sees, and somebody is asked to fill each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Cover, Leave
from linli.kernel.duty.queries import gaps
from linli.kernel.duty.queries.mine import mine
from linli.kernel.people.models import Account

from .cast import AT, TUESDAY, Cast, clock, fresh

DAY = timedelta(days=1)


def away(cast: Cast, who: str = "li") -> Leave:
    return verbs.ask_leave(
        by=cast.actors[who], at=AT, starts=clock(TUESDAY, 0), ends=clock(TUESDAY + DAY, 0), kind="sick",
        note="发烧",
    )  # fmt: skip


def asked(cast: Cast) -> list[str]:
    with as_system():
        rows = Cover.objects.filter(answered_at=None, closed_at=None).select_related("account")
        return [row.account.username for row in rows]


def test_who_is_on_leave_leaves_a_gap_and_somebody_is_asked(cast: Cast) -> None:
    shift = cast.shift("li")
    cast.shift("liu", day=TUESDAY + 2 * DAY)  # has more to do than the others
    left = verbs.decide_leave(by=cast.head, at=AT, leave_id=away(cast).id, granted=True)
    assert [one.id for one in left] == [shift.id]
    assert (fresh(shift).account_id, fresh(shift).reason) == (None, "请假")
    (who,) = asked(cast)
    assert who in ("head", "sun")
    with looking_as(cast.head):
        assert shift.id in [one.id for one in gaps.gaps(cast.head, AT)]


def test_who_says_no_is_not_asked_again_and_the_next_one_is(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.decide_leave(by=cast.head, at=AT, leave_id=away(cast).id, granted=True)
    seen = set()
    while who := next(iter(asked(cast)), ""):
        assert who not in seen and who != "li"
        seen.add(who)
        verbs.answer_cover(by=cast.actors[who], at=AT, shift_id=shift.id, takes=False)
    assert seen == {"head", "liu", "sun"}
    assert fresh(shift).account_id is None  # still a gap, and still seen
    with looking_as(cast.duty):
        assert shift.id in [one.id for one in gaps.gaps(cast.duty, AT)]
    verbs.ask_cover(by=cast.duty, at=AT, shift_id=shift.id, account_id=cast.id("sun"))
    verbs.answer_cover(by=cast.sun, at=AT, shift_id=shift.id, takes=True)
    assert fresh(shift).account_id == cast.id("sun")


def test_a_gap_may_be_taken_by_a_colleague_and_nobody_else(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.set_shift(by=cast.duty, at=AT, shift_id=shift.id, account_id=None, reason="培训")
    with pytest.raises(NotFound):
        verbs.take_open(by=cast.grid, at=AT, shift_id=shift.id)
    verbs.take_open(by=cast.liu, at=AT, shift_id=shift.id)
    with pytest.raises(Conflict, match="已经有人"):
        verbs.take_open(by=cast.sun, at=AT, shift_id=shift.id)


def test_who_says_nothing_is_passed_over_the_next_is_asked_and_the_history_says_so(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.decide_leave(by=cast.duty, at=AT, leave_id=away(cast).id, granted=True)
    with as_system():
        first = Cover.objects.get(shift=shift, closed_at=None)
    soon = shift.starts_at - AT < verbs.SOON
    waits = verbs.SOON_WITHIN if soon else verbs.ANSWER_WITHIN
    assert verbs.pass_on_due(at=AT + waits - timedelta(minutes=1)) == 0
    assert verbs.pass_on_due(at=AT + waits) == 1
    with as_system():
        first.refresh_from_db()
        asked = Cover.objects.filter(shift=shift, closed_at=None).first()
        record = Record.objects.filter(verb="duty.pass_cover").get()
    assert (first.passed, first.takes) == (True, None)
    assert asked is not None
    assert asked.account_id != first.account_id
    assert (record.after["nobody"], record.after["who"]) == (False, Account.objects.get(pk=first.account_id).name)
    assert verbs.pass_on_due(at=AT + waits) == 0, "the next has as long"
    at = AT + waits
    for _each in range(9):
        at += verbs.ANSWER_WITHIN
        verbs.pass_on_due(at=at)
    with as_system():
        assert Cover.objects.filter(shift=shift).count() == Cover.objects.filter(shift=shift, passed=True).count()
        assert Record.objects.filter(verb="duty.pass_cover").order_by("seq").last().after["nobody"] is True
    verbs.take_open(by=cast.actors[_who(cast, first.account_id)], at=at, shift_id=shift.id)


def _who(cast: Cast, account_id: object) -> str:
    return next(name for name, actor in cast.actors.items() if actor.account_id == account_id)


def test_nobody_on_leave_is_planned_or_asked(cast: Cast) -> None:
    shift = cast.shift("li")
    verbs.decide_leave(by=cast.duty, at=AT, leave_id=away(cast, "liu").id, granted=True)
    with pytest.raises(Conflict, match="请假"):
        cast.plan(shift.roster, TUESDAY, "liu")
    with pytest.raises(Invalid, match="请假"):
        verbs.set_shift(by=cast.duty, at=AT, shift_id=shift.id, account_id=cast.id("liu"), reason="x")
    with pytest.raises(Conflict, match="请假"):
        verbs.ask_swap(by=cast.li, at=AT, shift_id=shift.id, colleague_id=cast.id("liu"))


def test_leave_is_decided_by_somebody_else(cast: Cast) -> None:
    leave = away(cast, "head")
    with pytest.raises(NotAllowed, match="别人决定"):
        verbs.decide_leave(by=cast.head, at=AT, leave_id=leave.id, granted=True)
    with pytest.raises(NotFound):
        verbs.decide_leave(by=cast.far_duty, at=AT, leave_id=leave.id, granted=True)
    with pytest.raises(Invalid, match="原因"):
        verbs.decide_leave(by=cast.duty, at=AT, leave_id=leave.id, granted=False)
    verbs.decide_leave(by=cast.duty, at=AT, leave_id=leave.id, granted=False, reason="人手不够")
    with pytest.raises(Conflict):
        verbs.withdraw_leave(by=cast.head, at=AT, leave_id=leave.id)


def test_two_leaves_at_once_are_one_too_many(cast: Cast) -> None:
    leave = away(cast)
    with pytest.raises(Conflict, match="已经请过假"):
        away(cast)
    verbs.withdraw_leave(by=cast.li, at=AT, leave_id=leave.id)
    away(cast)


def test_why_somebody_is_away_is_theirs_and_the_head_s(cast: Cast) -> None:
    leave = away(cast)
    for who in ("liu", "head", "duty", "grid"):
        with looking_as(cast.actors[who]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM duty_leave")
            assert cursor.fetchone() == (0,), who
    with as_system():
        (record,) = Record.objects.filter(stream=f"leave:{leave.id}")
    assert "发烧" not in str((record.after, record.note, record.before)) and "sick" not in str(record.after)
    with looking_as(cast.li):
        assert [one.note for one in mine(cast.li, AT).leaves] == ["发烧"]
    with looking_as(cast.liu):
        assert mine(cast.liu, AT).leaves == []


def test_only_hours_that_were_served_are_counted(cast: Cast) -> None:
    first, second = cast.shift("li"), cast.shift("li", day=TUESDAY + DAY)
    cast.shift("li", day=TUESDAY + 2 * DAY)
    verbs.check_in(by=cast.li, at=clock(TUESDAY, 8), shift_id=first.id)
    verbs.check_out(by=cast.li, at=clock(TUESDAY, 16), shift_id=first.id)
    verbs.check_in(by=cast.li, at=clock(TUESDAY + DAY, 9), shift_id=second.id)
    verbs.close_forgotten(at=clock(TUESDAY + DAY, 17))
    with looking_as(cast.li):
        hours = mine(cast.li, clock(TUESDAY + DAY, 18)).hours
    assert (hours.shifts, hours.hours, hours.unverified) == (2, 15.0, 7.0)
