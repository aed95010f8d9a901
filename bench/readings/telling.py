"""What each quantity by itself tells of the label, in one half and in the other.

`higher`: how often a labelled reading is the higher one of two, one labelled and one not (0.5: it tells nothing; 0.1 as much as
0.9, the other way round). `limit`: how far over chance a limit on it could come if it were chosen with hindsight, below nought
where labelled readings are the low ones. `bits`: mutual information with tenths of the values, and what the label holds at
all. A quantity that turns round between the halves can teach nothing that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np
from numpy.typing import NDArray

from .labelled import Row


def say(names: Sequence[str], first: list[Row], second: list[Row], again: Sequence[bool]) -> None:
    """A line for each quantity; of the second half also what was not said before."""
    parts = [("first half", first), ("second half", second)]
    if any(again):
        parts.append(("said once", [row for row, twice in zip(second, again, strict=True) if not twice]))
    for slot, name in enumerate(names):
        told = []
        for part, rows in parts:
            known = [(value, row.so) for row in rows if (value := row.values[slot]) is not None]
            values, so = np.array([value for value, _so in known]), np.array([so for _value, so in known])
            if so.any() and not so.all():
                told.append(
                    f"{part} higher {higher(values, so):.2f} limit {limit(values, so):+.2f}"
                    f" bits {bits(values, so):.2f} of {held(so):.2f}"
                )
        if told:
            print(f"    {name:12} {';  '.join(told)}")


def higher(values: NDArray[np.float64], so: NDArray[np.bool_]) -> float:
    """Area under the curve of a threshold, by ranks; equal values share theirs."""
    _known, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    n = int(so.sum())
    return float((ranks[so].sum() - n * (n + 1) / 2) / (n * (len(so) - n)))


def limit(values: NDArray[np.float64], so: NDArray[np.bool_]) -> float:
    """The largest difference of the two shares that are over a limit, with its sign."""
    known = np.unique(values)[:-1]
    over = [1 - np.searchsorted(np.sort(values[which]), known, side="right") / which.sum() for which in (so, ~so)]
    apart = over[0] - over[1]
    return float(apart[np.abs(apart).argmax()]) if len(known) else 0.0


def bits(values: NDArray[np.float64], so: NDArray[np.bool_]) -> float:
    tenths = np.searchsorted(np.unique(np.quantile(values, np.linspace(0.1, 0.9, 9))), values)
    return held(so) - sum(float((tenths == n).mean()) * held(so[tenths == n]) for n in np.unique(tenths))


def held(so: NDArray[np.bool_]) -> float:
    """Entropy."""
    share = float(so.mean())
    return -sum(part * log2(part) for part in (share, 1 - share) if part)
