"""Duty in the demo district: rosters of the last and the next two weeks, who is there now, what waits for a decision, and
three joint operations. Nobody in it exists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.duty import verbs, wall
from linli.kernel.duty.models import Roster, Shift
from linli.kernel.duty.verbs import NewSlot, Served, Wanted
from linli.kernel.operations import verbs as operations
from linli.kernel.people import verbs as people
from linli.kernel.people.models import Account, Post, Unit
from linli.kernel.people.queries import actor_in
from linli.kernel.places.models import Place

from . import names, staff

DAY = timedelta(days=1)
BEFORE, AFTER = 14, 14
_WEEKDAYS = (1, 2, 3, 4, 5)
_SQUAD = ("周建平", "吕文斌", "田晓雷", "施国梁", "汪亮")
_GRID = ("潘丽萍", "卢志强")
_COMMITTEE = (
    NewSlot("白班", time(9), time(17, 30), _WEEKDAYS),
    NewSlot("晚间", time(18), time(21), _WEEKDAYS),
    NewSlot("值守", time(9), time(17), (6, 7)),
)


@dataclass(slots=True)
class _Team:
    """A roster with its people in turn."""

    roster: Roster
    people: Sequence[Actor]
    shifts: list[Shift] = field(default_factory=list)


def fill(*, until: datetime) -> bool:
    """Rosters, attendance and operations, all or nothing; False when there are rosters already."""
    with transaction.atomic(), as_system():
        if Roster.objects.exists() or not Account.objects.filter(username="grid").exists():
            return False
        since = until - BEFORE * DAY
        _hire(since)
        squad = _team("city-enforcement", staff.FIRST_STREET, "three", since)
        hood = _team("", staff.FIRST_HOOD, "", since, slots=_COMMITTEE)
        centre = _team("operations-centre", staff.FIRST_STREET, "two", since)
        others = [_team("city-enforcement", code, "office", since) for code, *_rest in names.STREETS[1:]] + [
            _team("operations-centre", staff.DISTRICT, "two", since),
            _team("fire-service", staff.DISTRICT, "two", since),
        ]
        for team in (squad, hood, centre, *others):
            _plan(team, since, until)
            _attend(team, until)
        for team in (squad, hood, centre):
            _there_now(team, until)
        _waiting(squad, until)
        _operations(squad, until)
    return True


def _hire(since: datetime) -> None:
    """Colleagues for the squad and the committee of the first street: two cannot serve three shifts a day."""
    for department, code, role, title, who in (
        ("city-enforcement", staff.FIRST_STREET, Role.HANDLER, "队员", _SQUAD),
        ("", staff.FIRST_HOOD, Role.GRID_WORKER, "网格员", _GRID),
    ):
        unit = _unit(department, code)
        for n, name in enumerate(who, 1):
            post = {"role": role, "place_code": code, "unit_id": unit.id, "title": title}
            people.demo_account(f"{role.value.replace('_', '-')}-{n}-{code}", name, None, [post], at=since - DAY)


def _unit(department: str, code: str) -> Unit:
    found = Unit.objects.filter(place_code=code, department=department)
    return (found if department else found.filter(kind=Unit.Kind.COMMITTEE)).order_by("id")[0]


def _team(department: str, code: str, pattern: str, since: datetime, *, slots: Sequence[NewSlot] = ()) -> _Team:
    unit = _unit(department, code)
    roster = verbs.add_roster(by=SYSTEM, at=since, unit_id=unit.id, name="值班表", pattern=pattern)
    for slot in slots:
        verbs.add_slot(
            by=SYSTEM, at=since, roster_id=roster.id, name=slot.name, begins=slot.begins, ends=slot.ends,
            days=slot.days, need=slot.need,
        )  # fmt: skip
    roles = (Role.HANDLER, Role.UNIT_HEAD, Role.GRID_WORKER, Role.SOCIAL_WORKER, Role.DUTY_OFFICER, Role.DISPATCHER)
    posts = Post.objects.select_related("account").filter(
        unit=unit, role__in=[role.value for role in roles], valid__contains=since
    )
    return _Team(roster, [actor_in(post.account, post) for post in posts.order_by("account__username")])


def _plan(team: _Team, since: datetime, until: datetime) -> None:
    """In turn, so that nobody has two shifts next to each other; a few days from now one shift is left open."""
    slots = list(team.roster.slots.order_by("begins"))
    # A month is published whole, so it is planned to its end.
    first, last = wall.day_of(since) + DAY, wall.next_month(wall.month_of(wall.day_of(until) + AFTER * DAY)) - DAY
    wanted: list[Wanted] = []
    turn = 0
    for n in range((last - first).days + 1):
        day = first + n * DAY
        for slot in slots:
            if slot.falls_on(day):
                who = team.people[turn % len(team.people)]
                assert who.account_id is not None
                left = len(team.people) > 3 and n == BEFORE + 3 and slot is slots[-1]
                wanted.append(Wanted(slot.id, day, () if left else (who.account_id,)))
                turn += 1
    verbs.save_week(by=SYSTEM, at=since, roster_id=team.roster.id, wanted=wanted)
    month = wall.month_of(first)
    while month <= last:
        verbs.publish(
            by=SYSTEM, at=max(since, wall.midnight(month)), roster_id=team.roster.id, month=month, with_gaps=True
        )
        month = wall.next_month(month)
    team.shifts = list(team.roster.shifts.filter(cancelled_at=None).select_related("account").order_by("lasts"))


def _attend(team: _Team, until: datetime) -> None:
    """Whoever was on duty until now came, some a little late; one forgot to check out yesterday."""
    over = [s for s in team.shifts if s.ends_at <= until and s.account_id]
    served = []
    for n, shift in enumerate(over):
        late = timedelta(minutes=(n * 7) % 11 - 6)
        forgot = shift is over[-2] if len(over) > 1 else False
        left = shift.ends_at if forgot else min(until, shift.ends_at + timedelta(minutes=n % 5))
        served.append(Served(shift.id, shift.starts_at + late, left, unverified=forgot))
    verbs.take_over_attendance(by=SYSTEM, at=until, roster_id=team.roster.id, served=served)


def _there_now(team: _Team, until: datetime) -> None:
    """Who is on shift now has checked in and shares a position not far from the middle of the place."""
    place = Place.objects.filter(code=team.roster.place_code).order_by("-valid_from").first()
    for shift in team.shifts:
        who = next((one for one in team.people if one.account_id == shift.account_id), None)
        if who is None or not shift.starts_at <= until < shift.ends_at:
            continue
        came = max(shift.starts_at, until - timedelta(hours=3))
        verbs.check_in(by=who, at=came, shift_id=shift.id)
        if place is not None and place.lon is not None and place.lat is not None:
            verbs.share(by=who, at=came, shift_id=shift.id)
            for step in (2, 1, 0):
                at = max(came, until - step * timedelta(minutes=4))
                lon, lat = place.lon + 0.0012 * (step + 1), place.lat - 0.0007 * step
                verbs.tell_position(by=who, at=at, shift_id=shift.id, lon=lon, lat=lat, doubt=15)


def _waiting(team: _Team, until: datetime) -> None:
    """A swap that waits for the head, and a leave that was asked."""
    coming = [s for s in team.shifts if s.account_id and s.starts_at > until + DAY]
    by_id = {who.account_id: who for who in team.people}
    mine = next((s for s in coming if by_id[s.account_id].role is Role.HANDLER), None)
    if mine is None:
        return
    asker = by_id[mine.account_id]
    for other in coming:
        colleague = by_id[other.account_id]
        if colleague is asker or colleague.role is not Role.HANDLER or other.starts_at < mine.ends_at + 2 * DAY:
            continue
        near = [
            s for s in team.shifts
            if s.account_id in (asker.account_id, colleague.account_id) and s not in (mine, other)
            and any(s.starts_at < one.ends_at and one.starts_at < s.ends_at for one in (mine, other))
        ]  # fmt: skip
        if near or colleague.account_id is None:
            continue
        swap = verbs.ask_swap(
            by=asker, at=until - timedelta(hours=5), shift_id=mine.id, colleague_id=colleague.account_id,
            back_id=other.id, note="家里老人复查，想换一天。",
        )  # fmt: skip
        verbs.answer_swap(by=colleague, at=until - timedelta(hours=2), swap_id=swap.id, agrees=True)
        break
    away = next((who for who in team.people if who.role is Role.HANDLER and who is not asker), None)
    if away is not None:
        starts = wall.midnight(wall.day_of(until) + 6 * DAY)
        verbs.ask_leave(
            by=away,
            at=until - timedelta(hours=20),
            starts=starts,
            ends=starts + 2 * DAY,
            kind="annual",
            note="回老家。",
        )


def _operations(squad: _Team, until: datetime) -> None:
    """One reported last week, one that runs (by day; at night it is announced for the afternoon), one for tomorrow."""
    today = wall.day_of(until)
    by_day = 8 <= wall.local(until).hour < 21
    now = (
        until - timedelta(hours=1)
        if by_day
        else wall.moment(today + (DAY if until > wall.moment(today, time(16)) else timedelta()), time(16))
    )
    units = [_unit("sanitation", staff.FIRST_STREET), _unit("", staff.FIRST_HOOD)]
    head = Account.objects.get(username="head")
    for n, (title, purpose, starts, steps) in enumerate(
        (
            (
                "非机动车乱停放集中清理", "地铁口和菜场门口的盲道、消防通道全部让出来。", wall.moment(today - 6 * DAY, time(9)),
                (("贴提示单", False), ("移车并拍照", True), ("回访沿街商户", False)),
            ),
            (
                "沿街占道经营联合整治", "人行道能走人，摊主疏导到便民点位。", now,
                (("清点摊位", False), ("劝离并拍照", True), ("清扫路面", False)),
            ),
            (
                "台风前广告牌检查", "高处广告牌逐个看过，松动的当场加固或拆下。", wall.moment(today + 2 * DAY, time(9)),
                (("分段排查", False), ("松动的拍照登记", True), ("通知业主加固", False)),
            ),
        )
    ):  # fmt: skip
        made = operations.draft_operation(
            by=SYSTEM, at=min(until, starts - 2 * DAY), title=title, purpose=purpose, place_code=staff.FIRST_STREET,
            starts_at=starts, ends_at=starts + timedelta(hours=4), lead_id=head.id, unit_ids=[u.id for u in units],
            meet="街道办事处门口",
        )  # fmt: skip
        ids: list[tuple[UUID, bool]] = []
        for m, (what, photo) in enumerate(steps):
            unit_id = [squad.roster.unit_id, squad.roster.unit_id, units[m % 2].id][m]
            step = operations.add_step(
                by=SYSTEM, at=min(until, starts - 2 * DAY), operation_id=made.id, title=what, unit_id=unit_id, photo=photo,
                due_at=starts + timedelta(hours=m + 1),
            )  # fmt: skip
            ids.append((step.id, photo))
        operations.announce(by=SYSTEM, at=min(until, starts - DAY), operation_id=made.id)
        if starts > until:
            continue
        operations.begin(by=SYSTEM, at=starts, operation_id=made.id)
        operations.tick(by=SYSTEM, at=starts + timedelta(minutes=40), step_id=ids[0][0], note="已完成")
        if n == 0:
            operations.excuse(
                by=SYSTEM, at=starts + timedelta(hours=2), step_id=ids[1][0], reason="拖车当天故障，改到下周"
            )
            operations.tick(by=SYSTEM, at=starts + timedelta(hours=3), step_id=ids[2][0], note="走访 31 家")
            operations.write_line(
                by=SYSTEM, at=starts + timedelta(hours=2), operation_id=made.id, text="菜场北门清出两条通道。"
            )
            operations.end(by=SYSTEM, at=starts + timedelta(hours=4), operation_id=made.id)
            operations.report(
                by=SYSTEM, at=starts + timedelta(hours=5), operation_id=made.id,
                summary="盲道和消防通道已让出，商户反映较好；移车一项因拖车故障未做，下周补。",
            )  # fmt: skip
