"""How much evidence there is, as arithmetic: what stands out of its own past and of places alike, and by how much.

Median and median absolute deviation, not mean and standard deviation: one noisy week does not hide the next, and one
noisy place does not move its neighbours. More of what is counted never makes less evidence. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linli.kernel.declare import Indication, Sign

LEAST_PAST, LEAST_ALIKE = 3, 8
"""Fewer stretches before, or fewer places alike, say nothing about what is usual: the indication is silent."""
AS_DEVIATION = 1.4826
"""So many median absolute deviations are a standard deviation, where things scatter as chance has it."""
_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: the median of `n` values, and how far they lie from it (1.4826 MAD)."""

    middle: float
    spread: float
    n: int


def usual(values: Sequence[float], noughts: int = 0) -> Usual:
    """The usual of these values and of so many noughts. Where there are none, nothing is usual: (0, 0, 0)."""
    n = len(values) + noughts
    if n == 0:
        return Usual(0.0, 0.0, 0)
    if noughts > len(values) and min(values, default=0.0) >= 0:
        return Usual(0.0, 0.0, n)  # more than half are nought: so is the median of values, and of distances
    every = np.concatenate([np.asarray(values, dtype=float), np.zeros(noughts)])
    middle = float(np.median(every))
    return Usual(middle, AS_DEVIATION * float(np.median(np.abs(every - middle))), n)


def deviations(now: float, usual: Usual, step: float) -> float:
    """How many deviations a value lies above what is usual; below nought where it lies below."""
    return (now - usual.middle) / max(usual.spread, step)


def strength(indication: Indication, now: float, own: Usual, alike: Usual) -> float:
    """0 to 1: how strongly it speaks. It must stand out of both, so the weaker of the two counts."""
    if now < indication.least - _NEARLY or own.n < LEAST_PAST or alike.n < LEAST_ALIKE:
        return 0.0
    out = min(deviations(now, own, indication.step), deviations(now, alike, indication.step))
    share = (out - indication.begins) / (indication.full - indication.begins)
    return min(max(share, 0.0), 1.0)


def weight(sign: Sign, strengths: Mapping[str, float]) -> float:
    """The evidence of all indications together; those that are not named are silent."""
    return sum(one.weight * strengths.get(one.name, 0.0) for one in sign.indications)


def raised(sign: Sign, strengths: Mapping[str, float], raises: float | None = None) -> bool:
    """Whether it is enough for a suggestion: so much together, of so many, one of them about the place itself."""
    speaking = [one for one in sign.indications if strengths.get(one.name, 0.0) > 0]
    if len(speaking) < sign.least or all(one.around for one in speaking):
        return False
    return weight(sign, strengths) >= (sign.raises if raises is None else raises) - _NEARLY


def grew(then: Mapping[str, float], now: Mapping[str, float], by: float) -> bool:
    """Whether there is more than there was: an indication that speaks now and did not, or one that says more by a share.
    Both map the indications that speak to what they count."""
    return any(
        name not in then or value >= then[name] + by * max(then[name], _NEARLY) - _NEARLY
        for name, value in now.items()
    )
