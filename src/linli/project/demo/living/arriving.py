"""Somebody reports something: a resident by phone, a grid worker on the round, the hotline."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, Role
from linli.kernel.files import verbs as files
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter

from .. import drawn, lives, rates
from ..acts import Life
from .town import Town

_PICTURED = 0.4
"""Of those that can be drawn, so many come with a picture."""


@dataclass(frozen=True, slots=True)
class Busy:
    """How many reports a real district has in an hour of the day, as a share of the day's mean."""

    hours: tuple[int, ...] = rates.DAYTIME

    def share(self, at: datetime) -> float:
        hour = at.astimezone(lives.ZONE).hour
        return self.hours[hour] * len(self.hours) / sum(self.hours)


def arrive(town: Town, at: datetime) -> Matter | None:
    """Report one thing; None when nobody is there who would."""
    life = lives.report_at(town.world, at, town.rng)
    by = _reporter(town, life)
    if by is None:
        return None
    return verbs.open_matter(
        by=by, at=at, kind=life.kind, title=life.title, body=life.body, source=life.source,
        source_key=life.source_key, place_code=life.place_code, lon=life.lon, lat=life.lat, address=life.address,
        urgency=life.urgency, files=_pictures(town, life, by, at),
        contact={"name": "匿名来电", "phone": ""} if life.voice == "operator" else None,
    )  # fmt: skip


def _reporter(town: Town, life: Life) -> Actor | None:
    match life.voice:
        case "resident":
            return town.neighbour(life.place_code)
        case "patrol":
            return town.crew.actors.get((f"committee:{life.place_code[:12]}", Role.GRID_WORKER))
    return town.crew.actors.get(("district", Role.DISPATCHER))


def _pictures(town: Town, life: Life, by: Actor, at: datetime) -> list[UUID]:
    if by.account_id is None or life.voice == "operator" or not drawn.shows(life.kind):
        return []
    return [picture(life.kind, by, at, town.rng.randrange(100), "report")] if town.rng.random() < _PICTURED else []


def picture(kind: str, by: Actor, at: datetime, number: int, purpose: str) -> UUID:
    """Store what somebody's phone would have sent: a drawing that says it is one."""
    shown = kind if drawn.shows(kind) else "street-litter"
    return files.store(
        by=by, at=at, upload=io.BytesIO(drawn.picture(shown, number)), name="现场.jpg", purpose=purpose
    ).id
