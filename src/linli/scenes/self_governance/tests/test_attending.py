"""Coming and leaving: the code of this moment, near the place, never before, never negative, and not by oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, TooMany
from linli.scenes.self_governance import codes, hours, verbs
from linli.scenes.self_governance.verbs import Position
from linli.scenes.self_governance.verbs.attending import COMING, about, key

from .cast import HERE, HOUR, MINUTE, NEW_YEAR, STARTS, Neighbours, coming, fresh, leaving

SECOND = timedelta(seconds=1)


def test_coming_and_leaving_with_the_code_on_show(town: Neighbours) -> None:
    shift = town.shift()
    one = town.served("granny", shift, minutes=95)
    assert (one.state, one.in_at, one.out_at) == ("left", STARTS, STARTS + 95 * MINUTE)
    assert not one.unverified and one.in_by == "code"


def test_a_photographed_code_is_of_no_use_when_its_moment_is_over(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    shown = coming(shift, STARTS)
    give = {"by": town.granny, "sign_up_id": one.id, "code": shown, "position": HERE}
    with pytest.raises(Invalid, match="过时"):
        verbs.check_in(at=STARTS + codes.STEP + codes.GRACE, **give)
    with pytest.raises(Invalid, match="码不对"):
        verbs.check_in(at=STARTS, **{**give, "code": coming(town.shift(town.activity()), STARTS)})
    assert verbs.check_in(at=STARTS + codes.STEP + codes.GRACE - SECOND, **give).state == "arrived"


def test_the_code_that_signs_in_does_not_sign_out(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    give = {"by": town.granny, "at": STARTS, "sign_up_id": one.id, "position": HERE}
    with pytest.raises(Invalid, match="签退码"):
        verbs.check_in(code=leaving(shift, STARTS), **give)
    verbs.check_in(code=coming(shift, STARTS), **give)
    assert verbs.check_in(code=coming(shift, STARTS), **give).state == "arrived"  # the camera saw it twice
    with pytest.raises(Invalid, match="签到码"):
        verbs.check_out(code=coming(shift, STARTS), **give)


def test_six_digits_are_not_to_be_guessed(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    right = codes.typed(key(), about(shift.id, COMING), STARTS)
    assert len(right) == 6
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(8):
        with pytest.raises(Invalid):
            verbs.check_in(by=town.granny, at=STARTS, sign_up_id=one.id, code=wrong, position=HERE)
    with pytest.raises(TooMany):
        verbs.check_in(by=town.granny, at=STARTS, sign_up_id=one.id, code=right, position=HERE)


def test_from_far_away_says_how_far_and_keeps_no_position(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    give = {"by": town.granny, "at": STARTS, "sign_up_id": one.id, "code": coming(shift, STARTS)}
    with pytest.raises(Invalid, match=r"约 1\.1 公里，签到要在 300 米"):
        verbs.check_in(position=Position(121.5, 31.21, 20), **give)
    with pytest.raises(Invalid, match="公里"):  # "I may be anywhere" is not near
        verbs.check_in(position=Position(121.5, 31.21, 1_000_000), **give)
    with pytest.raises(Invalid, match="允许使用位置"):
        verbs.check_in(position=None, **give)
    assert (
        verbs.check_in(position=Position(121.5, 31.2031, 60), **give).state == "arrived"
    )  # 345 m, with 60 of doubt
    assert not any("31.2" in str(value) for value in vars(fresh(one)).values())


def test_when_one_may_come(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)

    def come(at: datetime) -> None:
        verbs.check_in(by=town.granny, at=at, sign_up_id=one.id, code=coming(shift, at), position=HERE)

    with pytest.raises(Conflict, match="还没到时间"):
        come(STARTS - HOUR - SECOND)
    with pytest.raises(Conflict, match="已经结束"):
        come(STARTS + 3 * HOUR)
    with pytest.raises(NotFound):
        verbs.check_in(by=town.chen, at=STARTS, sign_up_id=one.id, code=coming(shift, STARTS), position=HERE)
    come(STARTS - HOUR)
    out = STARTS + 30 * MINUTE
    verbs.check_out(by=town.granny, at=out, sign_up_id=one.id, code=leaving(shift, out), position=HERE)
    assert verbs.certify(by=town.social, at=out, sign_up_id=one.id).minutes == 30  # the hour before is not counted


def test_a_forgotten_check_out_ends_with_the_shift_unverified(town: Neighbours) -> None:
    shift = town.shift()
    came, missed = town.join("granny", shift), town.join("chen", shift)
    waits = town.join("zhang", shift)
    verbs.check_in(by=town.granny, at=STARTS, sign_up_id=came.id, code=coming(shift, STARTS), position=HERE)
    end = STARTS + 3 * HOUR
    assert verbs.close_over(at=end + hours.LATE - SECOND) == 0
    assert verbs.close_over(at=end + hours.LATE) == 1
    assert verbs.close_over(at=end + hours.LATE) == 0
    one = fresh(came)
    assert (one.state, one.out_at, one.unverified) == ("left", end, True)
    assert (fresh(missed).state, fresh(waits).state) == ("no_show", "cancelled")
    with pytest.raises(Invalid, match="依据"):
        verbs.certify(by=town.social, at=end + 3 * HOUR, sign_up_id=came.id)
    assert verbs.certify(by=town.social, at=end + 3 * HOUR, sign_up_id=came.id, note="家属证实").minutes == 180


def test_over_midnight_and_the_end_of_the_year(town: Neighbours) -> None:
    shift = town.shift(town.activity(), NEW_YEAR, ends_at=NEW_YEAR + 3 * HOUR)
    one = town.join("granny", shift)
    verbs.check_in(by=town.granny, at=NEW_YEAR, sign_up_id=one.id, code=coming(shift, NEW_YEAR), position=HERE)
    out = NEW_YEAR + 150 * MINUTE  # half past one, in another year
    verbs.check_out(by=town.granny, at=out, sign_up_id=one.id, code=leaving(shift, out), position=HERE)
    assert verbs.certify(by=town.social, at=out, sign_up_id=one.id).minutes == 150


def test_a_clock_moved_back_makes_no_negative_hours(town: Neighbours) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    verbs.check_in(
        by=town.granny, at=STARTS + HOUR, sign_up_id=one.id, code=coming(shift, STARTS + HOUR), position=HERE
    )
    gone = verbs.check_out(by=town.granny, at=STARTS, sign_up_id=one.id, code=leaving(shift, STARTS), position=HERE)
    assert gone.out_at == gone.in_at
    assert verbs.certify(by=town.social, at=STARTS + 2 * HOUR, sign_up_id=one.id).minutes == 0


def test_books_do_not_go_back_with_the_clock(town: Neighbours) -> None:
    """What was certified after the clock was moved back waits until it is right again; nothing is half-written."""
    shift = town.shift()
    first, second = town.served("granny", shift, minutes=60), town.served("chen", shift, minutes=60)
    verbs.certify(by=town.social, at=STARTS + 2 * HOUR, sign_up_id=first.id)
    with pytest.raises(Conflict, match="请先校准时钟"):
        verbs.certify(by=town.social, at=STARTS + HOUR, sign_up_id=second.id)
    assert (fresh(second).state, fresh(second).minutes) == ("left", None)
    verbs.certify(by=town.social, at=STARTS + 2 * HOUR, sign_up_id=second.id)


def test_a_proxy_joins_for_somebody_and_is_not_there_for_them(town: Neighbours) -> None:
    shift = town.shift()
    proxy = replace(town.chen, role=Role.PROXY, person_id=town.granny.person_id, on_behalf="林阿婆")
    one = verbs.join(by=proxy, at=STARTS - HOUR, shift_id=shift.id)
    with pytest.raises(NotAllowed, match="本人到场"):
        verbs.check_in(by=proxy, at=STARTS, sign_up_id=one.id, code=coming(shift, STARTS), position=HERE)


def test_who_has_no_phone_is_signed_in_by_the_organiser(town: Neighbours) -> None:
    one = town.join("old_li", town.shift())
    with pytest.raises(NotAllowed):
        verbs.mark_arrived(by=town.handler, at=STARTS, sign_up_id=one.id)
    verbs.mark_arrived(by=town.social, at=STARTS, sign_up_id=one.id)
    left = verbs.mark_left(by=town.social, at=STARTS + HOUR, sign_up_id=one.id)
    assert (left.state, left.in_by) == ("left", "hand")


_AT = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@given(_AT, st.integers(1, 24 * 60), st.integers(-3000, 3000), st.integers(-3000, 3000))
def test_minutes_are_never_negative_and_never_more_than_the_shift(
    begins: datetime, lasts: int, came: int, left: int
) -> None:
    ends = begins + lasts * MINUTE
    got = hours.served(begins, ends, begins + came * MINUTE, begins + left * MINUTE)
    assert got == max(0, min(left, lasts) - max(came, 0))
    assert 0 <= got <= lasts


@given(_AT, st.integers(0, 3600))
def test_a_code_holds_in_its_step_and_ten_seconds_more(at: datetime, later: int) -> None:
    shown = codes.scanned(b"key", "shift:1:in", at)
    then = at + timedelta(seconds=later)
    step_ends = datetime.fromtimestamp((codes.step_of(at) + 1) * codes.STEP.total_seconds(), UTC)
    assert codes.holds(b"key", "shift:1:in", shown, then) is (then < step_ends + codes.GRACE)
    assert not codes.holds(b"other", "shift:1:in", shown, then)
