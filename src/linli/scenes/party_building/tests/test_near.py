"""双报到 with tasks, and the lists of resources, needs and projects."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotFound, Role, as_system, look_as
from linli.kernel.people.verbs import give_consent
from linli.kernel.points import queries as points
from linli.scenes.party_building import matching, verbs
from linli.scenes.party_building.models import Listing, Project, Reported
from linli.scenes.party_building.queries import near as q

from .cast import AT, HOOD, OTHER_HOOD, STREET, TODAY, Cast, identity, staff
from .test_wishes import photo

pytestmark = pytest.mark.django_db
STARTS = AT + timedelta(days=3)


@pytest.fixture
def lin(cast: Cast):
    actor = cast.resident("lin", "林党员", identity(1))
    cast.register(1, "other", name="林党员")
    look_as(actor)
    return actor


def task(cast: Cast, **changes: object):
    given = {
        "organisation_id": cast.organisations["first"].id, "title": "为独居老人送餐", "wanted": 1, "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
    }  # fmt: skip
    return verbs.set_task(by=cast.first, at=AT, **{**given, **changes})


def test_a_member_reports_where_they_live_does_a_task_and_gets_points_when_it_is_confirmed(cast: Cast, lin):
    give_consent(by=lin, at=AT, person_id=lin.person_id, purpose="party-points")
    made = task(cast)
    with pytest.raises(NotFound, match="请先到这个居村报到"):
        verbs.join_task(by=lin, at=AT, task_id=made.id)
    verbs.report_in(by=lin, at=AT, place_code=HOOD, offers="会修水管", pledge="每月陪老人一次")
    part = verbs.join_task(by=lin, at=AT, task_id=made.id)
    assert verbs.join_task(by=lin, at=AT, task_id=made.id).pk == part.pk
    with pytest.raises(Conflict, match="还没有开始"):
        verbs.say_done(by=lin, at=AT, task_id=made.id, note="送了十户")
    verbs.say_done(by=lin, at=STARTS + timedelta(hours=1), task_id=made.id, note="送了十户")
    verbs.confirm_part(by=cast.first, at=STARTS + timedelta(hours=3), part_id=part.pk)
    with pytest.raises(Conflict):
        verbs.confirm_part(by=cast.first, at=STARTS + timedelta(hours=3), part_id=part.pk)
    look_as(lin)
    assert points.mine(lin, ledger="party-life")[0].account.balance == 5
    own = q.own_reporting(lin, STARTS)
    assert own is not None and own.reported is not None and own.tasks[0].mine is not None


def test_a_member_is_reported_at_one_place_and_an_organisation_at_several(cast: Cast, lin):
    verbs.report_in(by=lin, at=AT, place_code=HOOD)
    verbs.report_in(by=lin, at=AT, place_code=OTHER_HOOD)
    with as_system():
        assert [r.place_code for r in Reported.objects.filter(until=None)] == [OTHER_HOOD]
    verbs.report_in(by=cast.other, at=AT, place_code=HOOD)
    verbs.report_in(by=cast.other, at=AT, place_code=OTHER_HOOD)
    with pytest.raises(Conflict):
        verbs.report_in(by=cast.other, at=AT, place_code=HOOD)
    with pytest.raises(Invalid):
        verbs.report_in(by=cast.other, at=AT, place_code=STREET)


def test_the_neighbourhood_reads_who_reported_to_it_and_they_read_that(cast: Cast, lin):
    verbs.report_in(by=lin, at=AT, place_code=HOOD)
    look_as(cast.first)
    named = verbs.read_reported(by=cast.first, at=AT, place_code=HOOD, purpose="安排任务")
    assert [name for _row, name in named] == ["林党员"]
    for actor in (staff(Role.SOCIAL_WORKER), staff(Role.GRID_WORKER)):
        look_as(actor)
        assert not Reported.objects.exists(), "that somebody is a member is not the neighbourhood's staff's to know"
    with as_system():
        from linli.kernel.audit.models import Record

        assert Record.objects.filter(verb="party.read_reported", person_ids=[lin.person_id]).exists()


def test_a_full_task_takes_no_more(cast: Cast, lin):
    made = task(cast)
    verbs.report_in(by=cast.other, at=AT, place_code=HOOD)
    verbs.report_in(by=lin, at=AT, place_code=HOOD)
    verbs.join_task(by=cast.other, at=AT, task_id=made.id)
    with pytest.raises(Conflict, match="已满"):
        verbs.join_task(by=lin, at=AT, task_id=made.id)


def test_pledges_are_shown_of_those_alone_who_agreed(cast: Cast, lin):
    verbs.report_in(by=lin, at=AT, place_code=HOOD, pledge="每月陪老人一次")
    assert q.pledges(HOOD) == []
    look_as(lin)
    give_consent(by=lin, at=AT, person_id=lin.person_id, purpose="party-pledge")
    assert [(p.name, p.text) for p in q.pledges(HOOD)] == [("林党员", "每月陪老人一次")]


def need(cast: Cast, **changes: object) -> Listing:
    given = {
        "organisation_id": cast.organisations["first"].id, "side": "need", "what": "venue", "title": "暑托班要一间活动室",
        "since": TODAY, "until": TODAY + timedelta(days=30),
    }  # fmt: skip
    return verbs.put_on_list(by=cast.first, at=AT, **{**given, **changes})


def resource(cast: Cast, **changes: object) -> Listing:
    given = {
        "organisation_id": cast.organisations["other"].id, "side": "resource", "what": "venue", "title": "周末可借活动室",
        "since": TODAY, "until": TODAY + timedelta(days=90), "place_code": STREET,
    }  # fmt: skip
    return verbs.put_on_list(by=cast.other, at=AT, **{**given, **changes})


def test_a_need_is_matched_taken_on_delivered_and_evaluated(cast: Cast):
    wanted, there = need(cast), resource(cast)
    resource(cast, what="goods", title="图书")
    look_as(cast.first)
    (shown,) = q.needs(cast.first, AT)
    assert [(s.resource.id, [str(r) for r in s.reasons]) for s in shown.suggested] == [
        (there.id, ["覆盖这里", "时间都对得上", "说的是同一件事"])
    ]
    project = verbs.take_on(
        by=cast.other, at=AT, need_id=wanted.id, resource_id=there.id, due_on=TODAY + timedelta(days=20)
    )
    with pytest.raises(Conflict, match="已经有党组织认领"):
        verbs.take_on(by=cast.second, at=AT, need_id=wanted.id, due_on=TODAY + timedelta(days=20))
    with pytest.raises(Conflict, match="不能撤下"):
        verbs.take_off_list(by=cast.first, at=AT, listing_id=wanted.id)
    with pytest.raises(Invalid, match="照片"):
        verbs.deliver(by=cast.other, at=AT, project_id=project.id, words="用上了", files_=[])
    with pytest.raises(Conflict, match="还没有交付"):
        verbs.evaluate(by=cast.first, at=AT, project_id=project.id, stars=5)
    verbs.deliver(by=cast.other, at=AT, project_id=project.id, words="用上了", files_=[photo(cast.other)])
    with pytest.raises(NotFound):
        verbs.evaluate(by=cast.other, at=AT, project_id=project.id, stars=5)
    assert verbs.evaluate(by=cast.first, at=AT, project_id=project.id, stars=5, words="好用").state == "evaluated"
    look_as(cast.first)
    assert q.needs(cast.first, AT) == [] and Project.objects.count() == 1


def test_given_back_a_need_is_there_for_others(cast: Cast):
    wanted = need(cast)
    project = verbs.take_on(by=cast.other, at=AT, need_id=wanted.id, due_on=TODAY)
    verbs.give_project_back(by=cast.other, at=AT, project_id=project.id, reason="场地停电")
    assert (
        verbs.take_on(by=cast.second, at=AT, need_id=wanted.id, due_on=TODAY).organisation_id
        == cast.organisations["second"].id
    )


@pytest.mark.parametrize(
    "changes", [{"what": "love"}, {"until": TODAY - timedelta(days=1)}, {"place_code": OTHER_HOOD}, {"title": ""}, {"side": "wish"}]
)  # fmt: skip
def test_a_line_that_is_none_is_refused(cast: Cast, changes: dict):
    with pytest.raises(Invalid):
        need(cast, **changes)


CODES = st.sampled_from([HOOD, OTHER_HOOD, STREET, "9901"])
LINES = st.builds(
    lambda what, code, words, since, days, n: matching.Line(n, what, code, words, since, since + timedelta(days=days)),
    st.sampled_from(["venue", "goods"]), CODES, st.sampled_from(["活动室", "图书", ""]),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 60), st.integers(0, 99),
)  # fmt: skip


@given(LINES, st.lists(LINES, max_size=12))
def test_what_is_suggested_fits_in_kind_place_and_time_and_says_why(
    wanted: matching.Line, there: list[matching.Line]
):
    found = matching.match(wanted, there)
    assert len(found) <= 5 and [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    for one in found:
        fitting = [line for line in there if line.id == one.id and line.what == wanted.what]
        assert any(
            wanted.place_code.startswith(f.place_code) and f.since <= wanted.until and wanted.since <= f.until
            for f in fitting
        )
        assert one.reasons and one.reasons[0] in ("near", "around")
