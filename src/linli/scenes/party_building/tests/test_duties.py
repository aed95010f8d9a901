"""What was owed and not held: one matter for it, which climbs, and ends when the meeting is made up for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import NotAllowed, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.models import Matter
from linli.kernel.matters.offering import switched_off
from linli.kernel.people.models import Unit
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Missed
from linli.scenes.party_building.queries import meetings as q

from .cast import AT, HOOD, STREET, Cast

pytestmark = pytest.mark.django_db
OCTOBER = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def owing(cast: Cast) -> Cast:
    """A branch with one member, known here since the beginning of the year: it owes an assembly, a lecture, a theme day."""
    cast.register(1)
    with as_system():
        Unit.objects.update(valid=(datetime(2026, 1, 1, tzinfo=UTC), None))
    return cast


def hold(cast: Cast, at: datetime, **changes: object) -> None:
    given = {
        "organisation_id": cast.organisations["first"].id, "kind": "assembly", "title": "党员大会", "venue": "活动室",
        "starts_at": at, "ends_at": at + timedelta(hours=1), "agenda": ["学习"],
    }  # fmt: skip
    made = verbs.plan_meeting(by=cast.first, at=at, **{**given, **changes})
    verbs.announce_meeting(by=cast.first, at=at, meeting_id=made.id)
    look_as(cast.first)
    for row in made.attendances.all():
        verbs.tick(by=cast.first, at=at, meeting_id=made.id, member_id=row.member_id, there=True, reason="当面点名")
    verbs.end_meeting(by=cast.first, at=at + timedelta(hours=1), meeting_id=made.id)


def test_a_missed_duty_opens_one_matter_for_the_branch_and_finding_again_opens_none(owing: Cast):
    assert verbs.find_missed(at=OCTOBER) == 3
    assert verbs.find_missed(at=OCTOBER) == verbs.find_missed(at=OCTOBER + timedelta(days=3)) == 0
    with as_system():
        missed = Missed.objects.get(kind="assembly")
        assert (missed.period, missed.period_end) == (date(2026, 7, 1), date(2026, 9, 30))
        matter = missed.matter
        assert (matter.kind, matter.place_code, matter.state) == ("party-duty-missed", HOOD, "assigned")
        assert matter.lead_unit_id == owing.organisations["first"].unit_id and matter.public is False
        assert matter.title == "柳湾一居第一党支部：2026 年第 3 季度支部党员大会未开"
        with pytest.raises(IntegrityError, match="a_duty_is_missed_once"), transaction.atomic():
            Missed.objects.create(
                organisation=missed.organisation, kind=missed.kind, period=missed.period, period_end=missed.period_end,
                found_at=AT,
            )  # fmt: skip


def test_what_was_held_in_time_is_not_missed(owing: Cast):
    hold(owing, AT + timedelta(hours=1))
    hold(owing, AT + timedelta(hours=1), kind="lecture")
    hold(owing, AT + timedelta(hours=1), kind="theme")
    assert verbs.find_missed(at=OCTOBER) == 0


def test_without_enough_who_came_it_is_missed(owing: Cast):
    made = verbs.plan_meeting(
        by=owing.first, at=AT, organisation_id=owing.organisations["first"].id, kind="assembly", title="党员大会", venue="x",
        starts_at=AT + timedelta(hours=1), ends_at=AT + timedelta(hours=2), agenda=["学习"],
    )  # fmt: skip
    verbs.announce_meeting(by=owing.first, at=AT, meeting_id=made.id)
    assert verbs.end_meeting(by=owing.first, at=AT + timedelta(hours=2), meeting_id=made.id).quorate is False
    verbs.find_missed(at=OCTOBER)
    with as_system():
        assert Missed.objects.filter(kind="assembly").exists()


def test_a_branch_that_was_registered_in_the_middle_owes_from_the_next_stretch(cast: Cast):
    cast.register(1)
    assert verbs.find_missed(at=OCTOBER) == 0  # its units are known since the seventh of September
    assert verbs.find_missed(at=datetime(2026, 11, 2, tzinfo=UTC)) == 1  # October's theme day


def test_the_matter_climbs_by_the_kernels_own_clock_and_its_steps_are_in_its_story(owing: Cast):
    verbs.find_missed(at=OCTOBER)
    with as_system():
        matter = Missed.objects.get(kind="assembly").matter
    at = OCTOBER
    for _day in range(40):
        at += timedelta(days=1)
        while tick_due(at=at):
            pass
    with as_system():
        told = list(
            Record.objects.filter(stream=matter.stream).order_by("stream_seq").values_list("verb", flat=True)
        )
        assert Matter.objects.get(pk=matter.pk).ever_late
    steps = [verb for verb in told if verb in ("matters.warned", "matters.reminded", "matters.supervised")]
    assert steps[:4] == ["matters.warned", "matters.reminded", "matters.supervised", "matters.supervised"], told


def test_made_up_for_it_is_done_and_ended(owing: Cast):
    verbs.find_missed(at=OCTOBER)
    with as_system():
        missed = Missed.objects.get(kind="assembly")
    hold(owing, OCTOBER + timedelta(days=2), makes_up=missed.pk)
    with as_system():
        missed.refresh_from_db()
        matter = Matter.objects.get(pk=missed.matter_id)
        assert missed.met_by is not None and (matter.state, matter.outcome) == ("closed", "made-up-for")
    look_as(owing.first)
    states = {(d.kind, d.state) for d in q.duties(owing.first, OCTOBER + timedelta(days=3))}
    assert ("assembly", "made_up") in states and ("assembly", "due") in states, (
        "the meeting made up for July, not October"
    )


def test_duties_say_what_is_met_planned_due_and_missed(owing: Cast):
    look_as(owing.first)
    known = lambda at: {d.kind: d.state for d in q.duties(owing.first, at, owing.organisations["first"].id)}  # noqa: E731
    assert known(AT) == {"assembly": "due", "lecture": "due", "theme": "due"}
    assert known(datetime(2026, 9, 24, tzinfo=UTC))["assembly"] == "soon"
    hold(owing, AT)
    look_as(owing.first)
    assert known(AT)["assembly"] == "met"
    verbs.find_missed(at=OCTOBER)
    look_as(owing.first)
    found = [(d.kind, d.words, d.state) for d in q.duties(owing.first, OCTOBER)]
    assert found[:2] == [("lecture", "2026 年第 3 季度", "missed"), ("theme", "2026 年 9 月", "missed")]


def test_a_place_asks_for_more_or_less_and_only_from_there(owing: Cast):
    verbs.set_cadence(by=owing.street, at=AT, place_code=STREET, kind="theme", every="month", times=0)
    with pytest.raises(NotAllowed):
        verbs.set_cadence(by=owing.first, at=AT, place_code=STREET, kind="lecture", every="year", times=1)
    look_as(owing.first)
    assert "theme" not in {d.kind for d in q.duties(owing.first, AT)}


def test_no_resident_finds_this_kind_in_the_list(owing: Cast):
    assert "party-duty-missed" in switched_off(HOOD)


def test_the_branch_answers_for_its_matter_and_others_do_not_see_it(owing: Cast):
    verbs.find_missed(at=OCTOBER)
    with as_system():
        matter = Missed.objects.get(kind="assembly").matter
    look_as(owing.second)
    assert not Matter.objects.filter(pk=matter.pk).exists()
    look_as(owing.first)
    done = matters.report_done(
        matter_id=matter.id, by=owing.first, at=OCTOBER, outcome="explained", result="换届选举期间合并召开。"
    )
    assert done.state == "done"
