"""What matching says of a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from linli.kernel.places.sentences import Sentence


class How(StrEnum):
    """How sure a match is. Only what is SURE is taken without asking anybody."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that may be meant: a place code, or the id of a person or thing."""

    ref: str
    score: float
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """`said` is what the row said, as a person compares it; "" in `ref` unless SURE."""

    how: How
    said: str = ""
    ref: str = ""
    reasons: tuple[Sentence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
