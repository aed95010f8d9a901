"""What a television shows: what is public where it stands, asked with public eyes, and its person's own, asked with theirs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from linli.kernel.access import looking_as
from linli.kernel.clock.now import now
from linli.kernel.displays import queries
from linli.kernel.displays.models import Display
from linli.kernel.matters.queries.mine import Mine, mine, open_of
from linli.kernel.places import queries as places
from linli.kernel.readings.queries.weather import weather_at
from linli.parts import displays, neighbourhood
from linli.parts.sensing import measured

NEIGHBOURHOOD = 12
OWN = 8
"""Matters of one's own: the latest. Older ones are on the phone."""


def draw(_request: HttpRequest, display: Display) -> dict[str, Any]:
    return {**_public(display), **_own(display)}


def _public(display: Display) -> dict[str, Any]:
    at, code = now(), display.place_code
    hood = code[:NEIGHBOURHOOD]
    with looking_as(queries.public_eyes(display)):
        found = neighbourhood.notices(
            "tv", code, at=at, household_id=display.household_id, person_id=display.person_id
        )
        near = neighbourhood.offices(hood, at=at)
        on_duty = neighbourhood.on_duty(hood, at=at)
        weather = weather_at(code, at=at)
    call = next((office for office in near if office.phone), None)
    return {
        "place": places.label(hood),
        "short": (places.path(hood) or ("",))[-1],
        "emergencies": found.emergencies,
        "notices": found.others,
        "offices": near,
        "on_duty": on_duty,
        "call": call,
        "call_picture": displays.picture(f"tel:{call.dials}") if call and call.dials else "",
        "temperature": measured(weather.model, "temperature", weather.values["temperature"])
        if weather and "temperature" in weather.values
        else "",
    }


def _own(display: Display) -> dict[str, Any]:
    """The matters this television's person reported, but for those reported without a name: who sits beside them is not told."""
    by = queries.own_eyes(display)
    with looking_as(by):
        found = mine(by, limit=OWN) if by.person_id else Mine([], [])
        asking = [matter for matter in found.asking if not matter.anonymous]
        rest = [matter for matter in found.rest if not matter.anonymous]
        open_count = open_of(by)
    codes = {matter.place_code for matter in (*asking, *rest)}
    return {
        "asking": asking,
        "rest": rest,
        "open_count": open_count,
        "whose": display.person.name if display.person else "",
        "labels": places.labels(codes),
    }
