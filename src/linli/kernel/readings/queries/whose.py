"""Which numbers of a rule are in force for a thing or a place, and who set them where: the thing's own win, then the
nearest place's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.kernel.access import Actor, require

from ..models import RuleNumber
from .numbers import rows_for


@dataclass(frozen=True, slots=True)
class Setting:
    """A number somebody set: at a place, or ("" for the place) for the thing itself."""

    value: float
    place_code: str
    set_by: str
    set_at: datetime


Settings = Mapping[str, Mapping[str, Setting]]
"""Rule → name of the number → what was set."""


def in_force(rules: Iterable[str], place_code: str, thing: UUID | None = None) -> Settings:
    """What was set for these rules and holds here; rules with nothing set are left out. One query."""
    found: dict[str, dict[str, Setting]] = {}
    for row in rows_for(rules, place_code, thing):
        found.setdefault(row.rule, {})[row.name] = Setting(row.value, row.place_code, row.set_by, row.set_at)
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """A number as it was set, with where: the code of a place, or a thing."""

    name: str
    value: float
    place_code: str
    thing_id: UUID | None
    thing_name: str
    set_by: str
    set_at: datetime


def all_of(actor: Actor, rule: str, most: int = 200) -> list[Placed]:
    """Every number of a rule set at a place in the actor's scope or around it, or for a thing in it; the latest first.

    Raises NotAllowed.
    """
    require(actor, "rules.read")
    rows = RuleNumber.objects.filter(rule=rule).select_related("thing").order_by("-set_at", "name")
    if actor.scope != "*":
        near = Q()
        for scope in actor.scopes or ("-",):
            around = [scope[:n] for n in range(2, len(scope))]
            near |= Q(place_code__startswith=scope) | Q(place_code__in=around)
            near |= Q(thing__place_code__startswith=scope)
        rows = rows.filter(near)
    return [
        Placed(
            row.name, row.value, row.place_code, row.thing_id, row.thing.name if row.thing else "", row.set_by, row.set_at
        )
        for row in rows[:most]
    ]  # fmt: skip
