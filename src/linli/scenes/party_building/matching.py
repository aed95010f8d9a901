"""What is there to give beside what is needed: pure, each suggestion with its reasons. A person decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either list, as far as matching looks at it."""

    id: object
    what: str
    place_code: str
    words: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Match:
    """A resource for a need. `reasons` are names: near, around, time, words; the page says them."""

    id: object
    score: int
    reasons: tuple[str, ...]
    shared: tuple[str, ...] = ()


def match(need: Line, resources: Iterable[Line], most: int = 5) -> list[Match]:
    """Resources of the same kind that reach the need's place in its time, the best first. Nothing else fits at all."""
    found = []
    for one in resources:
        if one.what != need.what or not need.place_code.startswith(one.place_code):
            continue
        if one.until < need.since or need.until < one.since:
            continue
        near = one.place_code == need.place_code
        whole = one.since <= need.since and need.until <= one.until
        shared = tuple(sorted(_pairs(need.words) & _pairs(one.words)))[:4]
        reasons = ("near" if near else "around", *(("time",) if whole else ()), *(("words",) if shared else ()))
        found.append(Match(one.id, 2 * near + 2 * whole + min(3, len(shared)), reasons, shared))
    return sorted(found, key=lambda m: (-m.score, str(m.id)))[:most]


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, as Chinese is searched for here; of letters and Chinese characters alone."""
    return {a + b for a, b in pairwise(text) if a.isalnum() and b.isalnum() and ord(a) > 255 and ord(b) > 255}
