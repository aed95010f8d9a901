"""One thing looked at: well, worth knowing, or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    sentence: str


def good(sentence: str) -> Finding:
    return Finding("good", sentence)


def warning(sentence: str) -> Finding:
    """Linli works, but not as well or as safely as it should."""
    return Finding("warning", sentence)


def wrong(sentence: str) -> Finding:
    """Something does not work until this is mended."""
    return Finding("wrong", sentence)
