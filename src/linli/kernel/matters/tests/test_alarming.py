"""A warning becomes a person on the spot: whom it goes to, what stands against its end, and what its story tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import SYSTEM, Conflict, Invalid, Role, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.duty import verbs as duty
from linli.kernel.matters import endings, verbs
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.models import Assignment, Matter
from linli.kernel.matters.queries.duty import alarms
from linli.kernel.matters.queries.story import story
from linli.kernel.matters.verbs import alarming
from linli.kernel.matters.verbs.sending import Sent
from linli.kernel.people.models import Post, Unit
from linli.kernel.readings.models import RuleState, Warning
from linli.kernel.readings.queries.standing import standing
from linli.kernel.readings.raised import Outcome
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.tests.conftest import TOY as READINGS
from linli.kernel.readings.verbs import ending, raising
from linli.kernel.readings.verbs import warnings as on_warnings
from linli.kernel.things import verbs as on_things
from linli.kernel.things.models import Thing, Upkeep

from .cast import ALWAYS, HOOD, MONDAY, STREET, Cast, fresh, make_cast
from .conftest import TOY


@pytest.fixture
def both(settings) -> Iterator[None]:
    settings.SCENES = [TOY, READINGS]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()


@dataclass
class Alarm:
    cast: Cast
    thing: Thing
    at: datetime = MONDAY

    def says(self, what: str, **given: Any) -> Outcome:
        of = given.pop("of", self.thing)
        outcome = raising.apply([raised(of, what, at=self.at, **given)], at=self.at, open_matter=alarming.open_for)
        alarming.tell(outcome.told, at=self.at)
        return outcome

    def over(self, at: datetime | None = None) -> int:
        told = ending.end_unheard(at=at or self.at)
        alarming.tell(told, at=at or self.at)
        return len(told)

    def after(self, **span: float) -> Alarm:
        self.at += timedelta(**span)
        return self

    def do(self, verb: str, who: str = "grid", **given: Any) -> Matter:
        return getattr(verbs, verb)(matter_id=self.matter.id, by=self.cast.actors[who], at=self.at, **given)

    @property
    def matter(self) -> Matter:
        with as_system():
            return Matter.objects.get(source="reading")

    @property
    def warning(self) -> Warning:
        with as_system():
            return Warning.objects.get()

    def follow(self) -> None:
        with as_system():
            endings.end_warnings(list(Record.objects.filter(verb__in=endings.ENDS)))

    def story(self, who: str = "street_duty") -> list[str]:
        with looking_as(self.cast.actors[who]):
            return [step.sentence for step in story(self.matter.id, self.cast.actors[who])]


@pytest.fixture
def alarm(db: None, both: None) -> Alarm:
    cast = make_cast()
    with as_system():
        for place in ("fire", "district_fire"):
            code = STREET if place == "fire" else STREET[:6]
            cast.units[place] = Unit.objects.create(
                kind="department", department="fire", name=f"{place}站", place_code=code, valid=ALWAYS
            )
    return Alarm(cast, thing(code=HOOD))


def test_the_matter_goes_at_once_to_the_neighbourhood_that_has_people_who_can_go(alarm: Alarm) -> None:
    alarm.says("raise")
    matter = alarm.matter
    assert (matter.state, matter.lead_unit_id, matter.urgency) == (
        "assigned",
        alarm.cast.units["committee"].id,
        "urgent",
    )
    assert matter.accepted_at == matter.assigned_at == MONDAY
    with looking_as(alarm.cast.grid):
        assert Matter.objects.filter(id=matter.id).exists()


def test_where_the_neighbourhood_has_nobody_it_goes_to_the_owner_nearest(alarm: Alarm) -> None:
    with as_system():
        Post.objects.filter(unit=alarm.cast.units["committee"]).delete()
        handler = Post.objects.get(account_id=alarm.cast.handler.account_id)
        Post.objects.filter(id=handler.id).update(unit=alarm.cast.units["district_fire"], place_code=STREET[:6])
    alarm.says("raise")
    assert alarm.matter.lead_unit_id == alarm.cast.units["district_fire"].id


def on_shift(alarm: Alarm, unit: str, who: str, at: datetime = MONDAY, hour: int = 9, place: str = "") -> None:
    """A roster of a unit in which somebody has the hours from nine to eleven, published."""
    cast = alarm.cast
    roster = duty.add_roster(
        by=SYSTEM, at=at - timedelta(hours=3), unit_id=cast.units[unit].id, name=f"{unit}值班", place_code=place
    )
    duty.add_shift(
        by=SYSTEM, at=at - timedelta(hours=3), roster_id=roster.id, day=at.date(), begins=time(hour),
        ends=time(hour + 2), account_id=cast.actors[who].account_id,
    )  # fmt: skip
    duty.publish(by=SYSTEM, at=at - timedelta(hours=3), roster_id=roster.id, month=at.date())


def called(alarm: Alarm) -> list[str]:
    with as_system():
        record = Record.objects.get(stream=alarm.matter.stream, verb="matters.assign")
    return (record.after or {}).get("called", [])


def two_of_fire(alarm: Alarm) -> None:
    """The handler of the street's fire station can go as well."""
    with as_system():
        Post.objects.filter(account_id=alarm.cast.handler.account_id).update(unit=alarm.cast.units["fire"])


