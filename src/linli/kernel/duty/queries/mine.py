"""What somebody asks about their own duty: my shifts, what I am asked, what I asked, who looked at where I was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from linli.kernel.access import Actor, as_system, require
from linli.kernel.audit.models import Record
from linli.kernel.people.models import Account

from .. import wall
from ..models import Cover, Leave, Shift, Stands, Swap
from ..verbs.attending import EARLY
from ..verbs.common import SERVES, colleagues

AHEAD, BEHIND = timedelta(days=35), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hours:
    """What was served in a month: shifts and hours that are over, and of these the hours nobody confirmed yet. What is
    still to come is not counted, nor what nobody came to."""

    shifts: int
    hours: float
    unverified: float


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at where I was: who, in which role, when, why, and how many positions they were shown."""

    at: datetime
    name: str
    role: str
    why: str
    points: int


@dataclass(frozen=True, slots=True)
class Mine:
    """`now`: the shift I am on, or can check in to; `coming` the next ones; `past` of the last two weeks."""

    now: Shift | None
    coming: Sequence[Shift]
    past: Sequence[Shift]
    asked: Sequence[Swap]
    mine: Sequence[Swap]
    covers: Sequence[Cover]
    open: Sequence[Shift]
    leaves: Sequence[Leave]
    hours: Hours
    looks: Sequence[Look]


def mine(by: Actor, at: datetime) -> Mine:
    """Everything of one's own duty, for the phone. Only one's own: the system's eyes look, the account says for whom."""
    require(by, SERVES)
    with as_system():
        shifts = list(
            _own(by).filter(lasts__endswith__gt=at - BEHIND, lasts__startswith__lt=at + AHEAD).order_by("lasts")
        )
        here = next((s for s in shifts if s.stands(at) is Stands.ON), None) or next(
            (s for s in shifts if s.in_at is None and s.starts_at - EARLY <= at < s.ends_at), None
        )
        swaps = Swap.objects.select_related(
            "shift", "shift__slot", "shift__roster", "back", "back__slot", "asker", "colleague"
        ).order_by("-asked_at")
        return Mine(
            now=here,
            coming=[s for s in shifts if s.starts_at > at and s is not here],
            past=[s for s in reversed(shifts) if s.starts_at <= at and s is not here],
            asked=list(
                swaps.filter(colleague=by.account_id, state=Swap.State.ASKED, shift__lasts__startswith__gt=at)
            ),
            mine=list(swaps.filter(asker=by.account_id, asked_at__gt=at - BEHIND)[:10]),
            covers=list(
                Cover.objects.select_related("shift", "shift__slot", "shift__roster")
                .filter(account=by.account_id, answered_at=None, closed_at=None, shift__account=None)
                .filter(shift__cancelled_at=None, shift__lasts__endswith__gt=at)
                .order_by("shift__lasts")
            ),
            open=_open(by, at),
            leaves=list(
                Leave.objects.filter(account=by.account_id, lasts__endswith__gt=at - BEHIND).order_by("-lasts")[:10]
            ),
            hours=hours_of(by.account_id, wall.month_of(wall.day_of(at)), at),
            looks=looks(by, at),
        )


def _own(by: Actor) -> QuerySet[Shift]:
    return Shift.objects.select_related("roster", "roster__unit", "slot").filter(
        account=by.account_id, published_at__isnull=False, cancelled_at=None
    )


def _open(by: Actor, at: datetime) -> list[Shift]:
    """Gaps of my unit that I could take: those nobody else is being asked about."""
    if by.unit_id is None:
        return []
    asked = Cover.objects.filter(answered_at=None, closed_at=None).values("shift")
    rows = Shift.objects.select_related("roster", "slot").filter(
        roster__unit=by.unit_id, account=None, published_at__isnull=False, cancelled_at=None,
        lasts__endswith__gt=at, lasts__startswith__lt=at + timedelta(days=14),
    )  # fmt: skip
    own = Shift.objects.filter(account=by.account_id, cancelled_at=None, lasts__endswith__gt=at)
    busy = list(own.values_list("lasts", flat=True))
    free = [
        shift
        for shift in rows.exclude(pk__in=asked).order_by("lasts")[:60]
        if not any(b.lower < shift.ends_at and shift.starts_at < b.upper for b in busy)
    ]
    return free[:10]


def own_shift(by: Actor, shift_id: UUID) -> Shift | None:
    """A published shift of one's own, with its roster; None for anybody else's."""
    require(by, SERVES)
    with as_system():
        found: Shift | None = _own(by).filter(pk=shift_id).first()
    return found


def swap_choices(by: Actor, shift: Shift, at: datetime) -> tuple[list[Account], list[Shift]]:
    """With whom a shift could be swapped, and which of their shifts to come could be taken for it."""
    require(by, SERVES)
    with as_system():
        known = {
            one: name for one, name in colleagues(shift.roster, shift.starts_at).items() if one != by.account_id
        }
        theirs = (
            Shift.objects.select_related("slot", "roster", "account")
            .filter(
                account__in=known, roster__unit=shift.roster.unit_id, published_at__isnull=False, cancelled_at=None,
                in_at=None, lasts__startswith__gt=at, lasts__startswith__lt=at + AHEAD,
            )
            .order_by("lasts")
        )  # fmt: skip
        return list(Account.objects.filter(pk__in=known).order_by("name")), list(theirs[:80])


def hours_of(account_id: UUID | None, month: date, at: datetime) -> Hours:
    """Served in a month that has its first day here. One query, with the system's eyes."""
    rows = Shift.objects.filter(
        account=account_id, day__gte=month, day__lt=wall.next_month(month), out_at__isnull=False, out_at__lte=at,
        cancelled_at=None,
    ).values_list("in_at", "out_at", "unverified")  # fmt: skip
    served = [((out - came).total_seconds() / 3600, doubt) for came, out, doubt in rows if came and out]
    return Hours(
        shifts=len(served),
        hours=round(sum(h for h, _doubt in served), 1),
        unverified=round(sum(h for h, doubt in served if doubt), 1),
    )


def looks(by: Actor, at: datetime) -> list[Look]:
    """Who looked at my tracks within the last thirty days, the latest first. One query."""
    streams = [f"shift:{pk}" for pk in Shift.objects.filter(
        account=by.account_id, shared_at__isnull=False, day__gte=(at - timedelta(days=31)).date()
    ).values_list("pk", flat=True)]  # fmt: skip
    if not streams:
        return []
    rows = Record.objects.filter(stream__in=streams, verb="duty.look_at_track").order_by("-happened_at")[:50]
    return [
        Look(r.happened_at, r.actor_name or "", r.actor_role, r.note or "", int((r.after or {}).get("points", 0)))
        for r in rows
    ]
