"""Which numbers of a rule hold where: declared, changed by the places around, the nearest winning, then by the thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from linli.kernel.declare import Device, Rule, Silent
from linli.kernel.declare.conditions import parts
from linli.kernel.things.models import Thing

from ..models import RuleNumber

_SILENCES = 3
"""A thing with an interval of its own is silent after so many of them (declare.Device.silence)."""


class Numbers:
    """Everything that was set anywhere, read with one query: for who asks of many things."""

    def __init__(self, rows: Iterable[RuleNumber]) -> None:
        self._set: dict[str, dict[str, dict[str, float]]] = {}
        for row in rows:
            where = row.place_code or str(row.thing_id)
            self._set.setdefault(row.rule, {}).setdefault(where, {})[row.name] = row.value

    @classmethod
    def load(cls) -> Numbers:
        return cls(RuleNumber.objects.all())

    def with_set(self, rule: str, where: str, numbers: Mapping[str, float]) -> Numbers:
        """As it would be were these set, too: at a place (its code), or for a thing (its id)."""
        tried = Numbers(())
        tried._set = {name: dict(places) for name, places in self._set.items()}
        here = tried._set.setdefault(rule, {})
        here[where] = {**here.get(where, {}), **numbers}
        return tried

    def set_for(
        self, rule: Rule, place_code: str, thing: UUID | None = None, every: int | None = None
    ) -> dict[str, float]:
        """What differs from what the rule declares. Of a rule over a place, only what places have set; what the rule,
        declared anew, no longer knows is left out. `every`: seconds at which the thing reports, where it is not its model's.
        """
        level = rule.level
        found: dict[str, float] = {}
        if every and not level:
            found.update(_silences(rule, every))
        here = self._set.get(rule.name)
        if here:
            around = [place_code[:n] for n in range(2, (level or len(place_code)) + 1)]
            for where in around if level or thing is None else (*around, str(thing)):
                found |= here.get(where, {})
            known = rule.tunable()
            found = {name: value for name, value in found.items() if name in known}
        return found


def rows_for(rules: Iterable[str], place_code: str, thing: UUID | None) -> list[RuleNumber]:
    """What was set for these rules and holds at a place or for a thing there: the wider before the nearer, the thing's own
    last, so that who comes later wins. One query."""
    here = Q(thing=None, place_code__in=[place_code[:n] for n in range(2, len(place_code) + 1)])
    if thing is not None:
        here |= Q(thing=thing)
    rows = RuleNumber.objects.filter(here, rule__in=list(rules))
    return sorted(rows, key=lambda row: (row.thing_id is not None, len(row.place_code)))


def numbers_of(rule: Rule, of: Thing | str, device: Device | None = None) -> Mapping[str, float]:
    """All numbers in force for a thing, or at a place (a code). With the model, also the silence it declares."""
    if isinstance(of, Thing):
        code, thing, every = of.place_code, of.pk, of.every
    else:
        code, thing, every = of, None, None
    changed = Numbers(rows_for([rule.name], code, thing))
    declared = dict(rule.numbers())
    if device is not None:
        declared |= {
            n.name: float(device.silence) for n in rule.tunable().values() if n.what == "after" and n.value is None
        }
    return declared | changed.set_for(rule, code, thing, every)


def _silences(rule: Rule, every: int) -> dict[str, float]:
    if not any(isinstance(part, Silent) for part in parts(rule.when)) and not rule.steps:
        return {}
    return {
        n.name: float(_SILENCES * every) for n in rule.tunable().values() if n.what == "after" and n.value is None
    }
