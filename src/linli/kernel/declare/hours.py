"""A window of the local day in which a rule counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TIME = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_MIDNIGHT = "24:00"


@dataclass(frozen=True, slots=True)
class Hours:
    """A window of the local day; one that ends before it begins goes over midnight. Days are 1 Monday to 7 Sunday.

    `begins` is in it, `ends` ("24:00" is the end of the day) is not. A window over midnight belongs to the day on which
    it begins.
    """

    begins: str
    ends: str
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)

    @property
    def minutes(self) -> tuple[int, int]:
        """Both ends in minutes of the day. Raises ValueError for what is no time of day."""
        return _minute(self.begins), 1440 if self.ends == _MIDNIGHT else _minute(self.ends)

    def faults(self) -> Iterator[str]:
        try:
            begins, ends = self.minutes
        except ValueError:
            yield f"{self.begins!r} to {self.ends!r} is no window of the day: write 22:00 and 06:00"
        else:
            if begins == ends:
                yield f"a window from {self.begins} to {self.ends} is empty"
        if not self.days or not set(self.days) <= {1, 2, 3, 4, 5, 6, 7}:
            yield f"{self.days} are no days of the week: 1 is Monday, 7 Sunday"


def _minute(text: str) -> int:
    found = _TIME.match(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2])
