"""Small cells (小数隐匿): numbers of one to four are not published, nor what would give them away by subtraction.

A table whose total is known must hide two cells at least, and those it hides must hold enough together, or the hidden
one is the total less the others. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

SMALL = 5
"""Numbers below this, other than nought, are not published."""


BOUNDED = 20
"""Fewest cases of a share that is published by a bound: "over 16 %" of six says nothing."""


def share_shown(top: int, bottom: int) -> tuple[str, int]:
    """How a share may be published: ("exact", 0); ("below" or "above", a whole per cent) where the cases for or against
    are few, so that they cannot be reckoned from it; ("few", 0) where there are too few at all."""
    rest = bottom - top
    small = 0 < top < SMALL or 0 < rest < SMALL
    if bottom < SMALL or (small and bottom < BOUNDED):
        return "few", 0
    if 0 < top < SMALL:
        return "below", -(-100 * SMALL // bottom)
    if 0 < rest < SMALL:
        return "above", 100 * (bottom - SMALL) // bottom
    return "exact", 0


def hidden(cells: Mapping[str, int]) -> frozenset[str]:
    """The keys of a column whose numbers may not be published beside the column's total."""
    small = {key for key, n in cells.items() if 0 < n < SMALL}
    if not small:
        return frozenset()
    others = sorted((n, key) for key, n in cells.items() if n >= SMALL)
    while others and (len(small) < 2 or sum(cells[key] for key in small) < SMALL):
        small.add(others.pop(0)[1])
    if len(small) < 2:  # nothing else to hide it behind: then nobody may see which it is
        small |= {key for key, n in cells.items() if n}
    return frozenset(small)
