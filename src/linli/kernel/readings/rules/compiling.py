"""From a declared rule to the machine that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from zlib import crc32

from linli.kernel.declare import Device, Rule
from linli.kernel.declare.numbers import conditions_of

from .leaves import Leaves
from .machine import Machine, Terms
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

    Raises LookupError for a number the rule does not have.
    """
    rule = rule.with_numbers(numbers)
    leaves = Leaves(usual, zone)
    asked = [leaves.add(condition, slots, device.silence) for _before, condition in conditions_of(rule)]
    terms = Terms(
        severity=int(rule.severity),
        lasts=_ms(rule.lasts),
        repeats=rule.repeats,
        within=_ms(rule.within),
        clear_after=_ms(rule.clear_after),
        calms=_ms(rule.calms),
        window=Window(rule.between, zone) if rule.between else None,
        when=asked[0],
        steps=[(int(severity), so) for (severity, _), so in zip(rule.steps, asked[1:], strict=True)],
        shape=_shape(rule, leaves),
    )
    return Machine(terms, leaves)


def _shape(rule: Rule, leaves: Leaves) -> int:
    """Two digests in one number: of which leaves there are in which order, and of every number."""
    made = ",".join(f"{leaf.how}:{leaf.quantity}" for leaf in leaves.leaves)
    return (crc32(made.encode()) & 0xFFFF) << 16 | crc32(repr(rule).encode()) & 0xFFFF


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
