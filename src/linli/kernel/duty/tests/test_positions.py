"""Positions: only on duty, only with their knowledge, gone after a day; every look is seen by whoever was looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Position, Shift
from linli.kernel.duty.positions import closed
from linli.kernel.duty.queries.mine import mine
from linli.kernel.duty.queries.positions import latest

from .cast import DISTRICT, STREET, TUESDAY, Cast, clock

EIGHT, NINE = clock(TUESDAY, 8), clock(TUESDAY, 9)
SECRET = (121.47371, 31.23041)


def served(cast: Cast) -> Shift:
    shift = cast.shift("li")
    verbs.check_in(by=cast.li, at=EIGHT, shift_id=shift.id)
    return shift


def tell(cast: Cast, shift: Shift, at=NINE, lon: float = SECRET[0]) -> bool:
    return verbs.tell_position(by=cast.li, at=at, shift_id=shift.id, lon=lon, lat=SECRET[1], doubt=12)


def seen(cast: Cast, who: str = "duty", at=NINE) -> list[str]:
    with looking_as(cast.actors[who]):
        return [one.name for one in latest(cast.actors[who], STREET, at)]


def kept() -> int:
    with as_system():
        return Position.objects.count()


def test_nothing_is_taken_before_they_switch_it_on_or_before_they_came(cast: Cast) -> None:
    shift = cast.shift("li")
    with pytest.raises(Conflict, match="到岗以后"):
        verbs.share(by=cast.li, at=clock(TUESDAY, 7), shift_id=shift.id)
    verbs.check_in(by=cast.li, at=EIGHT, shift_id=shift.id)
    with pytest.raises(Conflict, match="没有在共享"):
        tell(cast, shift)
    assert kept() == 0
    with as_system(), pytest.raises(IntegrityError, match="nobody shares"), transaction.atomic():
        Position.objects.create(
            shift=shift, account_id=cast.id("li"), place_code=STREET, at=NINE, sealed=closed(*SECRET, 5)
        )


def test_the_wall_sees_who_shares_until_the_moment_they_leave(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    assert tell(cast, shift) is True
    assert tell(cast, shift, NINE + timedelta(seconds=5)) is False  # more often than is written down
    with looking_as(cast.duty):
        (one,) = latest(cast.duty, STREET, NINE)
    assert (one.name, one.point.lon, one.point.lat, one.point.doubt, one.fresh) == ("李强", *SECRET, 12, True)
    with looking_as(cast.duty):
        assert latest(cast.duty, STREET, NINE + timedelta(minutes=20))[0].fresh is False
    verbs.check_out(by=cast.li, at=clock(TUESDAY, 10), shift_id=shift.id)
    assert seen(cast, at=clock(TUESDAY, 10)) == []
    with pytest.raises(Conflict, match="已经离岗"):
        tell(cast, shift, clock(TUESDAY, 10, 1))


def test_switching_it_off_hides_at_once_and_nothing_from_before_comes_back(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    verbs.stop_sharing(by=cast.li, at=clock(TUESDAY, 9, 5), shift_id=shift.id)
    assert seen(cast, at=clock(TUESDAY, 9, 5)) == []
    with pytest.raises(Conflict):
        tell(cast, shift, clock(TUESDAY, 9, 6))
    verbs.share(by=cast.li, at=clock(TUESDAY, 11), shift_id=shift.id)
    assert seen(cast, at=clock(TUESDAY, 11)) == []


def test_a_forgotten_check_out_ends_the_sharing(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    assert seen(cast, at=clock(TUESDAY, 16)) == []  # the shift is over, closed or not
    with pytest.raises(Conflict):
        tell(cast, shift, clock(TUESDAY, 16))
    verbs.close_forgotten(at=clock(TUESDAY, 16, 30))
    with as_system():
        assert Shift.objects.get(pk=shift.pk).unshared_at == clock(TUESDAY, 16)


def test_after_a_day_nothing_is_left(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    for minute in (0, 10, 20):
        tell(cast, shift, NINE + timedelta(minutes=minute))
    verbs.check_out(by=cast.li, at=clock(TUESDAY, 10), shift_id=shift.id)
    day = timedelta(hours=24)
    assert verbs.erase_old(at=NINE + day - timedelta(seconds=1)) == 0
    assert verbs.erase_old(at=NINE + day) == 1
    assert verbs.erase_old(at=NINE + day + timedelta(minutes=20)) == 2
    assert kept() == 0
    assert (
        verbs.look_at_track(by=cast.head, at=NINE + day + timedelta(minutes=20), shift_id=shift.id, reason="复盘")
        == []
    )
    # Nor does the audit tell where anybody was.
    with as_system():
        said = " ".join(str((r.before, r.after, r.note)) for r in Record.objects.filter(stream=shift.stream))
    assert "121." not in said and "31.2" not in said


def test_what_is_past_its_time_is_not_shown_even_before_it_is_erased(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    assert verbs.look_at_track(by=cast.head, at=NINE + timedelta(hours=24), shift_id=shift.id, reason="复盘") == []


def test_at_rest_nobody_reads_where_somebody_is(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT sealed, to_jsonb(p) - 'sealed' FROM duty_position p")
        ((sealed, rest),) = cursor.fetchall()
    assert b"121.4" not in bytes(sealed) and "121.4" not in str(rest)


def test_whoever_looks_says_why_and_is_seen(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    with pytest.raises(Invalid, match="原因"):
        verbs.look_at_track(by=cast.head, at=NINE, shift_id=shift.id, reason=" ")
    for who in ("liu", "dispatcher", "grid"):
        with pytest.raises(NotAllowed):
            verbs.look_at_track(by=cast.actors[who], at=NINE, shift_id=shift.id, reason="看看")
    with pytest.raises((NotAllowed, NotFound)):
        verbs.look_at_track(by=cast.far_head, at=NINE, shift_id=shift.id, reason="看看")
    (point,) = verbs.look_at_track(by=cast.head, at=NINE, shift_id=shift.id, reason="走失老人，看谁最近")
    assert (point.lon, point.lat) == SECRET
    with looking_as(cast.li):
        (look,) = mine(cast.li, NINE).looks
    assert (look.name, look.why, look.points) == ("陈队", "走失老人，看谁最近", 1)
    with looking_as(cast.liu):
        assert mine(cast.liu, NINE).looks == []


def test_only_walls_and_those_who_plan_see_where_people_are(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    tell(cast, shift)
    assert seen(cast, "dispatcher") == seen(cast, "head") == seen(cast, "leader") == ["李强"]
    for who in ("li", "grid", "social", "admin"):
        with pytest.raises(NotAllowed):
            seen(cast, who)
    with pytest.raises(NotAllowed), looking_as(cast.duty):
        latest(cast.duty, DISTRICT, NINE)
    for who, rows in (("duty", 1), ("li", 1), ("far_duty", 0), ("far_head", 0), ("admin", 0)):
        with looking_as(cast.actors[who]), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM duty_position")
            assert cursor.fetchone() == (rows,), who


def test_a_position_that_is_none_is_refused(cast: Cast) -> None:
    shift = served(cast)
    verbs.share(by=cast.li, at=EIGHT, shift_id=shift.id)
    for lon in (float("nan"), float("inf"), 181.0):
        with pytest.raises(Invalid):
            tell(cast, shift, lon=lon)
    with pytest.raises(NotFound):
        verbs.tell_position(by=cast.liu, at=NINE, shift_id=shift.id, lon=1, lat=1)
