"""Kinds of matter 事, and the departments they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .spans import Span, Unit

SLUG = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")


class Urgency(StrEnum):
    """一般、紧急、非常紧急: the three grades street centres use."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class Proof(StrEnum):
    """What a handler must show when reporting a matter done."""

    NONE = "none"
    TEXT = "text"
    PHOTO = "photo"


class Check(StrEnum):
    """What must happen between done and closed: nothing, a visit to the spot (核查), a call-back (回访)."""

    NONE = "none"
    VISIT = "visit"
    CALL = "call"


class Appeal(StrEnum):
    """The five appeal kinds of a 12345 hotline: 咨询、求助、建议、投诉、举报."""

    INQUIRY = "inquiry"
    HELP = "help"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    WHISTLEBLOWING = "whistleblowing"


@dataclass(frozen=True, slots=True)
class Department:
    """A department that can own kinds of matter. The units of a real place carry its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of matter: who owns it, how soon it is answered and finished, what proof closes it.

    `answer` runs from the report until somebody accepts or declines it; `finish` from the report until it is
    done; `settle` from done until it is checked and closed. `faster` replaces answer and finish for a graver
    urgency. `warn` and `remind` are shares of the time at which 预警 and 提醒 are given; 督办 follows when the
    time is up, then one level higher every `climb`. One that is not `reported` is offered to nobody: the house opens it.
    """

    name: str
    owner: str
    answer: Span
    finish: Span
    urgency: Urgency = Urgency.NORMAL
    faster: tuple[tuple[Urgency, Span, Span], ...] = ()
    proof: Proof = Proof.PHOTO
    check: Check = Check.NONE
    appeal: Appeal | None = None
    reasons: tuple[str, ...] = ("solved", "explained", "not-found", "not-ours")
    warn: float = 0.8
    remind: float = 0.9
    climb: Span = Span(1, Unit.WORKING_DAY)
    settle: Span = Span(2, Unit.WORKING_DAY)
    public: bool = True
    anonymous: bool = True
    reported: bool = True
    hints: tuple[str, ...] = ()

    def spans(self, urgency: Urgency) -> tuple[Span, Span]:
        """The (answer, finish) spans for an urgency; the nearest declared grade at or below it wins."""
        chosen = (self.answer, self.finish)
        for grade in Urgency:
            for declared, answer, finish in self.faster:
                if declared == grade:
                    chosen = (answer, finish)
            if grade == urgency:
                break
        return chosen

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name):
            yield f"matter {self.name!r}: the name must be lower-case words joined by hyphens"
        for span in (self.answer, self.finish, self.climb, self.settle):
            if span.amount <= 0:
                yield f"matter {self.name!r}: a time of {span} is no time"
        if not 0 < self.warn < self.remind < 1:
            yield f"matter {self.name!r}: needs 0 < warn < remind < 1, has {self.warn} and {self.remind}"
        if not self.reasons:
            yield f"matter {self.name!r}: has no reason for closing"
        grades = [urgency for urgency, _, _ in self.faster]
        if len(set(grades)) != len(grades):
            yield f"matter {self.name!r}: an urgency stands twice in `faster`"