def test_who_is_on_shift_is_called_first(alarm: Alarm) -> None:
    on_shift(alarm, "committee", "social")
    alarm.says("raise")
    assert alarm.matter.lead_unit_id == alarm.cast.units["committee"].id
    assert called(alarm) == [str(alarm.cast.social.account_id)]


def test_without_a_roster_all_goes_as_it_went(alarm: Alarm) -> None:
    two_of_fire(alarm)
    on_shift(alarm, "fire", "handler")  # another unit's roster changes nothing about the neighbourhood's own
    alarm.says("raise")
    assert (alarm.matter.lead_unit_id, called(alarm)) == (alarm.cast.units["committee"].id, [])


def test_where_the_roster_has_nobody_now_the_next_unit_that_has_goes(alarm: Alarm) -> None:
    two_of_fire(alarm)
    on_shift(alarm, "committee", "social", hour=18)
    on_shift(alarm, "fire", "handler")
    alarm.says("raise")
    assert alarm.matter.lead_unit_id == alarm.cast.units["fire"].id
    assert called(alarm) == [str(alarm.cast.handler.account_id)]


def test_an_empty_roster_never_sends_to_nobody(alarm: Alarm) -> None:
    on_shift(alarm, "committee", "social", hour=18)
    alarm.says("raise")
    assert (alarm.matter.state, alarm.matter.lead_unit_id) == ("assigned", alarm.cast.units["committee"].id)
    assert called(alarm) == []


def test_who_may_not_go_there_is_not_called(alarm: Alarm) -> None:
    on_shift(alarm, "committee", "social")
    with as_system():
        Post.objects.filter(account_id=alarm.cast.social.account_id).update(place_code=HOOD + "009")
    alarm.says("raise")
    assert (alarm.matter.lead_unit_id, called(alarm)) == (alarm.cast.units["committee"].id, [])


def test_a_roster_that_was_not_published_counts_for_nothing(alarm: Alarm) -> None:
    two_of_fire(alarm)
    on_shift(alarm, "fire", "handler")
    roster = duty.add_roster(by=SYSTEM, at=MONDAY, unit_id=alarm.cast.units["committee"].id, name="草稿")
    duty.add_shift(
        by=SYSTEM, at=MONDAY - timedelta(hours=3), roster_id=roster.id, day=MONDAY.date(), begins=time(9),
        ends=time(11), account_id=alarm.cast.social.account_id,
    )  # fmt: skip
    alarm.says("raise")
    assert (alarm.matter.lead_unit_id, called(alarm)) == (alarm.cast.units["committee"].id, [])


