"""What an intake came to: how many lines, and how good they were. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

HOWS = ("sure", "decided", "doubtful", "none")


@dataclass(slots=True)
class Counts:
    """Counts of one job. `filled` of `asked` cells had something in them; `found` is how matching went, by subject.

    `lines` = `taken` + `doubled` + `refused`; `taken` = `added` + `changed` + `same`.
    """

    lines: int = 0
    taken: int = 0
    doubled: int = 0
    refused: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    asked: int = 0
    filled: int = 0
    found: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Counts:
        return cls(**kept)

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    def count_found(self, subject: str, how: str) -> None:
        tally = self.found.setdefault(subject, dict.fromkeys(HOWS, 0))
        tally[how] += 1

    @property
    def complete(self) -> float | None:
        """Share of cells with something in them, of the lines that were taken."""
        return self.filled / self.asked if self.asked else None

    @property
    def valid(self) -> float | None:
        """Share of lines that were not refused."""
        return 1 - self.refused / self.lines if self.lines else None

    @property
    def doubles(self) -> float | None:
        """Share of lines that said what another line of the same table had said."""
        return self.doubled / self.lines if self.lines else None

    @property
    def matched(self) -> float | None:
        """Share of matches asked for that are sure or were decided by a person."""
        asked = sum(sum(tally.values()) for tally in self.found.values())
        known = sum(tally["sure"] + tally["decided"] for tally in self.found.values())
        return known / asked if asked else None
