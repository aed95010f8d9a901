"""The course of one indication at one place, and the courses of a street."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from ..evidence import SOURCES


@dataclass(slots=True)
class Course:
    """`now` and the stretches before, the oldest first; `source` as `evidence.Said` has it."""

    now: float
    past: tuple[float, ...]
    first: date
    last: date
    source: Mapping[str, Any] = field(default_factory=dict)
    hours: tuple[int, int] | None = None
    monthly: bool = False


@dataclass(slots=True)
class Seen:
    """Courses by place and part of the day. `whole`: a place without a course counts as nought (nobody reported anything);
    else nothing is known of it."""

    courses: dict[tuple[str, int], Course]
    whole: bool


@dataclass(slots=True)
class _Count:
    """What was counted at one place in one part of the day, stretch by stretch; who said it counts once in each."""

    said: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids: list[str] = field(default_factory=list)


class Counter:
    """Counts what happened at places in stretches of so many days before an instant."""

    def __init__(self, until: datetime, days: int, past: int) -> None:
        self.until, self.days, self.past = until, days, past
        self._counts: dict[tuple[str, int], _Count] = defaultdict(_Count)

    @property
    def since(self) -> datetime:
        return self.until - timedelta(days=self.days * (self.past + 1))

    def stretch(self, at: datetime) -> int:
        """0 for the last days, 1 for as many before them, and so on."""
        return (self.until - at - timedelta(microseconds=1)) // timedelta(days=self.days)

    def add(self, place: str, part: int, at: datetime, who: str, what: str) -> None:
        count = self._counts[place, part]
        stretch = self.stretch(at)
        count.said[stretch].add(who)
        if stretch == 0:
            count.ids.append(what)

    def courses(self, name: str, wide: int = 0) -> dict[tuple[str, int], Course]:
        """`name` is what the ids are of in the source; `wide` how many hours a part of the day has."""
        last = (self.until - timedelta(microseconds=1)).date()
        first = last - timedelta(days=self.days - 1)
        return {
            (place, part): Course(
                float(len(count.said[0])),
                tuple(float(len(count.said[n])) for n in range(self.past, 0, -1)),
                first,
                last,
                {name: count.ids[-SOURCES:], "n": len(count.ids)},
                (part * wide, (part + 1) * wide) if wide else None,
            )
            for (place, part), count in self._counts.items()
        }


def means(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def asked(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Every row. Planned anew each time: streets are of very different size."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