def test_everybody_of_the_unit_sees_it_and_is_rung_when_nobody_sets_out(alarm: Alarm) -> None:
    on_shift(alarm, "committee", "social")
    alarm.says("raise")
    for who, at, rung in (
        ("social", MONDAY, True),
        ("grid", MONDAY, False),
        ("grid", MONDAY + timedelta(minutes=2), True),
    ):
        with looking_as(alarm.cast.actors[who]):
            (one,) = alarms(alarm.cast.actors[who], at)
        assert (one.called, one.calls_me) == (("王芳",), rung), who


@given(
    units=st.lists(st.tuples(st.booleans(), st.lists(st.uuids(), max_size=2)), max_size=4),
)
def test_somebody_is_sent_wherever_anybody_can_go(units: list[tuple[bool, list[UUID]]]) -> None:
    sent = [Sent(uuid4(), tuple(called)) for _rostered, called in units]
    first = alarming._first(sent, [rostered for rostered, _called in units])
    assert (first is None) == (not units)
    if units and not units[0][0]:
        assert first is sent[0]
    if first and first is not sent[0]:
        assert first.called and not sent[0].called


def test_where_nobody_can_go_it_waits_for_the_dispatcher_as_urgent_as_it_is(alarm: Alarm) -> None:
    with as_system():
        Post.objects.filter(unit=alarm.cast.units["committee"]).delete()
    alarm.says("raise", severity=4)
    assert (alarm.matter.state, alarm.matter.urgency, alarm.matter.lead_unit_id) == ("reported", "critical", None)


def test_who_has_only_another_grid_is_not_sent(alarm: Alarm) -> None:
    with as_system():
        Post.objects.filter(unit=alarm.cast.units["committee"]).update(place_code=HOOD + "009")
    alarm.says("raise")
    assert alarm.matter.lead_unit_id is None


def test_the_same_key_again_is_the_same_matter(alarm: Alarm) -> None:
    alarm.says("raise")
    opening = {
        "by": alarm.cast.actors["grid"], "at": MONDAY, "kind": "smoke-alarm", "place_code": HOOD, "lon": None,
        "lat": None, "address": "", "title": "烟雾", "body": "烟雾", "severity": 3,
    }  # fmt: skip
    key = alarm.matter.source_key
    from linli.kernel.access import SYSTEM

    assert alarming.open_alarm(**{**opening, "by": SYSTEM, "source_key": key}) == alarm.matter.id
    with as_system():
        assert Assignment.objects.filter(matter=alarm.matter).count() == 1


