"""Today against yesterday at the same time of day, and against the same weekday last week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.access import Actor

from ..measures import Counts
from .counting import between
from .eyes import together
from .periods import midnight, today_of
from .scope import Scope, scope_of
from .standing import Standing, standing


@dataclass(frozen=True, slots=True)
class Moment:
    """One day from its midnight to one time of day: what was counted, and how it stood at the end of it."""

    at: datetime
    counts: Counts
    standing: Standing

    @property
    def reported(self) -> int:
        return self.counts.reported

    @property
    def closed(self) -> int:
        return self.counts.closed

    @property
    def reopened(self) -> int:
        return self.counts.reopened

    @property
    def returned(self) -> int:
        return self.counts.returned

    @property
    def open(self) -> int:
        return self.standing.open

    @property
    def overdue(self) -> int:
        return self.standing.overdue


FIGURES = ("reported", "closed", "open", "overdue", "reopened")
"""What a wall shows, in its order. Words and definitions: `definitions.DEFINITIONS`."""


@dataclass(frozen=True, slots=True)
class Today:
    """Three moments at the same time of day: now, yesterday, a week ago. `today.now.overdue - today.yesterday.overdue`."""

    at: datetime
    now: Moment
    yesterday: Moment
    week_ago: Moment


def today(by: Actor, scope: str = "", *, at: datetime) -> Today:
    """Needs `figures.read`. `scope`: a place code within the actor's own, "" for all of it. Six queries.

    Flows (reported, closed, reopened) count from midnight of the display's time zone; what is open and overdue is as it
    stood at that instant, by the dates promised as they stand today.
    """
    asked = scope_of(by, scope)
    with together():
        return Today(at, *(_moment(asked, at - timedelta(days=days)) for days in (0, 1, 7)))


def _moment(scope: Scope, at: datetime) -> Moment:
    since = midnight(today_of(at))
    counts = between(scope, since, at + timedelta(microseconds=1), at)
    return Moment(at, counts.get("", Counts()), standing(scope, at).get("", Standing()))
