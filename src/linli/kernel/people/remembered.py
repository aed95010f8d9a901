"""An actor as a session remembers it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, Role

_IDS = ("account_id", "person_id", "post_id", "unit_id")


def as_json(actor: Actor) -> dict[str, Any]:
    ids = {key: str(value) if (value := getattr(actor, key)) else None for key in _IDS}
    words = {"scope": actor.scope, "also": actor.also, "name": actor.name, "on_behalf": actor.on_behalf}
    return {"role": actor.role.value, **words, **ids}


def from_json(known: dict[str, Any], *, address: str = "") -> Actor:
    ids: dict[str, Any] = {key: UUID(known[key]) if known[key] else None for key in _IDS}
    words = {"scope": known["scope"], "name": known["name"], "on_behalf": known.get("on_behalf", "")}
    return Actor(role=Role(known["role"]), also=tuple(known.get("also", ())), address=address, **words, **ids)
