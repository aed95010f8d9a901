"""What one round of an evaluator carries along: readings on their way to the rules, what was found, what is to be written."""

from __future__ import annotations

from dataclasses import dataclass, field

from linli.kernel.declare import Rule

from ..rules import Change, Sample
from ..wire import Entry, Met, spoken
from .arrivals import Floats
from .book import Kept
from .calm import Key
from .minutes import Rolled
from .movement import Track


@dataclass(slots=True)
class Found:
    """A change of a rule's standing, with whom it is about."""

    rule: Rule
    subject: str
    thing: Kept | None
    place_code: str
    change: Change


@dataclass(slots=True)
class Round:
    """What one round is going to write. `careful`: look at what is stored before any row is added to it."""

    nth: int = 0
    careful: bool = False
    fresh: dict[int, list[bytes]] = field(default_factory=dict)  # day since 1970 → rows for COPY
    late: list[Entry] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    messages: set[int] = field(default_factory=set)  # things that sent one without a time of its own
    states: set[Key] = field(default_factory=set)
    changes: list[Found] = field(default_factory=list)
    tallies: dict[tuple[int, int, str], int] = field(default_factory=dict)
    rolled: list[Rolled] = field(default_factory=list)
    upto: dict[int, int] = field(default_factory=dict)  # shard → up to where its minutes are written with this (µs)
    dirty: set[tuple[int, int]] = field(
        default_factory=set
    )  # thing, minute since 1970: to be rolled up from its rows
    unknown: list[Entry] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    count: int = 0

    def tally(self, thing: int, day: int, what: Met) -> None:
        key = (thing, day, what.value)
        self.tallies[key] = self.tallies.get(key, 0) + 1


@dataclass(slots=True)
class Said:
    """A reading on its way to the rules: what it says, what holds with it by the last word on each slot, and what was
    remembered of its thing before, where rules have to be told."""

    sample: Sample
    now: Floats
    windows: dict[Track, list[float]] | None = None

    def whole(self) -> Sample:
        thing, at, _values = self.sample
        return Sample(thing, at, spoken(self.now.tolist()))
