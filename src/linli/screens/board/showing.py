"""What a board shows: today, notices, who is there today, and what was dealt with. All of it with public eyes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from linli.kernel.clock.now import now
from linli.kernel.displays import queries
from linli.kernel.displays.models import Display
from linli.kernel.matters.queries.posted import posted
from linli.kernel.places import queries as places
from linli.kernel.readings.queries.weather import Weather, weather_at
from linli.parts import leaves, neighbourhood
from linli.parts.sensing import measured
from linli.parts.words import word

POSTED_FOR = timedelta(days=90)
NEIGHBOURHOOD = 12
IN_FULL = 6
"""Notices that have a page of their own in the round; the list names them all."""
_TOLD = ("temperature", "humidity", "wind", "rain-1h")


def draw(_request: HttpRequest, display: Display) -> dict[str, Any]:
    at, code = now(), display.place_code
    found = neighbourhood.notices("board", code, at=at)
    return {
        "above": places.label(code).rpartition(" · ")[0],
        "short": (places.path(code) or ("",))[-1],
        "emergencies": found.emergencies,
        "notices": found.others,
        "in_full": found.others[:IN_FULL],
        "offices": neighbourhood.offices(code, at=at),
        "on_duty": neighbourhood.on_duty(code, at=at),
        "account": neighbourhood.account(code[:NEIGHBOURHOOD], at=at),
        "weather": _weather(weather_at(code, at=at)),
        "posted": _posted(display, at),
        "posted_days": POSTED_FOR.days,
        "leaves": leaves.told(code, at=at),
    }


def _weather(found: Weather | None) -> dict[str, Any] | None:
    if found is None:
        return None
    values = [(word("quantity", q), measured(found.model, q, found.values[q])) for q in _TOLD if q in found.values]
    return {"at": found.at, "values": values}


def _posted(display: Display, at: datetime) -> list[dict[str, Any]]:
    rows = posted(queries.public_eyes(display), since=at - POSTED_FOR)
    labels = places.labels({row.place_code for row in rows})
    return [
        {
            "kind": word("matter", row.kind),
            "words": row.words,
            "reply": row.reply,
            "where": row.address or labels.get(row.place_code, ""),
            "opened_at": row.opened_at,
            "ended_at": row.ended_at,
            "state": row.state,
        }
        for row in rows
    ]
