"""For whoever organises: activities, one with its times, what waits to be certified or reviewed, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.places import queries as places

from .. import codes, flow
from ..models import Activity, Appeal, Shift, SignUp
from ..verbs.attending import COMING, LEAVING, about, key
from ..verbs.common import ORGANISES, READS, REVIEWS, organises
from .mine import STANDS

MOST = 100
SMALL = 5
"""Fewer persons than this are not told apart in a figure (docs/rights.md, 10)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `left`: hours that wait to be certified."""

    activity: Activity
    first: datetime | None
    last: datetime | None
    seats: int
    taken: int
    left: int


def listing(by: Actor, *, over: bool = False) -> list[Row]:
    """Activities in the actor's scope: what comes, or what is over. Two queries."""
    require(by, READS)
    rows = Activity.objects.select_related("unit").filter(
        state__in=("closed", "cancelled") if over else ("draft", "published")
    )
    found = list(rows.order_by("-made_at")[:MOST])
    ids = [one.id for one in found]
    times: dict[UUID, list[Shift]] = {}
    for shift in Shift.objects.filter(activity__in=ids, cancelled_at=None).order_by("lasts"):
        times.setdefault(shift.activity_id, []).append(shift)
    left = _counted(SignUp.objects.filter(shift__activity__in=ids, state="left"))
    return [_row(one, times.get(one.id, []), left.get(one.id, 0)) for one in found]


def _row(activity: Activity, times: Sequence[Shift], left: int) -> Row:
    return Row(
        activity,
        times[0].starts_at if times else None,
        times[-1].ends_at if times else None,
        sum(shift.seats for shift in times),
        sum(shift.taken for shift in times),
        left,
    )


def _counted(rows: QuerySet[SignUp]) -> dict[UUID, int]:
    return {
        row["shift__activity"]: row["n"]
        for row in rows.values("shift__activity").annotate(n=Count("id")).order_by()
    }


@dataclass(frozen=True, slots=True)
class Time:
    shift: Shift
    waits: int
    left: int


@dataclass(frozen=True, slots=True)
class Whole:
    """An activity on its page. `verbs`: what is possible now for whoever looks."""

    activity: Activity
    place: str
    times: Sequence[Time]
    verbs: frozenset[str]


def whole(by: Actor, activity_id: UUID) -> Whole:
    """Raises NotFound."""
    require(by, READS)
    activity = Activity.objects.select_related("unit", "made_by").filter(pk=activity_id).first()
    if activity is None or not activity.place_code.startswith(by.scopes if by.scope != "*" else ""):
        raise NotFound(_("没有这个志愿活动，或者不在您的管辖范围内。"))
    shifts = activity.shifts.annotate(
        waits=Count("sign_ups", filter=Q(sign_ups__state="waiting")),
        left=Count("sign_ups", filter=Q(sign_ups__state="left")),
    ).order_by("lasts")
    verbs = {verb for verb in flow.ACTIVITY if flow.possible(flow.ACTIVITY, verb, activity.state)}
    return Whole(
        activity=activity,
        place=places.label(activity.place_code),
        times=[Time(shift, getattr(shift, "waits"), getattr(shift, "left")) for shift in shifts],  # noqa: B009
        verbs=frozenset(verbs - {"join"} if organises(by, activity) else ()),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """The code on show: typed and scanned, for coming or leaving, and how many seconds it still holds."""

    shift: Shift
    way: str
    typed: str
    scanned: str
    left: int


def shown(by: Actor, shift_id: UUID, *, way: str, at: datetime) -> Shown:
    """For whoever runs the activity, to show it at the place. Raises NotFound, NotAllowed."""
    require(by, ORGANISES)
    shift = Shift.objects.select_related("activity__unit").filter(pk=shift_id).first()
    if shift is None or not organises(by, shift.activity):
        raise NotFound(_("没有这个时段，或者不在您的管辖范围内。"))
    chosen = LEAVING if way == LEAVING else COMING
    what = about(shift.id, chosen)
    return Shown(shift, chosen, codes.typed(key(), what, at), codes.scanned(key(), what, at), codes.left(at))


def appeals(by: Actor) -> list[Appeal]:
    """What waits to be decided in the actor's scope, the oldest first. Names are read with the roster's verb."""
    require(by, REVIEWS)
    rows = Appeal.objects.filter(decided_at=None).select_related("sign_up__shift__activity", "first_by")
    return list(rows.order_by("made_at")[:MOST])


def shifts_now(by: Actor, *, at: datetime) -> list[Shift]:
    """Times of today that the actor runs: for the phone of whoever shows the code."""
    require(by, ORGANISES)
    rows = Shift.objects.select_related("activity").filter(
        cancelled_at=None, activity__state="published", lasts__startswith__lt=at + timedelta(hours=12),
        lasts__endswith__gt=at - timedelta(hours=2),
    )  # fmt: skip
    return [shift for shift in rows.order_by("lasts")[:20] if organises(by, shift.activity)]


@dataclass(frozen=True, slots=True)
class Figure:
    """Persons and minutes of one kind in a span; None where they are too few to be told apart."""

    kind: str
    services: int | None
    persons: int | None
    minutes: int | None


def figures(by: Actor, since: datetime, until: datetime) -> tuple[list[Figure], Figure]:
    """Certified service by kind in the actor's scope, small cells suppressed, and the sum. One query.

    Where just one kind is hidden it could be reckoned from the sum, so the next smallest is hidden with it.
    """
    require(by, READS)
    rows = SignUp.objects.filter(
        state__in=STANDS, minutes__isnull=False, lasts__startswith__gte=since, lasts__startswith__lt=until
    )
    if by.scope != "*":
        rows = rows.filter(place_code__startswith=by.scope or "-")
    grouped = list(
        rows.values("shift__activity__kind")
        .annotate(services=Count("id"), persons=Count("person", distinct=True), minutes=Sum("minutes"))
        .order_by("-minutes")
    )
    total = rows.aggregate(services=Count("id"), persons=Count("person", distinct=True), minutes=Sum("minutes"))
    hidden = {row["shift__activity__kind"] for row in grouped if row["persons"] < SMALL}
    open_rows = sorted((r for r in grouped if r["persons"] >= SMALL), key=lambda r: r["persons"])
    if len(hidden) == 1 and open_rows:
        hidden.add(open_rows[0]["shift__activity__kind"])
    found = [
        Figure(row["shift__activity__kind"], None, None, None)
        if row["shift__activity__kind"] in hidden
        else Figure(row["shift__activity__kind"], row["services"], row["persons"], row["minutes"])
        for row in grouped
    ]
    few = (total["persons"] or 0) < SMALL
    sum_ = (
        Figure("", None, None, None) if few else Figure("", total["services"], total["persons"], total["minutes"])
    )
    return found, sum_
