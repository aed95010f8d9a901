"""Numbers and calendars for many matters at once: what places have set is read once, not for each of them."""

from __future__ import annotations

from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.clock.queries import calendars

from .models import KindNumbers
from .numbers import Numbers, numbers_from


class Rules:
    """As they are when it is made; it must not outlive the transaction or the batch it is made for."""

    def __init__(self) -> None:
        self._calendars = calendars()
        self._set = list(KindNumbers.objects.all())
        self._places = sorted({row.place_code for row in self._set}, key=len, reverse=True)
        self._numbers: dict[tuple[str, str, str], Numbers] = {}
        self._calendar: dict[str, WorkingCalendar] = {}

    def numbers(self, kind: str, place_code: str, urgency: str) -> Numbers:
        """As `numbers_for`. Raises UnknownKind."""
        nearest = next((code for code in self._places if place_code.startswith(code)), "")
        key = (kind, nearest, urgency)
        if key not in self._numbers:
            around = [row for row in self._set if row.kind == kind and nearest.startswith(row.place_code)]
            self._numbers[key] = numbers_from(kind, urgency, around)
        return self._numbers[key]

    def calendar(self, place_code: str) -> WorkingCalendar:
        """As `calendar_for`."""
        if place_code not in self._calendar:
            self._calendar[place_code] = self._calendars.at(place_code)
        return self._calendar[place_code]
