"""What a rule's change says to those who write it down, and what they hand on. Values only: no database here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from linli.kernel.declare.rules import Rule

What = Literal["raise", "step", "clear"]


@dataclass(frozen=True, slots=True)
class Raised:
    """One change of one rule for one subject (a thing's number as text, or a place code).

    `at_ms`: the instant of the reading or of the timer, milliseconds since 1970. `says`: what the sentence is made
    of (`queries.sentences`). `name`: how the thing, or the place, is called.
    """

    rule: Rule
    subject: str
    thing_no: int | None
    thing_id: UUID | None
    place_code: str
    lon: float | None
    lat: float | None
    name: str
    what: What
    severity: int
    at_ms: int
    says: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opening:
    """A matter that a warning or an incident asks for. `source_key` is its id: the same again is the same matter."""

    at: datetime
    kind: str
    place_code: str
    lon: float | None
    lat: float | None
    address: str
    title: str
    body: str
    source_key: str
    severity: int
    alarm: Mapping[str, Any] = field(default_factory=dict)
    """What is so, as `Told` has it: rule, severity, says, things, count. The matter's story begins with it."""


Opens = Callable[[Opening], UUID | None]
"""Opens the matter and returns its id; what it raises is kept as the warning's trouble and tried again later."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a matter is to be told of one of its warnings: it joined, came back, got graver or milder, was cleared."""

    what: Literal["joined", "again", "stepped", "cleared"]
    matter_id: UUID
    warning_id: UUID
    name: str
    rule: str
    severity: int
    says: Mapping[str, Any]
    was: int = 0
    """Its severity before; 0 where it had none."""


@dataclass(slots=True)
class Outcome:
    """What became of a batch of changes. `raised`: new warnings; `unheard`: changes of what is not open."""

    raised: list[UUID] = field(default_factory=list)
    opened: list[UUID] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    unheard: int = 0
