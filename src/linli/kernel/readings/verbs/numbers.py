"""Changing a rule's numbers for a place or a single thing. Warnings that stand are not taken back; what is under way goes
on with the new numbers (docs/rules.md). The evaluator notices within a second, by the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import isfinite
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, as_system, require
from linli.kernel.access.prepared import ask
from linli.kernel.audit import append
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Number, Quantity, Rule

from ..models import RuleNumber
from ..queries.numbers import numbers_of
from ..where import Where, where

LONGEST = 31 * 86400
"""Seconds; a rule that waits longer than a month waits for nothing."""
_MOST = {"repeats": 100, "things": 10_000, "often": 10_000, "days": 7}


def tune(
    *,
    by: Actor,
    at: datetime,
    rule: str,
    numbers: Mapping[str, float],
    place_code: str = "",
    thing: UUID | None = None,
    reason: str = "",
) -> Mapping[str, float]:
    """Set numbers of a rule (`Rule.tunable` has their names) at a place, or for a thing. Returns all in force there.
    The reason stands in the record of it.

    Raises Invalid with `fields` by the numbers' names, NotAllowed, NotFound. One that cannot be meant refuses all.
    """
    require(by, "rules.tune")
    declared = _rule(rule)
    with transaction.atomic(), as_system():
        here = where(by, "rules.tune", declared, place_code, thing)
        _alone(rule)
        _check(declared, numbers, here)
        rows = {row.name: row for row in RuleNumber.objects.select_for_update().filter(rule=rule, **here.key)}
        before = {name: rows[name].value if name in rows else None for name in numbers}
        changed = {name: value for name, value in numbers.items() if before[name] != value}
        for name, value in changed.items():
            row = rows.get(name) or RuleNumber(rule=rule, name=name, **here.key)
            row.value, row.set_at, row.set_by = value, at, by.name
            row.save()
        if changed:
            _record(by, at, "readings.tune", rule, here, {name: before[name] for name in changed}, changed, reason)
        return numbers_of(declared, here.thing or here.place_code)


def untune(
    *,
    by: Actor,
    at: datetime,
    rule: str,
    names: Iterable[str] | None = None,
    place_code: str = "",
    thing: UUID | None = None,
    reason: str = "",
) -> Mapping[str, float]:
    """Take back what was set there, all of it where no names are given: what the wider place says holds again. Returns
    all in force. Raises NotAllowed, NotFound, Invalid (what would hold cannot be meant)."""
    require(by, "rules.tune")
    declared = _rule(rule)
    with transaction.atomic(), as_system():
        here = where(by, "rules.tune", declared, place_code, thing)
        _alone(rule)
        rows = RuleNumber.objects.select_for_update().filter(rule=rule, **here.key)
        if names is not None:
            rows = rows.filter(name__in=list(names))
        before = {row.name: row.value for row in rows}
        rows.delete()
        # A clears that stays behind may stand on the wrong side of the limit that comes back.
        _check(declared, {}, here)
        if before:
            _record(by, at, "readings.untune", rule, here, before, dict.fromkeys(before), reason)
        return numbers_of(declared, here.thing or here.place_code)


def check(
    *, by: Actor, rule: str, numbers: Mapping[str, float], place_code: str = "", thing: UUID | None = None
) -> None:
    """Whether these numbers could be set there, without setting them. Raises what `tune` raises."""
    require(by, "rules.tune")
    declared = _rule(rule)
    with as_system():
        _check(declared, numbers, where(by, "rules.tune", declared, place_code, thing))


def faults(rule: Rule, numbers: Mapping[str, float], quantities: Mapping[str, list[Quantity]]) -> dict[str, str]:
    """What is wrong with numbers of a rule, by name: a sentence each. `numbers` are all that would hold."""
    known = rule.tunable()
    found = {}
    for name, value in numbers.items():
        number = known.get(name)
        if number is None:
            found[name] = _("这条规则没有这个参数。")
        elif sentence := _fault(number, value, quantities.get(number.quantity, [])):
            found[name] = sentence
    for name in [name for name in numbers if name.rpartition(".")[2] == "clears"]:
        limit = name[: -len("clears")] + "limit"
        if not {name, limit} & found.keys() and (sentence := _side(rule, name, numbers[name], numbers[limit])):
            found[name] = sentence
    if not found and next(rule.with_numbers(numbers).faults(), ""):
        found[next(iter(numbers), "")] = _("这些参数合在一起没有意义，请检查时间和次数。")
    return found


def _fault(number: Number, value: float, quantities: list[Quantity]) -> str:
    if not isfinite(value):
        return _("请填写一个数。")
    if number.what == "limit" and quantities:
        lows, highs = [q.low for q in quantities], [q.high for q in quantities]
        low = None if None in lows else min(low for low in lows if low is not None)
        high = None if None in highs else max(high for high in highs if high is not None)
        if (low is not None and value < low) or (high is not None and value > high):
            return _("设备只能测到 %(low)s 到 %(high)s，这个阈值永远到不了。") % {
                "low": "−∞" if low is None else f"{low:g}",
                "high": "∞" if high is None else f"{high:g}",
            }
    if number.unit == "s" and not 0 <= value <= LONGEST:
        return _("请填写 0 秒到 31 天之间的时间。")
    if number.what in ("by", "within", "after", "times", "repeats-within", "unheard") and value <= 0:
        return _("请填写大于零的数。")
    if number.what == "few" and not 0 <= value <= 100:
        return _("请填写 0 到 100 之间的百分数。")
    if number.what == "least" and value < 0:
        return _("请填写零或大于零的数。")
    if number.whole and (value != round(value) or not 1 <= value <= _MOST[number.what]):
        return _("请填写 1 到 %(most)s 的整数。") % {"most": _MOST[number.what]}
    return ""


def _side(rule: Rule, name: str, clears: float, limit: float) -> str:
    """A `clears` belongs to the side on which it is calm again: below an upper limit, above a lower one."""
    for fault in rule.with_numbers({name: clears, name[: -len("clears")] + "limit": limit}).faults():
        if "clear higher" in fault:
            return _("恢复值要小于或等于阈值 %(limit)s。") % {"limit": f"{limit:g}"}
        if "clear lower" in fault:
            return _("恢复值要大于或等于阈值 %(limit)s。") % {"limit": f"{limit:g}"}
    return ""


def _check(rule: Rule, numbers: Mapping[str, float], here: Where) -> None:
    models = [here.thing.model] if here.thing else rule.of
    devices = [catalogue().devices[model] for model in models if model in catalogue().devices]
    quantities: dict[str, list[Quantity]] = {}
    for device in devices:
        for quantity in device.measures:
            quantities.setdefault(quantity.name, []).append(quantity)
    unknown = {name: value for name, value in numbers.items() if name not in rule.tunable()}
    together = {**numbers_of(rule, here.thing or here.place_code), **numbers}
    if found := faults(rule, unknown or together, quantities):
        raise Invalid(_("请检查填写的参数。"), fields=found)


def _rule(name: str) -> Rule:
    try:
        return catalogue().rules[name]
    except KeyError:
        raise NotFound(_("没有这条规则。")) from None


def _alone(rule: str) -> None:
    """One change of a rule's numbers after the other: a row that is not there yet cannot be held."""
    ask("SELECT pg_advisory_xact_lock(hashtextextended('rule-numbers:' || %s, 0))", [rule])


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    rule: str,
    here: Where,
    before: Mapping[str, float | None],
    after: Mapping[str, float | None],
    reason: str,
) -> None:
    append(
        by=by,
        at=at,
        verb=verb,
        stream=f"rule:{rule}:{here.thing.no if here.thing else here.place_code}",
        place_code=here.place_code,
        before=before,
        after=after,
        note=reason,
    )
