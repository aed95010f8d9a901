"""三会一课: planned, announced, attended, written down by one and confirmed by another."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Gone, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.scenes.party_building import codes, verbs
from linli.scenes.party_building.models import Attendance, Meeting
from linli.scenes.party_building.queries import meetings as q
from linli.scenes.party_building.verbs.meetings import enough

from .cast import AT, TODAY, Cast, identity, staff

pytestmark = pytest.mark.django_db
STARTS = AT + timedelta(days=2)


def meeting(cast: Cast, *, announced: bool = True, **changes: object) -> Meeting:
    given = {
        "organisation_id": cast.organisations["first"].id, "kind": "assembly", "title": "三季度党员大会", "venue": "党群活动室",
        "starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2), "agenda": ["学习", "讨论接收预备党员"],
    }  # fmt: skip
    made = verbs.plan_meeting(by=cast.first, at=AT, **{**given, **changes})
    return verbs.announce_meeting(by=cast.first, at=AT, meeting_id=made.id) if announced else made


def test_a_meeting_runs_from_plan_to_confirmed_minutes(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(1))
    one, two = cast.register(1), cast.register(2)
    cast.register(3, stage="activist", since=TODAY)
    made = meeting(cast)
    look_as(lin)
    ahead, past = q.own_meetings(lin, AT)
    assert [o.meeting.id for o in ahead] == [made.id] and past == []
    now = STARTS - timedelta(minutes=5)
    assert verbs.check_in(by=lin, at=now, code=codes.code_of(made.id, now)).state == "present"
    verbs.tick(by=cast.first, at=STARTS, meeting_id=made.id, member_id=two.id, there=True, reason="没带手机")
    done = verbs.end_meeting(by=cast.first, at=STARTS + timedelta(hours=2), meeting_id=made.id)
    assert done.quorate is True
    verbs.write_minutes(
        by=cast.first, at=STARTS + timedelta(hours=3), meeting_id=made.id, minutes="学习了文件，讨论通过。"
    )
    with pytest.raises(NotAllowed, match="另一个人"):
        verbs.confirm_minutes(by=cast.first, at=STARTS + timedelta(hours=3), meeting_id=made.id)
    look_as(lin)
    assert verbs.confirm_minutes(by=lin, at=STARTS + timedelta(hours=4), meeting_id=made.id).state == "confirmed"
    look_as(cast.first)
    whole = q.whole(cast.first, made.id, STARTS)
    assert [(e.name, e.attendance.state, e.attendance.how) for e in whole.expected] == [
        ("党员1", "present", "code"),
        ("党员2", "present", "ticked"),
    ]
    assert one.id != two.id
    with as_system(), pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        Meeting.objects.filter(pk=made.id).update(minutes="改了")


def test_nobody_confirms_their_own_minutes_says_the_database(cast: Cast):
    cast.register(1)
    made = meeting(cast)
    with as_system(), pytest.raises(IntegrityError, match="nobody_confirms_their_own"), transaction.atomic():
        Meeting.objects.filter(pk=made.id).update(
            minutes_by=cast.first.account_id, confirmed_by=cast.first.account_id, minutes="x"
        )


def test_a_photographed_code_comes_too_late(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(1))
    cast.register(1)
    made = meeting(cast)
    shown = codes.code_of(made.id, STARTS)
    look_as(lin)
    with pytest.raises(Gone, match="过期"):
        verbs.check_in(by=lin, at=STARTS + timedelta(seconds=2 * codes.STEP), code=shown)
    with pytest.raises(Gone):
        verbs.check_in(by=lin, at=STARTS - timedelta(minutes=1), code=shown)  # a clock moved back
    forged = shown[:-1] + ("0" if shown[-1] != "0" else "1")
    with pytest.raises(Gone):
        verbs.check_in(by=lin, at=STARTS, code=forged)
    with pytest.raises(Invalid, match="不是会议的签到码"):
        verbs.check_in(by=lin, at=STARTS, code="https://example.org/")
    with as_system():
        assert Attendance.objects.get().state == "expected"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(0, 600))
def test_a_code_holds_for_one_step_and_the_next(at: datetime, seconds: int):
    meeting_id = Meeting().id
    at = at.replace(tzinfo=AT.tzinfo)
    code, later = codes.code_of(meeting_id, at), at + timedelta(seconds=seconds)
    steps = int(later.timestamp()) // codes.STEP - int(at.timestamp()) // codes.STEP
    assert codes.holds(code, later) is (steps in (0, 1))
    assert not codes.holds(code, at - timedelta(seconds=codes.STEP))


def test_shown_twice_by_the_same_person_changes_nothing_and_by_a_stranger_is_refused(cast: Cast):
    lin, chen = cast.resident("lin", "林阿婆", identity(1)), cast.resident("chen", "小陈", identity(9))
    cast.register(1)
    made = meeting(cast)
    code = codes.code_of(made.id, STARTS)
    look_as(lin)
    first = verbs.check_in(by=lin, at=STARTS, code=code)
    again = verbs.check_in(by=lin, at=STARTS + timedelta(seconds=10), code=code)
    assert (again.at, again.pk) == (first.at, first.pk)
    look_as(chen)
    with pytest.raises(NotFound, match="应到名单"):
        verbs.check_in(by=chen, at=STARTS, code=code)
    with pytest.raises(NotAllowed):
        verbs.check_in(by=staff(Role.SOCIAL_WORKER), at=STARTS, code=code)


@pytest.mark.parametrize(
    ("minutes", "state"), [(-31, None), (-30, "present"), (0, "present"), (1, "late"), (120, "late"), (121, None)]
)
def test_one_checks_in_from_half_an_hour_before_to_the_end(cast: Cast, minutes: int, state: str | None):
    lin = cast.resident("lin", "林阿婆", identity(1))
    cast.register(1)
    made = meeting(cast)
    at = STARTS + timedelta(minutes=minutes)
    look_as(lin)
    if state is None:
        with pytest.raises(Conflict):
            verbs.check_in(by=lin, at=at, code=codes.code_of(made.id, at))
    else:
        assert verbs.check_in(by=lin, at=at, code=codes.code_of(made.id, at)).state == state


def test_leave_is_asked_before_it_begins_and_granted_by_the_secretary(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(1))
    member = cast.register(1)
    cast.register(2)
    made = meeting(cast)
    look_as(lin)
    with pytest.raises(Conflict):
        verbs.ask_leave(by=lin, at=STARTS, meeting_id=made.id, reason="住院")
    verbs.ask_leave(by=lin, at=AT, meeting_id=made.id, reason="住院")
    with pytest.raises(Conflict):
        verbs.ask_leave(by=lin, at=AT, meeting_id=made.id, reason="住院")
    row = verbs.decide_leave(by=cast.first, at=AT, meeting_id=made.id, member_id=member.id, granted=True)
    assert row.state == "leave"
    done = verbs.end_meeting(by=cast.first, at=STARTS + timedelta(hours=1), meeting_id=made.id)
    look_as(cast.first)
    assert sorted(done.attendances.values_list("state", flat=True)) == ["absent", "leave"] and done.quorate is False


def test_the_secretary_gives_a_reason_for_every_tick(cast: Cast):
    member = cast.register(1)
    made = meeting(cast)
    with pytest.raises(Invalid):
        verbs.tick(by=cast.first, at=STARTS, meeting_id=made.id, member_id=member.id, there=True, reason="")
    with (
        as_system(),
        pytest.raises(IntegrityError, match="what_a_secretary_ticks_has_a_reason"),
        transaction.atomic(),
    ):
        Attendance.objects.update(state="present", how="ticked", at=AT)


@pytest.mark.parametrize(
    ("kind", "expected", "there", "is_enough"),
    [
        ("assembly", 10, 5, False), ("assembly", 10, 6, True), ("assembly", 1, 1, True), ("committee", 4, 2, True),
        ("committee", 5, 2, False), ("lecture", 10, 5, True), ("lecture", 10, 4, False), ("group", 0, 0, False),
    ],
)  # fmt: skip
def test_how_many_are_enough(kind: str, expected: int, there: int, is_enough: bool):
    assert enough(kind, [True] * expected, [True] * there) is is_enough


def test_who_may_not_vote_makes_no_quorum():
    assert not enough("assembly", [True, True, False, False], [True, False, False])
    assert enough("assembly", [True, True, False, False], [True, True])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "group"}, "kind"), ({"kind": "picnic"}, "kind"), ({"title": ""}, "title"), ({"venue": ""}, "venue"),
        ({"ends_at": STARTS}, "ends_at"), ({"ends_at": STARTS + timedelta(hours=13)}, "ends_at"),
        ({"starts_at": AT - timedelta(hours=3), "ends_at": AT - timedelta(hours=1)}, "ends_at"),
        ({"agenda": ["项"] * 21}, "agenda"),
    ],
)  # fmt: skip
def test_a_plan_that_is_none_is_refused(cast: Cast, changes: dict, field: str):
    with pytest.raises(Invalid) as refused:
        meeting(cast, announced=False, **changes)
    assert field in refused.value.fields


def test_a_meeting_without_agenda_or_anybody_to_expect_is_not_announced(cast: Cast):
    with pytest.raises(Conflict, match="应到"):
        meeting(cast)
    cast.register(1)
    with pytest.raises(Conflict, match="议程"):
        meeting(cast, agenda=[])


def test_a_meeting_is_seen_by_its_branch_and_those_above(cast: Cast):
    cast.register(1)
    made = meeting(cast)
    for actor, seen in ((cast.first, 1), (cast.street, 1), (cast.second, 0), (staff(Role.SOCIAL_WORKER), 0)):
        look_as(actor)
        assert (Meeting.objects.count(), Attendance.objects.count()) == (seen, seen), actor.name
    with pytest.raises(NotFound):
        q.whole(cast.second, made.id, AT)
    with pytest.raises(NotFound):
        verbs.cancel_meeting(by=cast.second, at=AT, meeting_id=made.id, reason="不开了")


def test_the_month_of_a_branch_holds_its_groups_meetings_too(cast: Cast):
    cast.register(1, group_id=cast.organisations["group"].id)
    a = meeting(cast)
    b = meeting(cast, organisation_id=cast.organisations["group"].id, kind="group", title="小组会", starts_at=STARTS + timedelta(days=1),
                ends_at=STARTS + timedelta(days=1, hours=1))  # fmt: skip
    meeting(cast, starts_at=AT + timedelta(days=30), ends_at=AT + timedelta(days=30, hours=1))
    look_as(cast.first)
    rows = q.month(cast.first, cast.organisations["first"].id, TODAY.replace(day=1))
    assert [r.meeting.id for r in rows] == [a.id, b.id] and all(r.expected == 1 for r in rows)
    assert all(x.meeting.starts_at <= y.meeting.starts_at for x, y in pairwise(rows))
