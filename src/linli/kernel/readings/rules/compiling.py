"""From a declared rule to the machine that runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from zlib import crc32

from linli.kernel.declare import AllOf, AnyOf, Condition, Device, Rule, Together
from linli.kernel.declare.conditions import parts
from linli.kernel.declare.numbers import conditions_of

from .course import Terms
from .gathering import Gathering
from .leaves import MASKED, Leaf, Leaves, ms, told
from .machine import Machine
from .samples import Usual
from .windows import Window


def compile_rule(
    rule: Rule,
    device: Device,
    slots: Mapping[str, int],
    numbers: Mapping[str, float],
    usual: Usual | None,
    zone: tzinfo,
) -> Machine:
    """The machine of a rule for things of one model. It keeps nothing of a thing: those with the same numbers share it.

    Where the rule is over several things at a place (`subject_level`), the machines of all its models share the state.
    Raises LookupError for a number the rule does not have.
    """
    rule = rule.with_numbers(numbers)
    if not rule.level:
        leaves = Leaves(usual, zone)
        terms = _terms(rule, leaves, zone, _Alone(leaves, slots, device.silence))
        return Machine(terms, leaves, _guard(rule, leaves))
    groups = Leaves(usual, zone)
    several = _Several(groups, Leaves(usual, zone), slots)
    terms = _terms(rule, groups, zone, several)
    return Gathering(terms, groups, several.each, several.asked, level=rule.level, forgets=ms(device.silence))


class _Alone:
    """Takes in conditions on a single thing."""

    def __init__(self, leaves: Leaves, slots: Mapping[str, int], silence: float) -> None:
        self._leaves, self._slots, self._silence = leaves, slots, silence

    def __call__(self, condition: Condition) -> MASKED:
        return self._leaves.add(condition, self._slots, self._silence)


class _Several:
    """Takes in conditions on several things: each `Together` is a leaf, with a question to every single thing."""

    def __init__(self, groups: Leaves, each: Leaves, slots: Mapping[str, int]) -> None:
        self._groups, self.each, self._slots = groups, each, slots
        self.asked: list[tuple[MASKED, int]] = []

    def __call__(self, condition: Condition) -> MASKED:
        return self._groups.join(condition, self._take)

    def _take(self, condition: Condition) -> None:
        if not isinstance(condition, Together):
            raise ValueError(f"{condition} is not of several things together")
        so = self.each.add(condition.condition, self._slots, 0)
        self.asked.append((so, condition.things))
        first = next(part for part in parts(condition.condition) if not isinstance(part, AllOf | AnyOf))
        leaf = told(first, self._slots)
        says = {**leaf.says, "needed": condition.things}
        self._groups.leaves.append(Leaf(leaf.how, leaf.quantity, leaf.slot, says))


def _terms(rule: Rule, leaves: Leaves, zone: tzinfo, take: _Alone | _Several) -> Terms:
    asked: list[tuple[MASKED, int]] = []
    for _before, condition in conditions_of(rule):
        begun = len(leaves.leaves)
        so = take(condition)
        asked.append((so, (1 << len(leaves.leaves)) - (1 << begun)))
    return Terms(
        severity=int(rule.severity),
        lasts=ms(rule.lasts),
        repeats=rule.repeats,
        within=ms(rule.within),
        clear_after=ms(rule.clear_after),
        calms=ms(rule.calms),
        window=Window(rule.between, zone) if rule.between else None,
        when=asked[0][0],
        steps=[(int(step[0]), *rest) for step, rest in zip(rule.steps, asked[1:], strict=True)],
        shape=_shape(rule, leaves),
    )


def _guard(rule: Rule, leaves: Leaves) -> int:
    """Leaves, as bits, of which one must be so for the rule or a step of it to be: of an *and* one part will do. And all
    that are told by more than the last value of their quantity."""
    nth = iter(range(len(leaves.leaves)))
    guard = sum(1 << n for _before, condition in conditions_of(rule) for n in _needed(condition, nth))
    return guard | sum(bit for bit, _slot, _sign, limit, clears in leaves.bands if clears != limit)


def _needed(condition: Condition, nth: Iterator[int]) -> list[int]:
    if isinstance(condition, AllOf | AnyOf):
        parts = [_needed(part, nth) for part in condition.conditions]
        return min(parts, key=len) if isinstance(condition, AllOf) else [n for part in parts for n in part]
    return [next(nth)]


def _shape(rule: Rule, leaves: Leaves) -> int:
    """Two digests in one number: of which leaves there are in which order, and of every number."""
    made = f"{[(leaf.how, leaf.quantity) for leaf in leaves.leaves]} {rule.between}"
    return (crc32(made.encode()) & 0xFFFF) << 16 | crc32(repr(rule).encode()) & 0xFFFF
