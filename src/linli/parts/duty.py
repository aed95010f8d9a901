"""Words of shifts for templates, on whichever screen."""

from __future__ import annotations

from typing import Any

from linli.kernel.duty import words

WORDS: dict[str, Any] = {
    "stands_word": words.stands_word,
    "stands_tone": words.stands_tone,
    "stands_mark": words.stands_mark,
    "swap_word": words.swap_word,
    "leave_word": words.leave_word,
    "leave_kind_word": words.leave_kind_word,
    "slot_word": words.slot_word,
    "weekday": lambda day: words.WEEKDAYS[day.isoweekday() - 1],
    "hours": lambda lasts: words.hours(lasts.lower, lasts.upper),
}
