"""What my devices say, to me: the devices somebody agreed to, with what each said last and what it was warned of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, as_system
from linli.kernel.things.queries.agreements import Mine, mine

from ..models import Warning
from . import latest
from .sentences import sentence

RECENT = 5


@dataclass(frozen=True, slots=True)
class Told:
    """A warning, as the person it is about reads it."""

    at: datetime
    says: str
    open: bool


@dataclass(frozen=True, slots=True)
class Device:
    """An agreement with what its device says under it; nothing of a device one agrees to no more."""

    mine: Mine
    heard_at: datetime | None
    values: Mapping[str, float]
    warnings: tuple[Told, ...]


def devices(actor: Actor) -> list[Device]:
    """One's own. Needs `people.read_self`; never for a proxy. A shared device's readings are nobody's own."""
    found = mine(actor)
    with as_system():
        standing = [one.thing for one in found if one.stands and not one.shared]
        said = latest.of(standing)
        warned = _warned([thing.id for thing in standing])
    devices = []
    for one in found:
        now = said.get(one.thing.no, latest.SILENT) if one.stands and not one.shared else latest.SILENT
        told = warned.get(one.thing.id, ()) if one.stands else ()
        devices.append(Device(one, now.received_at, now.values, tuple(told)))
    return devices


def _warned(things: Sequence[UUID]) -> Mapping[UUID, Sequence[Told]]:
    by_thing: dict[UUID, list[Told]] = defaultdict(list)
    for warning in Warning.objects.filter(thing__in=things).order_by("-raised_at", "-id")[
        : RECENT * max(1, len(things))
    ]:
        if warning.thing_id is None:
            continue
        told = by_thing[warning.thing_id]
        if len(told) < RECENT:
            told.append(Told(warning.raised_at, sentence(warning), warning.closed_at is None))
    return by_thing
