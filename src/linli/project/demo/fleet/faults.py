"""Devices as they are: a few stuck, dead, drifting, with a wrong clock or words for numbers, some badly heard.

About four in a hundred; which ones, the seed says.
"""

from __future__ import annotations

from enum import StrEnum

from .chance import chance
from .placing import Placed


class Fault(StrEnum):
    NONE = ""
    STUCK = "stuck"  # says the same for ever
    DEAD = "dead"  # says nothing at all
    DRIFTING = "drifting"  # its zero creeps up, month by month
    CLOCK = "clock"  # believes it is 1970
    STRINGS = "strings"  # writes numbers as words now and then
    DEAF = "deaf"  # loses every third message, and hears badly
    EMPTY = "empty"  # its battery is nearly flat


SHARES = (
    (Fault.DEAD, 0.004),
    (Fault.STUCK, 0.004),
    (Fault.DRIFTING, 0.003),
    (Fault.CLOCK, 0.0015),
    (Fault.STRINGS, 0.0015),
    (Fault.DEAF, 0.012),
    (Fault.EMPTY, 0.012),
)
_SPARED = ("weather-station", "people-counter", "river-gauge", "emergency-button")
"""There are few of them, and they are looked at."""


def fault_of(placed: Placed) -> Fault:
    if placed.model in _SPARED:
        return Fault.NONE
    drawn, sum_ = chance(placed.seed, 41), 0.0
    for fault, share in SHARES:
        sum_ += share
        if drawn < sum_:
            return fault
    return Fault.NONE
