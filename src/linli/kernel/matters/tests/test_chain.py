"""责任链: whose hands a matter was in adds up to the time it was open, whatever was done to it; and it is told right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.access import looking_as
from linli.kernel.declare import Unit as TimeUnit
from linli.kernel.matters import verbs
from linli.kernel.matters.holding import Hands, Stretch, Told, stretches, total
from linli.kernel.matters.models import FINAL, Matter
from linli.kernel.matters.queries.chain import Chain, chain
from linli.kernel.matters.queries.detail import detail

from .cast import Cast, fresh

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE, TWO, PERSON = uuid4(), uuid4(), uuid4()


def sh(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


class Wall:
    """A calendar on which every minute counts."""

    def remaining(self, unit: TimeUnit, at: datetime, due: datetime) -> timedelta:
        return due - at


def of(m: Matter | UUID, cast: Cast, at: datetime, who: str = "dispatcher") -> Chain:
    actor = cast.actors[who]
    with looking_as(actor):
        return chain(detail(actor, getattr(m, "id", m)), actor, at=at)


def hours(found: Chain) -> list[tuple[str, str, float]]:
    return [(h.stretch.holder.hands.value, h.unit, h.stretch.spent / timedelta(hours=1)) for h in found.held]


def test_from_desk_to_unit_to_check_in_working_time(cast: Cast):
    m = cast.report(at=sh(1, 9))
    verbs.assign(matter_id=m.id, by=cast.dispatcher, at=sh(1, 11), unit_id=cast.units["enforcement"].id)
    verbs.report_done(
        matter_id=m.id, by=cast.handler, at=sh(2, 10), outcome="solved", result="好了", files=[cast.photo()]
    )
    verbs.verify(matter_id=m.id, by=cast.grid, at=sh(2, 15), passed=True)
    verbs.close(matter_id=m.id, by=cast.dispatcher, at=sh(2, 16), reply="好了")
    found = of(m, cast, sh(9, 9))
    team = "柳湾街道综合执法队"
    # from 11 to 17:30 with an hour and a half at noon, and an hour next morning; then ten to four with noon between
    assert hours(found) == [("desk", "", 2.0), ("unit", team, 6.0), ("check", "", 4.5)]
    assert found.working and found.total == timedelta(hours=12.5)
    assert all(h.stretch.ended for h in found.held)


def test_each_of_a_unit_holds_for_themselves_and_the_unit_for_both(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    verbs.take(matter_id=m.id, by=cast.handler, at=sh(1, 10))
    verbs.hand_over(matter_id=m.id, by=cast.handler, at=sh(1, 11), account_id=cast.handler2.account_id)
    found = of(m, cast, sh(1, 12))
    assert [h.stretch.holder.account for h in found.held] == ["", "李强", "刘敏"]
    (owner,) = [(held.unit, spent) for held, spent in found.owners]
    assert owner == ("柳湾街道综合执法队", timedelta(hours=3)), "the desk gave it away in the same instant"


def test_given_back_it_is_with_the_desk_again(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    verbs.give_back(matter_id=m.id, by=cast.handler, at=sh(1, 10), reason="不归我们")
    verbs.assign(matter_id=m.id, by=cast.dispatcher, at=sh(1, 11), unit_id=cast.units["sanitation"].id)
    names = [(hands, unit) for hands, unit, _h in hours(of(m, cast, sh(1, 12)))]
    assert names == [("unit", "柳湾街道综合执法队"), ("desk", ""), ("unit", "柳湾街道市容所")]


def test_what_stands_still_is_in_nobodys_time(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    verbs.pause(matter_id=m.id, by=cast.handler, at=sh(1, 10), reason="weather")
    verbs.resume(matter_id=m.id, by=cast.handler, at=sh(1, 15))
    found = of(m, cast, sh(1, 16))
    assert found.total == timedelta(hours=2) and found.still == timedelta(hours=5)
    assert [h.stretch.holder.hands for h in found.held] == [Hands.UNIT, Hands.STILL, Hands.UNIT]


def test_what_was_over_is_in_nobodys_time_merged_or_closed(cast: Cast):
    m = cast.report(at=sh(1, 9))
    verbs.merge(matter_id=m.id, by=cast.dispatcher, at=sh(1, 10), into_id=cast.report("chen", at=sh(1, 9)).id)
    assert of(m, cast, sh(1, 12)).total == timedelta(hours=1)
    verbs.unmerge(matter_id=m.id, by=cast.dispatcher, at=sh(1, 14))
    assert of(m, cast, sh(1, 15)).total == timedelta(hours=2)
    verbs.decline(matter_id=m.id, by=cast.dispatcher, at=sh(1, 15), outcome="not-ours", reply="不归本街道")
    verbs.reopen(matter_id=m.id, by=cast.dispatcher, at=sh(1, 16), reason="弄错了")
    found = of(m, cast, sh(1, 17))
    assert found.total == timedelta(hours=3)
    assert fresh(m).unmerged == 1


def test_what_is_split_off_begins_its_own(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    verbs.split(matter_id=m.id, by=cast.dispatcher, at=sh(1, 11), parts=[("inquiry", "问一下", "什么时候修")])
    part = Matter.objects.get(part_of=m.id)
    assert of(part, cast, sh(1, 12)).total == timedelta(hours=1)
    assert of(m, cast, sh(1, 12)).total == timedelta(hours=3)


def test_a_check_that_failed_gives_it_back_to_its_lead(cast: Cast):
    m = cast.done(at=sh(1, 9))
    verbs.verify(matter_id=m.id, by=cast.grid, at=sh(1, 10), passed=False, words="还在")
    assert [hands for hands, _u, _h in hours(of(m, cast, sh(1, 11)))] == ["check", "unit"]


def test_every_decision_says_who_on_which_level_and_why(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=sh(1, 10), span="2 working_day", reason="等配件")
    verbs.decide_extension(matter_id=m.id, by=cast.street_leader, at=sh(1, 11), granted=False, decision="抓紧办")
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 12), text="查明原因")
    verbs.comment(matter_id=m.id, by=cast.handler, at=sh(1, 12), text="已电话联系")
    links = of(m, cast, sh(1, 13)).links
    assert [(k.step.verb, k.level, k.name) for k in links] == [
        ("open", 0, ""),
        ("assign", 3, "周派遣"),
        ("ask_extension", 3, "李强"),
        ("decide_extension", 3, "郑主任"),
        ("supervise", 4, "区值班"),
    ]
    assert links[0].role == "resident" and links[4].unit == "望江区城运中心"
    assert "等配件" in links[2].step.quote and "抓紧办" in links[3].step.quote + links[3].step.sentence


@pytest.mark.parametrize("who", ["handler", "head", "social", "grid", "street_duty", "city_duty"])
def test_whoever_sees_the_matter_sees_its_chain(cast: Cast, who: str):
    m = cast.assigned(at=sh(1, 9))
    assert of(m, cast, sh(1, 12), who).links


RECORDS = st.sampled_from(
    [
        ("accept", {"state": "accepted"}),
        ("assign", {"state": "assigned", "lead_unit_id": ONE}),
        ("assign", {"state": "assigned", "parts": [{"unit": str(TWO), "part": "lead"}]}),
        ("take", {"lead_account_id": PERSON}),
        ("hand_over", {"lead_account_id": str(PERSON), "to": "刘敏"}),
        ("give_back", {"state": "accepted", "lead_unit_id": None}),
        ("give_back", {}),
        ("pause", {"paused_at": "2026-09-01T01:00:00Z"}),
        ("resume", {"paused_at": None}),
        ("report_done", {"state": "done"}),
        ("verify", {"check": {"passed": False}}),
        ("verify", {"check": {"passed": True}, "state": "verified"}),
        ("close", {"state": "closed"}),
        ("reopen", {"state": "assigned"}),
        ("merge", {"state": "merged"}),
        ("unmerge", {"state": "assigned"}),
        ("decide_write_off", {"request": {"granted": False}}),
        ("comment", {}),
        ("supervise", {"order": {}}),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(RECORDS, st.integers(0, 600)), max_size=30), st.integers(0, 600))
def test_the_hands_it_was_in_add_up_to_the_time_it_was_open(told: list, after: int):
    at = sh(1, 9)
    records = [Told(at, "open", {"state": "reported"})]
    for (verb, says), minutes in told:
        at += timedelta(minutes=minutes)
        records.append(Told(at, verb, says, PERSON, "李强"))
    now = at + timedelta(minutes=after)
    found = stretches(records, now=now, unit=TimeUnit.WORKING_HOUR, calendar=Wall())
    assert total(found) == _open_time(records, now)
    for one, other in pairwise(found):
        assert (one.until <= other.since and one.holder != other.holder) or one.until < other.since
    assert all(s.spent == (timedelta() if s.holder.hands is Hands.STILL else s.until - s.since) for s in found)
    _no_unit_without_a_lead(found)


def _open_time(records: list[Told], now: datetime) -> timedelta:
    """Reckoned the plain way: between two records the matter was open and not paused, or it was not."""
    spent, state, paused = timedelta(), "", False
    for record, following in zip(records, [*records[1:], None], strict=True):
        failed = record.verb == "verify" and not record.after["check"]["passed"]
        state = (
            "assigned"
            if failed
            else record.after.get("state") or ("accepted" if record.verb == "give_back" else state)
        )
        paused = record.after["paused_at"] is not None if "paused_at" in record.after else paused
        if state in FINAL:
            paused = False
        if state not in FINAL and not paused:
            spent += (following.at if following else now) - record.at
    return spent


def _no_unit_without_a_lead(found: list[Stretch]) -> None:
    assert all(s.holder.unit_id is None for s in found if s.holder.hands in (Hands.DESK, Hands.CHECK))
