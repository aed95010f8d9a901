"""What anybody may know of a neighbourhood today, for screens on walls and in living rooms: its offices, who is on duty,
its notices, and how its matters stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from linli.kernel.access import as_system
from linli.kernel.clock.queries import calendar_for
from linli.kernel.duty.queries.on_duty import OnDuty, there
from linli.kernel.figures.queries import Period, Scope, Standing, count, standing
from linli.kernel.figures.queries.periods import today_of
from linli.kernel.notices.queries import shown
from linli.kernel.notices.queries.shown import Shown
from linli.kernel.people.models import Unit
from linli.kernel.places.codes import lineage

_OPEN_TO_RESIDENTS = (Unit.Kind.COMMITTEE, Unit.Kind.OFFICE, Unit.Kind.CENTRE)
_STREET = 9
_DAYS = 30
ENOUGH = 5
"""Matters of a period below which no figure of it is shown: of two or three one might guess whose they were."""


@dataclass(frozen=True, slots=True)
class Office:
    """A committee, a street office or a centre: `hours` today as (from, to), none where it is shut all day."""

    name: str
    phone: str
    place_code: str
    hours: Sequence[tuple[str, str]]
    open_now: bool

    @property
    def dials(self) -> str:
        """The number as a telephone takes it; "" for none."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


def offices(place_code: str, *, at: datetime) -> list[Office]:
    """The offices of the neighbourhood and its street, the nearest first. One query; calendars are kept."""
    near = [code for code in lineage(place_code) if len(code) >= _STREET]
    units = Unit.objects.filter(place_code__in=near, kind__in=_OPEN_TO_RESIDENTS, valid__contains=at)
    rank = {kind.value: n for n, kind in enumerate(_OPEN_TO_RESIDENTS)}
    return [_office(unit, at) for unit in sorted(units, key=lambda u: (-len(u.place_code), rank[u.kind], u.name))]


def _office(unit: Unit, at: datetime) -> Office:
    calendar = calendar_for(unit.place_code)
    today = calendar.local(at).date()
    hours = calendar.hours_on(today) if calendar.is_working(today) else ()
    told = [(f"{since:%H:%M}", f"{until:%H:%M}") for since, until in hours]
    return Office(unit.name, unit.phone, unit.place_code, told, calendar.is_open(at))


def on_duty(place_code: str, *, at: datetime) -> list[OnDuty]:
    """Who is on duty for the neighbourhood and its street, by name and office number, as their roster on paper would hang
    there. One query, with the system's eyes: who looks at a wall has no post."""
    with as_system():
        return [one for one in there(place_code, at) if len(one.place_code) >= _STREET]


@dataclass(frozen=True, slots=True)
class Account:
    """How a neighbourhood's matters stood from `first` to `last`: of those that were `due` so many `in_time`; whatever was
    late, or is late and still open, counts among the due. `open_now` and `late_now` as of the asking."""

    first: datetime
    last: datetime
    reported: int
    closed: int
    due: int
    in_time: int
    open_now: int
    late_now: int


def account(place_code: str, *, at: datetime) -> Account | None:
    """The thirty days before today; None where too few matters were reported to tell."""
    yesterday = today_of(at) - timedelta(days=1)
    period = Period(yesterday - timedelta(days=_DAYS - 1), yesterday)
    scope = Scope((place_code,))
    found = count(scope, period, at).get("")
    if found is None or found.reported < ENOUGH:
        return None
    now = standing(scope, at).get("", Standing())
    day = timedelta(days=1)
    return Account(
        first=at - _DAYS * day,
        last=at - day,
        reported=found.reported,
        closed=found.closed,
        due=found.finish_in + found.finish_late,
        in_time=found.finish_in,
        open_now=now.open,
        late_now=now.overdue,
    )


@dataclass(frozen=True, slots=True)
class Notices:
    """What is shown now: `emergencies` over everything, and all the others by how much they matter."""

    emergencies: Sequence[Shown]
    others: Sequence[Shown]


def notices(
    screen: str, place_code: str, *, at: datetime, household_id: UUID | None = None, person_id: UUID | None = None
) -> Notices:
    found = shown.on(screen, place_code=place_code, at=at, household_id=household_id, person_id=person_id)
    return Notices([n for n in found if n.emergency], [n for n in found if not n.emergency])
