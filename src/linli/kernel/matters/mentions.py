"""Somebody's name or number in what others wrote: how it is recognised, and how it is blacked out.

A name is recognised also with spaces inside, a number also with spaces or dashes and in full width. The same pattern
is read by Python and by PostgreSQL (advanced regular expressions), so both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MARK = "■■"
"""Says that something stood here, and not how long it was. Never longer than what it replaces: columns have a length."""
SHORTEST_NAME, SHORTEST_NUMBER = 2, 7
AROUND = 14
"""Characters shown before and after what was found."""
_DIGIT = "0-9０-９"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text: what was found, and some of what stands around it."""

    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; `pattern` is "" when there is nothing that could be told apart from other words."""

    pattern: str

    @classmethod
    def of(cls, name: str, numbers: Iterable[str]) -> Wanted:
        parts = []
        letters = [letter for letter in name if not letter.isspace()]
        if len(letters) >= SHORTEST_NAME:
            parts.append(r"\s*".join(map(_letter, letters)))
        for number in numbers:
            digits = [digit for digit in number if digit.isalnum()]
            if len(digits) >= SHORTEST_NUMBER:
                run = r"[\s—–－-]*".join(map(_digit, digits))
                parts.append(f"(?<![{_DIGIT}]){run}(?![{_DIGIT}])")
        return cls("|".join(f"(?:{part})" for part in parts))

    def stands_in(self, text: str) -> bool:
        return bool(self.pattern and self._read.search(text))

    def blacked_out(self, text: str) -> str:
        return self._read.sub(MARK, text) if self.pattern else text

    def excerpts(self, text: str) -> Iterator[Excerpt]:
        for found in self._read.finditer(text) if self.pattern else ():
            start, end = found.span()
            yield Excerpt(text[max(0, start - AROUND) : start], found.group(), text[end : end + AROUND])

    @property
    def _read(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def _letter(letter: str) -> str:
    return letter if letter.isalnum() else "\\" + letter


def _digit(letter: str) -> str:
    """As it stands, or in full width."""
    return f"[{letter}{chr(ord(letter) + 0xFEE0)}]" if letter.isascii() else _letter(letter)
