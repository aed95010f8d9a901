"""The title of a report that came without one. Pure."""

from __future__ import annotations

import re
from itertools import takewhile
from unicodedata import east_asian_width

WIDTH = 80
"""Columns: forty Chinese characters or eighty letters, what a person reads at a glance."""
_SHORT = 12
# A point within "3.5" or "10:30" ends nothing.
_ENDS = re.compile(r"[。！？；]|[.!?;](?=\s)")
_PAUSES = re.compile(r"[，、：]|[,:](?=\s)|\s")


def title_of(body: str) -> str:
    """The first sentences of what was written; where they do not fit, as much as does, to a pause."""
    first = body.strip().partition("\n")[0].strip()
    fits = _that_fits(first)
    if fits == first:
        return first
    for marks, more in ((_ENDS, ""), (_PAUSES, "…")):
        cuts = [found.start() for found in marks.finditer(fits)]
        if cuts and cuts[-1] >= _SHORT:
            return fits[: cuts[-1]] + more
    return fits + "…"


def _that_fits(text: str) -> str:
    taken = 0

    def room(char: str) -> bool:
        nonlocal taken
        taken += columns(char)
        return taken <= WIDTH

    return "".join(takewhile(room, text))


def columns(char: str) -> int:
    """How wide a character is: a Chinese one takes the room of two letters."""
    return 2 if east_asian_width(char) in "WF" else 1
