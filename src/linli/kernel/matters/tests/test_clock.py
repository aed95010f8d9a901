"""预警—提醒—督办 by the calendar: across the National Day holiday of 2026 with its 调休 (10 October works)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.kernel.access import Level, as_system
from linli.kernel.audit.queries import story
from linli.kernel.matters import verbs
from linli.kernel.matters.clock import next_due, tick_due
from linli.kernel.matters.models import Matter, Order, Stage

from .cast import Cast, fresh

SHANGHAI = ZoneInfo("Asia/Shanghai")


def sh(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def ticked(matter: Matter) -> list[tuple[str, str]]:
    """The clock's records of a matter: what it did, and the local time it was for."""
    with as_system():
        return [
            (
                r.verb.partition(".")[2],
                datetime.fromisoformat(r.after["scheduled"]).astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
            )
            for r in story(matter.stream)
            if r.actor_role == "system"
        ]


def test_what_nobody_takes_climbs_level_by_level_over_the_holiday(cast: Cast):
    m = cast.report(at=sh(9, 29, 9))  # two working hours to answer: until 11:00
    while tick_due(at=sh(10, 9, 18)):
        pass
    assert ticked(m) == [
        ("warned", "09-29 10:36"),
        ("reminded", "09-29 10:48"),
        ("supervised", "09-29 11:00"),
        ("supervised", "09-30 17:30"),
        ("supervised", "10-08 17:30"),
    ]
    with as_system():
        levels = list(
            Order.objects.filter(matter=m, automatic=True).order_by("level").values_list("level", flat=True)
        )
    assert levels == [Level.STREET, Level.DISTRICT, Level.CITY]
    assert fresh(m).climbed == Level.CITY and fresh(m).ever_late


def test_each_step_comes_at_its_instant_and_not_before(cast: Cast):
    m = cast.report(at=sh(9, 29, 9))
    for at, stage, level in (
        (sh(9, 29, 10, 36), Stage.WARNED, 0),
        (sh(9, 29, 10, 48), Stage.REMINDED, 0),
        (sh(9, 29, 11), Stage.SUPERVISED, Level.STREET),
        (sh(9, 30, 17, 30), Stage.SUPERVISED, Level.DISTRICT),
        (sh(10, 8, 17, 30), Stage.SUPERVISED, Level.CITY),
    ):
        while tick_due(at=at - timedelta(seconds=1)):
            pass
        before = fresh(m)
        assert (before.stage, before.climbed) < (stage, level)
        while tick_due(at=at):
            pass
        assert (fresh(m).stage, fresh(m).climbed) == (stage, level)


def test_no_edit_sets_the_clock_back(cast: Cast):
    m = cast.report(at=sh(9, 29, 9))
    tick_due(at=sh(9, 29, 10, 36))
    verbs.comment(matter_id=m.id, by=cast.social, at=sh(9, 29, 10, 40), text="已打电话")
    verbs.move(matter_id=m.id, by=cast.social, at=sh(9, 29, 10, 41), place_code=m.place_code, address="路口")
    assert fresh(m).stage == Stage.WARNED
    assert fresh(m).next_tick_at == sh(9, 29, 10, 48)


def test_a_pause_over_the_holiday_and_an_extension_move_every_step(cast: Cast):
    m = cast.assigned(at=sh(9, 28, 10))  # three working days: 29, 30 September and 8 October
    assert m.finish_due == sh(10, 8, 17, 30)
    verbs.pause(matter_id=m.id, by=cast.handler, at=sh(9, 29, 9), reason="procedure")
    assert fresh(m).next_tick_at is None
    assert tick_due(at=sh(10, 12, 9)) == 0
    m = verbs.resume(matter_id=m.id, by=cast.handler, at=sh(10, 9, 9))
    # 29, 30 September and 8 October stood still: three working days later, and Saturday the 10th works
    assert m.finish_due == sh(10, 12, 17, 30)
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=sh(10, 9, 10), span="2 working_day", reason="等设备")
    m = verbs.decide_extension(matter_id=m.id, by=cast.street_leader, at=sh(10, 9, 11), granted=True)
    assert m.finish_due == sh(10, 14, 17, 30)
    while tick_due(at=sh(10, 14, 17, 29)):
        pass
    assert fresh(m).stage == Stage.REMINDED
    while tick_due(at=sh(10, 14, 17, 30)):
        pass
    assert fresh(m).climbed == Level.STREET


def test_a_paused_clock_takes_no_step_and_a_late_one_stays_late(cast: Cast):
    m = cast.assigned(at=sh(9, 1, 10))
    while tick_due(at=sh(9, 7, 10)):
        pass
    climbed = fresh(m).climbed
    assert climbed
    verbs.pause(matter_id=m.id, by=cast.street_duty, at=sh(9, 7, 11), reason="weather")
    m = verbs.resume(matter_id=m.id, by=cast.street_duty, at=sh(9, 9, 11))
    assert m.due_at < sh(9, 9, 11) and m.stage == Stage.SUPERVISED


def test_an_order_without_reply_is_seen_to_be_missed_once(cast: Cast):
    m = cast.assigned(at=sh(9, 1, 10))
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(9, 1, 11), text="今天答复", reply_due=sh(9, 1, 16))
    for _ in range(3):
        while tick_due(at=sh(9, 1, 16, 30)):
            pass
    assert [t for t in ticked(m) if t[0] == "order_missed"] == [("order_missed", "09-01 16:00")]


def test_a_helper_is_reminded_at_their_own_date(cast: Cast):
    m = cast.report(at=sh(9, 1, 9))
    verbs.assign(
        matter_id=m.id,
        by=cast.dispatcher,
        at=sh(9, 1, 9),
        unit_id=cast.units["enforcement"].id,
        helpers=[(cast.units["sanitation"].id, "清扫", sh(9, 1, 15))],
    )
    while tick_due(at=sh(9, 1, 15)):
        pass
    assert ("part_reminded", "09-01 15:00") in ticked(m)


def test_ten_due_at_once_are_taken_in_order(cast: Cast):
    matters = [cast.report(at=sh(9, 29, 9) + timedelta(seconds=i)) for i in range(10)]
    assert next_due() == sh(9, 29, 10, 36)
    assert tick_due(at=sh(9, 29, 10, 36) + timedelta(seconds=4), limit=3) == 3
    assert [fresh(m).stage for m in matters] == [1, 1, 1, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("verb", ["accept", "assign"])
def test_a_late_answer_is_late_for_good(cast: Cast, verb: str):
    m = cast.report(at=sh(9, 29, 9))
    more = {"unit_id": cast.units["enforcement"].id} if verb == "assign" else {}
    m = getattr(verbs, verb)(matter_id=m.id, by=cast.dispatcher, at=sh(9, 29, 15), **more)
    assert m.ever_late and m.leg == "finish" and m.due_at == m.finish_due
