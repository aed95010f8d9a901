"""What would be promised if this were reported now: said before anybody sends a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.queries import calendar_for

from ..numbers import numbers_for
from ..offering import must_be_offered
from ..whereabouts import Where, place_of


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