def test_the_whole_journey_and_its_story(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.after(minutes=1).do("go")
    assert alarm.warning.state == "acknowledged"
    alarm.after(minutes=4).do("arrive", lon=121.5001, lat=31.2)
    alarm.after(minutes=2).do(
        "found", cause="cooking", text="302 室炒菜，没有明火。", files=[alarm.cast.photo("grid")]
    )
    alarm.after(minutes=1).says("clear", says={"value": 0.2})
    alarm.after(minutes=1).do("report_done", outcome="false-alarm", result="已提醒住户开油烟机。")
    alarm.after(minutes=5).do("close", "street_duty", reply="误报，已处置。")
    alarm.follow()
    assert (alarm.warning.state, alarm.warning.cause) == ("closed", "cooking")
    told = alarm.story()
    assert told[0].startswith("设备的预警打开了这件事")
    assert told[1:] == [
        "已派给柳湾一居居委会办理",
        "去现场了",
        "到了现场，定位距离约 10 米",
        "现场：误报，油烟、蒸汽",
        "1 层烟感读数恢复正常",
        "已处置：误报，等待核查",
        "已结案",
    ]


def test_of_two_who_set_out_at_once_the_second_is_told_who_goes(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    with pytest.raises(Conflict, match="赵网格已经在去的路上"):
        alarm.do("go", "social")
    with pytest.raises(Conflict, match="去现场的是赵网格"):
        alarm.do("arrive", "social")
    alarm.do("take", "social")
    alarm.do("go", "social")
    with pytest.raises(Conflict, match="王芳已经在去的路上"):
        alarm.do("go")


def test_what_still_reads_high_is_not_reported_done_and_says_why_and_since_when(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    with pytest.raises(Conflict, match="请先填写现场情况"):
        alarm.do("report_done", outcome="put-out", result="好了")
    alarm.do("found", cause="real", text="灭了", files=[alarm.cast.photo("grid")])
    with pytest.raises(
        Conflict, match=r"读数还没有恢复正常：1 层烟感 烟雾浓度 0\.62 %/m（限值 0\.5 %/m），自 9月7日 10:00 起"
    ):
        alarm.after(minutes=9).do("report_done", outcome="put-out", result="好了")
    assert alarm.matter.state == "assigned"


def test_a_faulty_or_maintained_device_holds_nothing_up(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("found", cause="fault", text="探头坏了", files=[alarm.cast.photo("grid")])
    alarm.do("report_done", outcome="false-alarm", result="已报修")
    alarm.do("close", "street_duty", reply="设备故障")
    alarm.follow()
    assert (alarm.warning.state, alarm.warning.cause) == ("closed", "fault")


def test_a_device_under_maintenance_holds_nothing_up(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("found", cause="test", files=[alarm.cast.photo("grid")])
    with as_system():
        lasts = DateTimeTZRange(MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1))
        Upkeep.objects.create(thing=alarm.thing, what="maintenance", lasts=lasts)
    alarm.do("report_done", outcome="false-alarm", result="维护中")


def test_done_without_any_photo_is_refused_where_the_kind_asks_for_one(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("found", cause="real")
    alarm.says("clear")
    with pytest.raises(Invalid, match="现场照片"):
        alarm.do("report_done", outcome="put-out", result="好了")


@pytest.mark.parametrize("how_far", ["assigned", "done", "closed"])
def test_what_comes_back_goes_on_in_the_same_matter(alarm: Alarm, how_far: str) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("found", cause="real", files=[alarm.cast.photo("grid")])
    alarm.after(minutes=3).says("clear")
    if how_far != "assigned":
        alarm.do("report_done", outcome="put-out", result="好了")
    if how_far == "closed":
        alarm.do("close", "street_duty", reply="好了")
    alarm.after(minutes=3).says("raise")
    alarm.follow()
    assert (alarm.matter.state, alarm.warning.times, alarm.warning.state) == ("assigned", 2, "raised")
    assert any("恢复后又报警" in sentence for sentence in alarm.story())
    with pytest.raises(Conflict, match="读数还没有恢复正常"):
        alarm.do("report_done", outcome="put-out", result="好了")


def test_after_the_end_a_new_alarm_is_a_new_matter(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("found", cause="real", files=[alarm.cast.photo("grid")])
    alarm.says("clear")
    alarm.do("report_done", outcome="put-out", result="好了")
    alarm.do("close", "street_duty", reply="好了")
    alarm.follow()
    alarm.after(minutes=1).says("raise")
    with as_system():
        assert Matter.objects.filter(source="reading").count() == 2


def test_nobody_answers_and_it_climbs_as_the_clock_says(alarm: Alarm) -> None:
    alarm.says("raise", severity=4)
    alarm.after(hours=3)
    while tick_due(at=alarm.at):
        pass
    assert (alarm.matter.stage, alarm.matter.climbed) == (3, 5)
    assert any("督办" in sentence for sentence in alarm.story())


def test_graver_it_is_more_urgent_and_its_dates_are_counted_anew(alarm: Alarm) -> None:
    alarm.says("raise")
    before = alarm.matter.finish_due
    alarm.after(minutes=1).says("step", severity=4)
    assert (alarm.matter.urgency, alarm.matter.finish_due) == ("critical", MONDAY + timedelta(hours=1))
    assert before == MONDAY + timedelta(hours=4)
    assert alarm.story()[-1].startswith("1 层烟感的预警升为红色")


def test_the_story_begins_with_what_was_measured_and_says_up_from_down(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.after(minutes=1).says("step", severity=4)
    alarm.after(minutes=1).says(
        "step", severity=3, says={"how": "above", "quantity": "smoke", "value": 0.3, "limit": 0.5}
    )
    told = story_of(alarm, alarm.matter.id)
    assert told[0].quote.startswith("烟雾浓度 0.62 %/m（限值 0.5 %/m）")
    # Under the limit of the milder grade already: a number that reads as calm is not said beside "orange".
    assert (told[-1].sentence, told[-1].quote) == ("1 层烟感的预警降为橙色", "")


def test_a_storm_is_one_matter_whose_story_counts_the_others(alarm: Alarm) -> None:
    alarm.says("raise")
    others = [thing(n, HOOD) for n in range(2, 9)]
    changes = [raised(one, at=alarm.at) for one in others]
    outcome = raising.apply(changes, at=alarm.at, open_matter=alarming.open_for)
    alarming.tell(outcome.told, at=alarm.at)
    assert alarm.story()[-1] == "2 层烟感、3 层烟感、4 层烟感、5 层烟感、6 层烟感等 7 台设备也报警了，一并处置"
    alarm.do("go")
    alarm.do("found", cause="real", files=[alarm.cast.photo("grid")])
    with pytest.raises(Conflict, match="一共还有 8 条预警没有恢复"):
        alarm.do("report_done", outcome="put-out", result="好了")


def test_going_is_offered_only_for_what_a_reading_opened(alarm: Alarm) -> None:
    from linli.kernel.matters.facts import facts_of
    from linli.kernel.matters.flow import possible

    matter = alarm.cast.assigned()
    handler = alarm.cast.handler
    with looking_as(handler):
        assert "go" not in {p.verb for p in possible(fresh(matter), facts_of(fresh(matter)), handler)}
    with pytest.raises(Conflict, match="感知预警"):
        verbs.go(matter_id=matter.id, by=handler, at=MONDAY)


def test_a_position_far_away_is_said_and_no_coordinate_is_kept(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    alarm.do("arrive", lon=121.53, lat=31.2)
    assert alarm.story()[-1] == "说到了现场，定位离现场还有约 2.9 公里"
    with as_system():
        record = Record.objects.get(verb="matters.arrive")
    assert "121" not in str(record.after) and record.after["metres"] == 2850


def test_half_a_position_is_refused_and_changes_nothing(alarm: Alarm) -> None:
    alarm.says("raise")
    alarm.do("go")
    with pytest.raises(Invalid):
        alarm.do("arrive", lon=121.5)
    with pytest.raises(Invalid):
        alarm.do("found", cause="aliens")
    assert alarm.story()[-1] == "去现场了"


def test_merged_into_a_residents_report_the_reading_still_holds_its_end(alarm: Alarm) -> None:
    alarm.says("raise")
    report = alarm.cast.assigned()
    verbs.merge(matter_id=alarm.matter.id, by=alarm.cast.dispatcher, at=MONDAY, into_id=report.id)
    with pytest.raises(Conflict, match="读数还没有恢复正常"):
        verbs.report_done(
            matter_id=report.id, by=alarm.cast.handler, at=MONDAY, outcome="solved", result="好了",
            files=[alarm.cast.photo()],
        )  # fmt: skip
    alarm.says("clear")
    assert "1 层烟感读数恢复正常" in [s.sentence for s in story_of(alarm, report.id)]


def story_of(alarm: Alarm, matter_id: UUID) -> list[Any]:
    with looking_as(alarm.cast.street_duty):
        return story(matter_id, alarm.cast.street_duty)


def test_warnings_of_a_declined_matter_are_closed_when_they_clear(alarm: Alarm) -> None:
    with as_system():
        Post.objects.filter(unit=alarm.cast.units["committee"]).delete()
    alarm.says("raise")
    alarm.do("decline", "dispatcher", outcome="false-alarm", reply="误报")
    alarm.follow()
    assert alarm.warning.state == "raised"
    alarm.says("clear")
    alarm.follow()
    assert alarm.warning.state == "closed"


def test_a_person_clears_only_what_no_reading_can_clear(alarm: Alarm) -> None:
    alarm.says("raise")
    duty = alarm.cast.street_duty
    with pytest.raises(Conflict, match="设备还在工作"):
        on_warnings.clear(warning_id=alarm.warning.id, by=duty, at=MONDAY, note="看过了")
    with as_system():
        Thing.objects.update(state="retired", retired_at=MONDAY)
    on_warnings.clear(warning_id=alarm.warning.id, by=duty, at=MONDAY, note="设备已拆")
    assert alarm.warning.state == "cleared"
    with pytest.raises(Conflict, match="事项结案时会一起关闭"):
        on_warnings.close(warning_id=alarm.warning.id, by=duty, at=MONDAY)
    stranger = replace(duty, scope="990101002")
    from linli.kernel.access import NotFound

    with pytest.raises(NotFound):
        on_warnings.acknowledge(warning_id=alarm.warning.id, by=stranger, at=MONDAY)


def test_a_retired_things_warning_ends_with_its_reason_and_its_matter_by_hand(alarm: Alarm) -> None:
    alarm.says("raise")
    keeper = replace(alarm.cast.street_duty, name="数据员")
    on_things.retire(by=keeper, at=alarm.after(minutes=5).at, thing_id=alarm.thing.id, reason="楼拆了")
    assert alarm.over() == 1
    assert alarm.warning.state == "cleared" and alarm.matter.state == "assigned"
    record = Record.objects.get(verb="readings.cleared")
    assert record.after is not None and (record.after["why"], record.note) == ("retired", "楼拆了")
    assert "1 层烟感已停用，预警随之解除；请到现场核实以后再报结" in alarm.story()
    alarm.do("go")
    alarm.do("found", cause="other", text="楼已拆", files=[alarm.cast.photo("grid")])
    alarm.after(minutes=5).do("report_done", outcome="false-alarm", result="已核实")
    assert alarm.over() == 0


def test_without_a_matter_it_is_closed(alarm: Alarm) -> None:
    raising.apply([raised(alarm.thing, at=alarm.at)], at=alarm.at)
    on_things.retire(by=alarm.cast.street_duty, at=alarm.at, thing_id=alarm.thing.id)
    alarm.after(seconds=1).over()
    assert (alarm.warning.state, alarm.warning.closed_at) == ("closed", alarm.at)


def test_what_no_rule_watches_any_more_does_not_stand_for_ever(alarm: Alarm) -> None:
    alarm.says("raise")
    state = RuleState.objects.create(rule="smoke", subject=str(alarm.thing.no), shard=0, state=b"")
    assert alarm.after(hours=1).over() == 0
    RuleState.objects.filter(pk=state.pk).delete()
    assert alarm.over(alarm.warning.recorded_at) == 0
    assert alarm.over() == 1 and alarm.warning.state == "cleared"
    assert any("不再有规则适用于" in sentence for sentence in alarm.story())


def test_who_lost_every_secret_cannot_say_it_is_over_and_a_person_may(alarm: Alarm) -> None:
    alarm.says("raise")
    officer, mine = alarm.cast.street_duty, {"thing_id": alarm.thing.id}
    keeper = replace(officer, role=Role.DATA_KEEPER)
    on_things.issue(by=keeper, at=alarm.at, **mine)
    with pytest.raises(Conflict):
        on_warnings.clear(warning_id=alarm.warning.id, by=officer, at=alarm.at, note="被偷了")
    with as_system():
        assert standing(alarm.matter.id, alarm.at) is not None
    on_things.revoke(by=keeper, at=alarm.after(minutes=1).at, reason="被偷了", **mine)
    with as_system():
        assert standing(alarm.matter.id, alarm.at) is None
    on_warnings.clear(warning_id=alarm.warning.id, by=officer, at=alarm.at, note="被偷了")
    assert alarm.warning.state == "cleared"


def test_the_story_says_that_a_device_opened_it_in_both_languages(alarm: Alarm) -> None:
    alarm.says("raise")
    first = alarm.story()[0]
    assert first.startswith("设备的预警打开了这件事，") and "上报" not in first and first.endswith("前办结")
    with override("en"):
        assert alarm.story()[0].startswith("A device's warning opened this matter")
