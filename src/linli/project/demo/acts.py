"""A matter of the demo as it is planned: a report, then act after act, each at an hour at which somebody is at work."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from linli.kernel.clock import china
from linli.kernel.clock.calendar import OFFICE_HOURS, WorkingCalendar
from linli.kernel.declare import Span, Unit

from .voices import Scene

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(OFFICE_HOURS, china.working_day, ZONE)
OPENS, CLOSES = time(8, 20), time(19)
RECENT = timedelta(days=120)
"""Younger matters tell every step, older ones the steps that count."""
FINAL = {"close": "closed", "decline": "declined", "withdraw": "withdrawn"}
_STATE_AFTER = {
    "open": "reported", "accept": "accepted", "assign": "assigned", "give_back": "accepted", "reopen": "assigned",
    "report_done": "done", **FINAL,
}  # fmt: skip


@dataclass(slots=True)
class Act:
    """One verb done by one of the crew ("dispatcher", "handler", …), with the words it was done with.

    `owner`: the department that acts or is sent, where it is not the one the matter is for at last. `due`: what the
    work is promised by from here on, where the act moves that.
    """

    verb: str
    at: datetime
    who: str
    says: dict[str, Any] = field(default_factory=dict)
    owner: str = ""
    due: datetime | None = None

    @property
    def leads_to(self) -> str:
        """The state the matter is in afterwards; "" when that is as before."""
        if self.verb == "verify":
            return "verified" if self.says["passed"] else "assigned"
        return _STATE_AFTER.get(self.verb, "")


@dataclass(slots=True)
class Life:
    kind: str
    title: str
    body: str
    voice: str
    source: str
    source_key: str
    urgency: str
    place_code: str
    lon: float
    lat: float
    address: str
    reporter: int | None  # position among the residents
    opened: datetime
    answer_due: datetime
    finish_due: datetime  # as promised at first
    scene: Scene
    acts: list[Act] = field(default_factory=list)
    topic: str = ""

    @property
    def ends(self) -> datetime:
        return self.acts[-1].at


def promised(life: Life, acts: list[Act]) -> datetime:
    """By when it is promised to be done, after these acts of it."""
    return next((act.due for act in reversed(acts) if act.due is not None), life.finish_due)


def done_at(acts: list[Act]) -> datetime:
    """When it was last reported done."""
    return next(act.at for act in reversed(acts) if act.verb == "report_done")


def due_at(since: datetime, span: Span) -> datetime:
    if span.unit in (Unit.DAY, Unit.WORKING_DAY):
        return _due_of_day(since.astimezone(ZONE).date(), span)
    return CALENDAR.due_at(since, span)


@lru_cache(maxsize=64)
def _due_of_day(day: date, span: Span) -> datetime:
    """When days are counted the hour makes no difference."""
    return CALENDAR.due_at(datetime.combine(day, time(12), tzinfo=ZONE).astimezone(UTC), span)


def at_work(at: datetime) -> datetime:
    """The instant itself when offices are open, else twenty past eight of the next working morning: no later instant
    comes before an earlier one."""
    here = at.astimezone(ZONE)
    if OPENS <= here.time() < CLOSES and china.working_day(here.date()):
        return at
    day = here.date() + timedelta(days=1 if here.time() >= OPENS else 0)
    while not china.working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, tzinfo=ZONE).astimezone(UTC)


def after(since: datetime, minutes: float, rng: random.Random, *, urgent: bool = False) -> datetime:
    """Some minutes later; what is not urgent waits until somebody is at work."""
    at = since + timedelta(minutes=minutes, seconds=rng.randrange(60))
    if urgent:
        return at
    here = at.astimezone(ZONE)
    if 8 <= here.hour < 19 and (china.working_day(here.date()) or rng.random() < 0.3):
        return at
    day = here.date() + timedelta(days=1 if here.hour >= 8 else 0)
    while not china.working_day(day):
        day += timedelta(days=1)
    morning = datetime(day.year, day.month, day.day, 8, 20, tzinfo=ZONE) + timedelta(
        minutes=rng.expovariate(1 / 55)
    )
    return max(at, morning.astimezone(UTC))
