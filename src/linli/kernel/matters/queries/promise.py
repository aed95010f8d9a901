"""What would be promised if this were reported now: said before anybody sends a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.queries import calendar_for

from ..models import OPEN, Matter
from ..numbers import numbers_for
from ..offering import must_be_offered
from ..whereabouts import Where, place_of
from .nearby import nearby

ALIKE_METRES, ALIKE_DAYS, ALIKE_MOST = 150.0, 14, 3


@dataclass(frozen=True, slots=True)
class Promise:
    """Where it lies, and by when it would be answered and finished."""

    where: Where
    answer_due: datetime
    finish_due: datetime
    finish_span: str


def promise_for(
    *,
    kind: str,
    at: datetime,
    place_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
) -> Promise:
    """What a resident would be promised. Raises UnknownKind for a kind nobody declares, Invalid when the place is
    not found or the kind is switched off there."""
    urgency = catalogue().kind(kind).urgency.value
    where = place_of(place_code=place_code, lon=lon, lat=lat, address=address)
    numbers, calendar = numbers_for(kind, where.code, urgency), calendar_for(where.code)
    must_be_offered(kind, off=numbers.off)
    return Promise(
        where=where,
        answer_due=calendar.due_at(at, numbers.answer),
        finish_due=calendar.due_at(at, numbers.finish),
        finish_span=str(numbers.finish),
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """An open public matter of the same kind close by: what Open311 would tell anybody, without names."""

    title: str
    state: str
    opened_at: datetime
    finish_due: datetime
    metres: int | None


def alike(kind: str, where: Where, at: datetime) -> list[Alike]:
    """What was reported lately close by and is still open, the nearest first: perhaps it is the same thing.

    Others' matters are hidden from a resident, so the system's eyes look, for public ones only. Two queries.
    """
    with as_system():
        near = nearby(
            SYSTEM,
            place_code=where.code,
            lon=where.lon,
            lat=where.lat,
            at=at,
            kind=kind,
            metres=ALIKE_METRES,
            days=ALIKE_DAYS,
        )
        metres = {row["id"]: row["metres"] for row in near}
        found = list(Matter.objects.filter(id__in=metres, public=True, state__in=OPEN)) if metres else []
    found.sort(key=lambda m: (metres[str(m.id)] is None, metres[str(m.id)] or 0, m.opened_at))
    return [Alike(m.title, m.state, m.opened_at, m.finish_due, metres[str(m.id)]) for m in found[:ALIKE_MOST]]
