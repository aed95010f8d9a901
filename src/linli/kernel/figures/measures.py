"""What is counted: the names of the counts kept for each day, and one day's or period's counts as a value."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one period. Each belongs to the day said beside it; what is late is late as of the asking."""

    reported: int = 0  # the day a matter was opened
    reopened: int = 0  # the day it was opened again
    answer_in: int = 0  # the day the answer was due …
    answer_late: int = 0
    answer_out: int = 0  # withdrawn or merged before that day, or paused
    finish_in: int = 0  # the day the work was due …
    finish_late: int = 0
    finish_out: int = 0
    extended: int = 0  # of finish_in and finish_late
    supervised: int = 0
    closed: int = 0  # the day it ended …
    declined: int = 0
    written_off: int = 0
    merged: int = 0
    withdrawn: int = 0
    again: int = 0  # of closed and declined: opened again since
    asked: int = 0
    rated: int = 0
    satisfied: int = 0
    assigned: int = 0  # the day a unit was sent …
    returned: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in MEASURES))

    @property
    def ended(self) -> int:
        return self.closed + self.declined + self.written_off + self.merged + self.withdrawn


MEASURES: tuple[str, ...] = tuple(f.name for f in fields(Counts))
SATISFIED = 4
"""So many stars, of five, and more count as satisfied."""
