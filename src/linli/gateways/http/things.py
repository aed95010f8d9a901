"""Devices and the course of their readings over HTTP, to look at: for staff of the place and for partners.

A partner sees facilities, never what is about one household or person (docs/rights.md): models declared personal are
not there for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from linli.kernel.access import Actor, Invalid, NotFound, Role, as_system, covers
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import latest, series
from linli.kernel.things.models import Thing
from linli.kernel.things.queries import listing, one

from .shapes import Sentence, Text, Time

router = Router(tags=["things"])
REFUSED = dict.fromkeys((401, 403, 404, 422), Sentence)
DAY = timedelta(days=1)
LONGEST = 50 * 366 * DAY


class Asked(Schema):
    """Which devices: below a place (a code of 2 to 30 digits), of a model, in a state, with these words."""

    place: Annotated[str, Field(pattern=r"^\d{0,30}$")] = ""
    model: Annotated[str, Field(max_length=64)] = ""
    state: Annotated[str, Field(pattern="^(waiting|working|maintained|retired)?$")] = ""
    words: Annotated[Text, Field(max_length=64)] = ""
    after: Annotated[str, Field(max_length=400)] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class Now(Schema):
    """What it says at present: by its own clock, and when that was received; values in the quantities' units."""

    at: datetime | None
    received_at: datetime | None
    changed_at: datetime | None
    values: dict[str, float]


class Device(Schema):
    id: UUID
    key: str
    model: str
    name: str
    state: str
    place_code: str
    lon: float | None
    lat: float | None
    spot: str
    now: Now


class Quantity(Schema):
    name: str
    word_zh: str
    word_en: str
    unit: str
    low: float | None
    high: float | None
    switch: bool


class Whole(Device):
    place: str
    every: int
    installed_at: datetime | None
    quantities: list[Quantity]


class Devices(Schema):
    rows: list[Device]
    next: str | None


class Stretch(Schema):
    """Of which quantity, from when to when (a day by default), in about how many points."""

    quantity: Annotated[str, Field(max_length=64)]
    begin: Time | None = None
    end: Time | None = None
    most: Annotated[int, Field(ge=1, le=2000)] = 600


class Point(Schema):
    at: datetime
    n: int
    least: float
    mean: float
    most: float
    last: float


class Series(Schema):
    """Oldest first. A point is one reading, or a span of whole minutes, hours or days that begins at `at`."""

    thing: UUID
    quantity: str
    unit: str
    points: list[Point]


@router.get("", response={200: Devices, **REFUSED}, summary="A page of devices with what they say at present")
def list_things(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    actor: Actor = request.actor
    wanted = listing.Asked(
        place_code=asked.place, model=asked.model, state=asked.state, words=asked.words, models=_models(actor)
    )
    with _eyes(actor):
        page = listing.page(actor, wanted, at=now(), after=asked.after or None, limit=asked.limit)
        said = latest.of([row.thing for row in page.rows])
    return {
        "rows": [_shown(row.thing, row.state, said[row.thing.no]) for row in page.rows],
        "next": page.next_cursor,
    }


@router.get("/{uuid:thing_id}", response={200: Whole, **REFUSED}, summary="One device, what it measures and says")
def read_thing(request: HttpRequest, thing_id: UUID) -> dict[str, Any]:
    actor: Actor = request.actor
    with _eyes(actor):
        thing = _found(actor, thing_id)
        said = latest.of([thing])[thing.no]
        state = listing.shown_states([thing], now())[thing.no]
    return {
        **_shown(thing, state, said),
        "place": places.label(thing.place_code),
        "every": round(series.every(thing).total_seconds()),
        "installed_at": thing.installed_at,
        "quantities": list(_quantities(thing.model)),
    }


@router.get(
    "/{uuid:thing_id}/series",
    response={200: Series, **REFUSED},
    summary="The course of one quantity over any range, in about as many points as are asked for",
)
def read_series(request: HttpRequest, thing_id: UUID, stretch: Query[Stretch]) -> dict[str, Any]:
    actor: Actor = request.actor
    begin, end = _range(stretch)
    with _eyes(actor):
        thing = _found(actor, thing_id)
        device = catalogue().devices.get(thing.model)
        quantity = device.quantity(stretch.quantity) if device else None
        if quantity is None:
            sentence = _("这台设备不测量“%(quantity)s”。") % {"quantity": stretch.quantity}
            raise Invalid(sentence, fields={"quantity": sentence})
        points = series.points(thing, quantity.name, begin, end, stretch.most)
    return {"thing": thing.id, "quantity": quantity.name, "unit": quantity.unit, "points": points}


def _range(stretch: Stretch) -> tuple[datetime, datetime]:
    """Raises Invalid for what is no range, or one in which there was no device yet."""
    sentence = _("开始时间要早于结束时间，最长五十年。")
    end = stretch.end or now()
    if stretch.begin is None and end.year > 1970:
        return end - DAY, end
    begin = stretch.begin or end
    if not begin < end or end - begin > LONGEST or begin.year < 1970 or end.year > 2200:
        raise Invalid(sentence, fields={"begin": sentence})
    return begin, end


@contextmanager
def _eyes(actor: Actor) -> Iterator[None]:
    """PostgreSQL lets partners see what is public only, and knows no public devices: here scope and model are asked."""
    if actor.role != Role.PARTNER:
        yield
        return
    with as_system():
        yield


def _models(actor: Actor) -> list[str] | None:
    """The models an actor may know of; None for all."""
    if actor.role != Role.PARTNER:
        return None
    return [device.name for device in catalogue().devices.values() if not device.personal]


def _found(actor: Actor, thing_id: UUID) -> Thing:
    thing = one.find(actor, thing_id)
    models = _models(actor)
    if not covers(actor, thing.place_code) or (models is not None and thing.model not in models):
        raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
    return thing


def _shown(thing: Thing, state: str, said: latest.Now) -> dict[str, Any]:
    names = ("id", "key", "model", "name", "place_code", "lon", "lat", "spot")
    return {**{name: getattr(thing, name) for name in names}, "state": state, "now": said}


def _quantities(model: str) -> Iterator[dict[str, Any]]:
    known = catalogue()
    device = known.devices.get(model)
    for quantity in device.measures if device else ():
        yield {
            "name": quantity.name,
            "word_zh": known.word("quantity", quantity.name, "zh"),
            "word_en": known.word("quantity", quantity.name, "en"),
            "unit": quantity.unit,
            "low": quantity.low,
            "high": quantity.high,
            "switch": quantity.switch,
        }
