"""The places of a machine's state: a flat list that msgpack writes in about forty bytes.

[shape, phase, since, mask, told, low, held, due, flip, counts, raises, said, extras, armed, owed]
"""

from __future__ import annotations

from .samples import State

SHAPE = 0
"""Which conditions and which numbers it was reckoned with; another one is adopted."""
PHASE = 1
SINCE = 2
"""ms: when what the phase says began."""
MASK = 3
"""A bit for each leaf that is so."""
TOLD = 4
"""The grade that was raised; 0 none."""
LOW = 5
"""ms: since when the grade would be lower than told; None."""
HELD = 6
"""1 while something is not said because of maintenance."""
DUE = 7
"""ms: when the next timer runs out; None."""
FLIP = 8
"""ms: when the window of the day next opens or shuts, where that matters; None."""
COUNTS = 9
"""ms of the beginnings counted so far; None."""
RAISES = 10
"""ms of the last times it was raised, at most three; three of them: it flaps; None."""
SAID = 11
"""Leaf, value, reference, leaf, … : what was so when it last changed; None."""
EXTRAS = 12
"""What leaves remember beside their bit; None."""
ARMED = 13
"""ms: when silence is to be looked for; None."""
OWED = 14
"""Changes that were found and not yet handed out; None."""

REST, WAITING, COUNTED, WITHHELD, RAISED, CLEARING = range(6)
"""Not so; so, but not long enough; long enough, not often enough; would be raised but for maintenance; raised and so;
raised and no longer so."""
STANDS = (False, True, True, True, True, False)
"""Whether it is so, by phase."""


def fresh(shape: int) -> State:
    return [shape, REST, 0, 0, 0, None, 0, None, None, None, None, None, None, None, None]
