"""What looks for volunteers: public, for everybody, signed in or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level

from ..models import Activity, Shift, SignUp
from ..verbs.joining import adults_at_home

MOST = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One time of an activity that one may join. `waits`: how many are on its waiting list."""

    shift: Shift
    activity: Activity
    place: str
    waits: int

    @property
    def free(self) -> int:
        return self.shift.free


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. `scope`: a prefix of the place's code; "" everywhere."""

    kind: str = ""
    skill: str = ""
    scope: str = ""
    day: date | None = None


def open_shifts(asked: Asked, *, at: datetime, limit: int = MOST) -> list[Found]:
    """Times to come, the soonest first, full ones too, for one may wait. Two queries."""
    rows = (
        Shift.objects.select_related("activity")
        .filter(cancelled_at=None, over_at=None, lasts__startswith__gt=at, activity__state=Activity.State.PUBLISHED)
        .order_by("lasts", "id")
    )
    if asked.kind:
        rows = rows.filter(activity__kind=asked.kind)
    if asked.skill:
        rows = rows.filter(activity__skills__contains=[asked.skill])
    if asked.scope:
        rows = rows.filter(activity__place_code__startswith=asked.scope)
    if asked.day is not None:
        begins = datetime.combine(asked.day, datetime.min.time(), timezone.get_current_timezone())
        rows = rows.filter(lasts__startswith__gte=begins, lasts__startswith__lt=begins + timedelta(days=1))
    found = list(rows[:limit])
    labels = places.labels((one.activity.place_code for one in found), Level.NEIGHBOURHOOD)
    waits = _waiting(one.id for one in found)
    return [
        Found(one, one.activity, labels.get(one.activity.place_code, ""), waits.get(one.id, 0)) for one in found
    ]


def _waiting(shift_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many wait: a number of nobody, so it is counted with the system's eyes."""
    with as_system():
        rows = (
            SignUp.objects.filter(shift__in=list(shift_ids), state="waiting")
            .values("shift")
            .annotate(n=Count("id"))
        )
        return {row["shift"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class Time:
    """A time on an activity's page, with one's own sign-up for it."""

    shift: Shift
    waits: int
    mine: SignUp | None
    open: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """An activity as everybody sees it. `guardians`: whom a minor may name; None for an adult or a stranger."""

    activity: Activity
    place: str
    times: Sequence[Time]
    guardians: Sequence[tuple[UUID, str]] | None


def one(by: Actor, activity_id: UUID, *, at: datetime) -> Whole:
    """A published activity. Raises NotFound."""
    activity = Activity.objects.select_related("unit").filter(pk=activity_id, published_at__isnull=False).first()
    if activity is None:
        raise NotFound(_("没有这个志愿活动，或者它还没有发布。"))
    shifts = list(activity.shifts.filter(cancelled_at=None, lasts__endswith__gt=at).order_by("lasts")[:MOST])
    mine: dict[UUID, SignUp] = {}
    if by.person_id is not None:
        own = SignUp.objects.filter(shift__in=shifts, person=by.person_id).exclude(state="cancelled")
        mine = {row.shift_id: row for row in own}
    waits = _waiting(shift.id for shift in shifts)
    recruiting = activity.state == Activity.State.PUBLISHED
    return Whole(
        activity=activity,
        place=places.label(activity.place_code, Level.NEIGHBOURHOOD),
        times=[
            Time(shift, waits.get(shift.id, 0), mine.get(shift.id), recruiting and shift.starts_at > at)
            for shift in shifts
        ],
        guardians=_guardians(by, at),
    )


def _guardians(by: Actor, at: datetime) -> Sequence[tuple[UUID, str]] | None:
    """The grown-ups of one's own household, for a minor alone."""
    if by.person_id is None:
        return None
    with as_system():
        year = Person.objects.filter(pk=by.person_id).values_list("birth_year", flat=True).first()
        if year is None or timezone.localtime(at).year - year > 18:
            return None
        return [(one.id, one.name) for one in adults_at_home(by.person_id, at)]


def scopes_of(by: Actor) -> list[tuple[str, str]]:
    """Near me: one's own neighbourhood and street, as (prefix, name). Nothing for who has no home here."""
    if by.person_id is None:
        return []
    with as_system():
        code = Person.objects.filter(pk=by.person_id).values_list("place_code", flat=True).first() or ""
    prefixes = [code[:12], code[:9]] if len(code) >= 12 else []
    names = places.names(prefixes)
    return [(prefix, names[prefix]) for prefix in prefixes if prefix in names]


def nearby(place_code: str, *, at: datetime, limit: int = 6) -> list[Found]:
    """For a board: what looks for somebody in the street around it and is not full."""
    found = open_shifts(Asked(scope=place_code[:9]), at=at, limit=MOST)
    return [one for one in found if one.free > 0][:limit]
