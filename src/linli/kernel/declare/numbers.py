"""The numbers in a rule, by name: which there are, and the rule with others in their place.

`limit`, `clears`, `by`, `within`, `after`, `times`, `least` belong to a condition, `often`, `days`, `few`, `unheard` to
a device's own health, `things` to several together,
`lasts`, `clear-after`, `repeats`, `repeats-within`, `calms` to the rule. Where a condition is made of several, each
number has its quantity before it (`smoke.limit`, a second one `smoke-2.limit`); of a step, its grade (`red.limit`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .conditions import (
    Above,
    AllOf,
    AnyOf,
    Below,
    Changes,
    Condition,
    Silent,
    Together,
    Unusual,
    Unwell,
    parts,
    quantity_of,
)

if TYPE_CHECKING:
    from .rules import Rule

SECONDS, PERCENT = "s", "%"
_FIELDS: dict[type[Condition], tuple[str, ...]] = {
    Above: ("limit", "clears"),
    Below: ("limit", "clears"),
    Changes: ("by", "within"),
    Silent: ("after",),
    Unusual: ("times", "least"),
    Unwell: ("often", "days", "few", "unheard"),
    Together: ("things",),
}
_IN_SECONDS = {"within", "after", "unheard", "lasts", "clear-after", "repeats-within", "calms"}
_OF_QUANTITY = {"limit", "clears", "by", "least"}
_WHOLE = {"things", "repeats", "often", "days"}
_OF_RULE = {
    "lasts": "lasts",
    "clear-after": "clear_after",
    "repeats": "repeats",
    "repeats-within": "within",
    "calms": "calms",
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a rule. `value` is None where the rule leaves it open: `clears` is then the limit, `after` the
    model's own silence. `unit` is "s" for a time, "%" for a share, None for the unit of `quantity`, "" for a count."""

    name: str
    value: float | None
    quantity: str = ""

    @property
    def what(self) -> str:
        """Its name without what stands before it."""
        return self.name.rpartition(".")[2]

    @property
    def unit(self) -> str | None:
        if self.what in _OF_QUANTITY:
            return None
        if self.what == "few":
            return PERCENT
        return SECONDS if self.what in _IN_SECONDS else ""

    @property
    def whole(self) -> bool:
        """Whether only whole numbers have a meaning."""
        return self.what in _WHOLE


def numbers_in(rule: Rule) -> Iterator[Number]:
    """Every number of the rule, also those it leaves open: the conditions' first."""
    for before, condition in conditions_of(rule):
        for prefix, part in _numbered(before, condition):
            for field in _FIELDS[type(part)]:
                value = getattr(part, field)
                if field == "by":
                    value = abs(value)
                yield Number(prefix + field, None if value is None else float(value), quantity_of(part))
    for name, field in () if rule.by_days else _OF_RULE.items():
        if rule.repeats > 1 or not name.startswith("repeats"):
            yield Number(name, float(getattr(rule, field)))


def with_numbers(rule: Rule, numbers: Mapping[str, float]) -> Rule:
    """The rule with these numbers in place of its own. Raises LookupError for a name it does not have."""
    known = {number.name for number in numbers_in(rule)}
    if unknown := sorted(numbers.keys() - known):
        raise LookupError(f"rule {rule.name!r} has no number {unknown[0]!r}")
    if not numbers:
        return rule
    changed = [_renumbered(before, condition, numbers) for before, condition in conditions_of(rule)]
    own: dict[str, float | int] = {
        field: round(numbers[name]) if name in _WHOLE else numbers[name]
        for name, field in _OF_RULE.items()
        if name in numbers
    }
    steps = tuple((step[0], condition) for step, condition in zip(rule.steps, changed[1:], strict=True))
    return replace(rule, when=changed[0], steps=steps, **own)  # type: ignore[arg-type]


def conditions_of(rule: Rule) -> list[tuple[str, Condition]]:
    """What the rule waits for and its steps, each with what stands before the names of its numbers."""
    return [("", rule.when), *((f"{severity.name.lower()}.", step) for severity, step in rule.steps)]


def _numbered(before: str, condition: Condition) -> list[tuple[str, Condition]]:
    """The parts that have numbers, with what stands before their names, in the order of `parts`."""
    found = [part for part in parts(condition) if type(part) in _FIELDS]
    alone = Counter(isinstance(part, Together) for part in found)
    seen = Counter[str]()
    named = []
    for part in found:
        word = quantity_of(part) or type(part).__name__.lower()
        seen[word] += 1
        if alone[isinstance(part, Together)] == 1:
            named.append((before, part))
        else:
            named.append((f"{before}{word}{'' if seen[word] == 1 else f'-{seen[word]}'}.", part))
    return named


def _renumbered(before: str, condition: Condition, numbers: Mapping[str, float]) -> Condition:
    return _rebuilt(condition, iter(_numbered(before, condition)), numbers)


def _rebuilt(
    condition: Condition, named: Iterator[tuple[str, Condition]], numbers: Mapping[str, float]
) -> Condition:
    """The condition made anew, walked in the order of `parts`, so that `named` keeps step."""
    if type(condition) in _FIELDS:
        prefix, _part = next(named)
        new: dict[str, float | int] = {}
        for field in _FIELDS[type(condition)]:
            value = numbers.get(prefix + field)
            if value is not None:
                new[field] = round(value) if field in _WHOLE else value
        if isinstance(condition, Changes) and "by" in new:
            new["by"] = abs(new["by"]) if condition.by > 0 else -abs(new["by"])
        condition = replace(condition, **new)
    if isinstance(condition, Together):
        return replace(condition, condition=_rebuilt(condition.condition, named, numbers))
    if isinstance(condition, AllOf | AnyOf):
        return type(condition)(tuple(_rebuilt(part, named, numbers) for part in condition.conditions))
    return condition
