"""Registers 电子台账: what is known about persons, households, places and things; entered once, shared everywhere.

A fact says one element of one subject: its value, where it comes from, when it was so and when it was written down. Facts
are never changed: a new one stands beside, and which is in force is reckoned by one rule (`standing.py`) or decided by a
person. **Row level security**: facts show themselves to staff of their place, to the person they are about, and those of a
household or a home to who lives there (migrations/sight.sql).
"""

from .disputes import Conflict, Contest, Decision
from .facts import Confirmation, Entry, Fact, Site, State
from .local import LocalElement, LocalForm
from .visits import Visit
from .waiting import Waiting, WaitingPart

__all__ = [
    "Confirmation",
    "Conflict",
    "Contest",
    "Decision",
    "Entry",
    "Fact",
    "LocalElement",
    "LocalForm",
    "Site",
    "State",
    "Visit",
    "Waiting",
    "WaitingPart",
]
