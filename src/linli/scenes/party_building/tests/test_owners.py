"""Owners' committees: founding in order, terms that end and warn, members and records, handing over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.models import Matter
from linli.kernel.places.models import Place
from linli.scenes.party_building import verbs
from linli.scenes.party_building.founding import Counted
from linli.scenes.party_building.models import Owners, OwnersMember, OwnersRecord, OwnersTerm
from linli.scenes.party_building.queries import owners as q

from .cast import AT, HOOD, OTHER_HOOD, TODAY, Cast, staff

pytestmark = pytest.mark.django_db
COMPOUND = HOOD + "001001"
FIVE = [("王芳", "chair"), ("李敏", "vice"), ("陈强", "member"), ("周杰", "member"), ("吴越", "member")]


@pytest.fixture
def owners(cast: Cast) -> Owners:
    with as_system():
        above = Place.objects.get(code=HOOD)
        grid = Place.objects.create(
            code=HOOD + "001", name="第一网格", parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
        )
        Place.objects.create(
            code=COMPOUND, name="听潮苑", parent=grid, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
        )
    return verbs.support_owners(
        by=cast.first,
        at=AT,
        organisation_id=cast.organisations["first"].id,
        name="听潮苑业主大会",
        place_code=COMPOUND,
    )


def elected(cast: Cast, owners: Owners, **changes: object) -> OwnersTerm:
    given = {"elected_on": date(2021, 12, 1), "ends_on": date(2026, 12, 1), "members": FIVE, **changes}
    return verbs.elect_owners(by=cast.first, at=AT, owners_id=owners.id, **given)


def test_founding_goes_step_by_step(cast: Cast, owners: Owners):
    take = lambda kind, on: verbs.take_step(by=cast.first, at=AT, owners_id=owners.id, kind=kind, on=on)  # noqa: E731
    take("ready", date(2026, 5, 1))
    with pytest.raises(Invalid, match="前一步"):
        take("group", date(2026, 6, 1))
    for kind, on in (("asked", date(2026, 5, 2)), ("group", date(2026, 6, 1)), ("posted", date(2026, 7, 1))):
        take(kind, on)
    with pytest.raises(Invalid, match="不满 15 天"):
        take("met", date(2026, 7, 15))
    with pytest.raises(Conflict):
        take("posted", date(2026, 7, 2))
    with pytest.raises(Invalid):
        take("met", TODAY + timedelta(days=1))
    look_as(cast.first)
    row = q.rows(cast.first, AT)[0]
    assert row.state == "founding" and row.step is not None
    assert (row.step.step.key, row.step.state) == ("met", "late"), "ninety days after the group are over"
    for kind, on in (("met", date(2026, 8, 20)), ("elected", date(2026, 8, 20))):
        take(kind, on)
    term = elected(cast, owners, elected_on=date(2026, 8, 20), ends_on=date(2031, 8, 20))
    take("filed", date(2026, 9, 1))
    term.refresh_from_db()
    assert term.filed_on == date(2026, 9, 1)


def test_a_term_whose_end_is_near_opens_one_matter_that_climbs_and_ends_with_the_election(
    cast: Cast, owners: Owners
):
    term = elected(cast, owners)
    for at, found in ((datetime(2026, 8, 31, 2, tzinfo=UTC), 0), (datetime(2026, 9, 1, 2, tzinfo=UTC), 1), (AT, 0)):
        assert verbs.find_ending(at=at) == found
    with as_system():
        matter = OwnersTerm.objects.get(pk=term.pk).matter
        assert matter is not None and (matter.kind, matter.place_code) == ("owners-election-due", COMPOUND)
        assert matter.lead_unit_id == cast.organisations["first"].unit_id and matter.public is False
        assert matter.title == "听潮苑业主大会：第 1 届 2026-12-01 届满，要换届"
    at = datetime(2026, 9, 1, 2, tzinfo=UTC)
    for _week in range(16):
        at += timedelta(days=7)
        while tick_due(at=at):
            pass
    with as_system():
        assert Matter.objects.get(pk=matter.pk).ever_late
    look_as(cast.first)
    assert q.rows(cast.first, at)[0].state == "over"
    verbs.elect_owners(
        by=cast.first,
        at=at,
        owners_id=owners.id,
        elected_on=date(2026, 12, 10),
        ends_on=date(2031, 12, 10),
        members=FIVE,
    )
    with as_system():
        ended = Matter.objects.get(pk=matter.pk)
        assert (ended.outcome, OwnersTerm.objects.get(pk=term.pk).ended_on) == ("elected", date(2026, 12, 10))
        assert ended.state in ("done", "closed")
        with pytest.raises(IntegrityError, match="one_term_of_owners_runs"), transaction.atomic():
            OwnersTerm.objects.create(
                owners=owners, number=9, elected_on=date(2027, 1, 1), ends_on=date(2028, 1, 1)
            )


@pytest.mark.parametrize(
    "changes",
    [
        {"members": FIVE[:4]}, {"members": FIVE[1:]}, {"members": [*FIVE, ("郑国", "member")]}, {"members": [*FIVE[:4], ("李敏", "member")]},
        {"members": [*FIVE[:4], ("吴越", "king")]}, {"members": [*FIVE[:4], (" ", "member")]}, {"ends_on": date(2026, 12, 2)},
        {"ends_on": date(2021, 12, 1)}, {"elected_on": TODAY + timedelta(days=1)},
    ],
)  # fmt: skip
def test_what_is_no_committee_is_refused(cast: Cast, owners: Owners, changes: dict[str, object]):
    with pytest.raises(Invalid):
        elected(cast, owners, **changes)
    with as_system():
        assert not OwnersMember.objects.exists()


def test_alternates_are_not_counted_and_who_leaves_leaves_for_a_reason(cast: Cast, owners: Owners):
    term = elected(cast, owners, members=[*FIVE, ("孙候", "alternate")])
    with as_system():
        vice = term.members.get(position="vice")
    verbs.leave_committee(by=cast.first, at=AT, member_id=vice.pk, on=TODAY, reason="搬走")
    with pytest.raises(Conflict):
        verbs.leave_committee(by=cast.first, at=AT, member_id=vice.pk, on=TODAY, reason="搬走")
    look_as(cast.first)
    assert [m.name for m in q.whole(cast.first, owners.id, AT).members][0::4] == ["王芳", "孙候"]


def test_a_term_that_is_over_hands_over_within_ten_days(cast: Cast, owners: Owners):
    term = elected(cast, owners)

    def give(what: str, at: datetime) -> None:
        on = date(2026, 9, 1)
        verbs.hand_over(by=cast.first, at=at, term_id=term.id, what=what, on=on, received_by="街道")

    with pytest.raises(Conflict, match="没有结束"):
        give("seal", AT)
    later = datetime(2026, 12, 12, 2, tzinfo=UTC)
    give("seal", later)
    with pytest.raises(Conflict):
        give("seal", later)
    look_as(cast.first)
    over = q.whole(cast.first, owners.id, later).over
    assert over is not None and (over.missing, over.late) == (["accounts", "papers", "goods"], True)
    assert q.whole(cast.first, owners.id, AT).over is None


def test_the_neighbourhood_reads_what_was_published_and_nothing_else(cast: Cast, owners: Owners):
    elected(cast, owners)
    keep = {"by": cast.first, "at": AT, "owners_id": owners.id, "on": TODAY}
    draft = verbs.keep_record(**keep, kind="committee", title="讨论停车", text="还没有定。")
    verbs.keep_record(**keep, kind="decision", title="停车费", text="每月一百元。", publish=True)
    numbers = Counted(6, 4_000_000, 3_000_000, 2_250_000, 40, 30, 23)
    verbs.keep_record(**keep, kind="result", title="续筹维修资金", counted=numbers, publish=True)
    chen = cast.resident("chen", "小陈", "990101197001010010")
    look_as(chen)
    assert OwnersRecord.objects.count() == 2
    told = q.posted(COMPOUND + "001", owners.id, AT)
    assert {one.record.title for one in told.records} == {"停车费", "续筹维修资金"}
    assert [one.counted.passed for one in told.records if one.counted] == [True]
    assert [row.owners.id for row in q.at_home(HOOD, AT)] == [owners.id] and q.at_home(OTHER_HOOD, AT) == []
    with pytest.raises(NotFound):
        q.posted(OTHER_HOOD, owners.id, AT)
    verbs.publish_record(by=cast.first, at=AT, record_id=draft.id)
    with pytest.raises(Conflict):
        verbs.publish_record(by=cast.first, at=AT, record_id=draft.id)
    with as_system(), pytest.raises(DatabaseError, match="published record"), transaction.atomic():
        OwnersRecord.objects.filter(pk=draft.pk).update(text="改了")


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("result", None), ("decision", Counted(1, 10, 5, 5, 10, 5, 5)), ("result", Counted(10, 10, 5, 5, 10, 5, 5)), ("gossip", None),
        ("result", Counted(1, 10, 11, 5, 10, 5, 5)), ("result", Counted(1, 10, 5, 6, 10, 5, 5)), ("result", Counted(1, 0, 0, 0, 10, 5, 5)),
        ("result", Counted(1, 10, 5, 5, 10, 5, -1)),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_are_no_result(cast: Cast, owners: Owners, kind: str, counted: Counted | None):
    with pytest.raises(Invalid):
        verbs.keep_record(
            by=cast.first, at=AT, owners_id=owners.id, kind=kind, title="表决", on=TODAY, text="字", counted=counted
        )


def test_only_who_supports_them_writes(cast: Cast, owners: Owners):
    for by, error in ((cast.second, NotFound), (cast.other, NotFound), (staff(Role.SOCIAL_WORKER), NotAllowed)):
        with pytest.raises(error):
            verbs.take_step(by=by, at=AT, owners_id=owners.id, kind="ready", on=TODAY)
    look_as(cast.other)
    assert q.rows(cast.other, AT) == []
    for place in (COMPOUND, OTHER_HOOD, "000"):
        with pytest.raises(Invalid):
            verbs.support_owners(
                by=cast.first,
                at=AT,
                organisation_id=cast.organisations["first"].id,
                name="又一个",
                place_code=place,
            )
