"""What goes into a rule's machine, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

State = list[Any]
"""How far a machine is with a thing or a place (`state.py` names its places). Never changed, only replaced."""


class Sample(NamedTuple):
    """What a thing said of one instant. `at` in milliseconds since 1970; values in the slots of its model."""

    thing: int
    at: int
    values: Sequence[float | None]


class Change(NamedTuple):
    """What became of a warning: raised, of another grade, cleared. `says` is what its sentence is made of."""

    what: Literal["raise", "step", "clear"]
    severity: int
    at: int
    says: dict[str, Any]


class Usual(Protocol):
    """The usual course of things (`readings.usual`)."""

    def at(self, thing: int, slot: int, how: int) -> tuple[float, float] | None:
        """Mean and standard deviation in an hour of the local week (0 is Monday 0:00); None while not known."""
