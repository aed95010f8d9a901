"""Whose hands a matter was in, and how long: replayed from its records, reckoned on the clock it was promised by.

Pure: records come in, stretches of time go out. A stretch ends where the next begins, so their times add up to the time
the matter was open; what stood still (挂起) is in nobody's time, and what was over (closed, merged) in none at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from linli.kernel.declare import Unit as TimeUnit

from . import flow
from .models import FINAL, State


class Hands(StrEnum):
    """What is being done meanwhile; who leads has it in `UNIT` alone."""

    DESK = "desk"
    UNIT = "unit"
    CHECK = "check"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class Told:
    """What of a record is needed here."""

    at: datetime
    verb: str
    after: Mapping[str, Any]
    account_id: UUID | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    hands: Hands
    unit_id: UUID | None = None
    account_id: UUID | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one instant to another in one pair of hands; `spent` on the matter's clock, none while it stood still."""

    holder: Holder
    since: datetime
    until: datetime
    spent: timedelta
    ended: bool = True


class Calendar(Protocol):
    def remaining(self, unit: TimeUnit, at: datetime, due: datetime) -> timedelta: ...


@dataclass(slots=True)
class _Standing:
    state: str = ""
    unit: UUID | None = None
    account: UUID | None = None
    name: str = ""
    paused: bool = False

    def holder(self) -> Holder | None:
        if not self.state or self.state in FINAL:
            return None
        if self.state in (State.DONE, State.VERIFIED):
            now = Holder(Hands.CHECK)
        elif self.state == State.ASSIGNED:
            now = Holder(Hands.UNIT, self.unit, self.account, self.name)
        else:
            now = Holder(Hands.DESK)
        return replace(now, hands=Hands.STILL) if self.paused else now


def stretches(records: Iterable[Told], *, now: datetime, unit: TimeUnit, calendar: Calendar) -> list[Stretch]:
    """Every stretch in order of time; the last goes on until `now` while the matter is open.

    `unit` is that of the time the matter was promised: working time for working units, else time by the clock.
    """
    standing = _Standing()
    found: list[Stretch] = []
    holder: Holder | None = None
    since = now

    def end(until: datetime, ended: bool) -> None:
        if holder is None or until <= since:
            return
        begun = since
        if found and found[-1].holder == holder and found[-1].until == since:  # gone and back in one instant
            begun = found.pop().since
        spent = timedelta() if holder.hands is Hands.STILL else calendar.remaining(unit, begun, until)
        found.append(Stretch(holder, begun, until, spent, ended))

    for record in records:
        _take(standing, record)
        if (next_holder := standing.holder()) != holder:
            end(record.at, True)
            holder, since = next_holder, record.at
    end(now, False)
    return found


def total(found: Iterable[Stretch]) -> timedelta:
    return sum((stretch.spent for stretch in found), timedelta())


def _take(standing: _Standing, record: Told) -> None:
    """What a record changes. Those brought along from elsewhere say less than our own: the table says the rest."""
    after = record.after
    rule = flow.VERBS.get(record.verb)
    failed = record.verb == "verify" and (after.get("check") or {}).get("passed") is False
    implied = State.ASSIGNED.value if failed else rule.to if rule and rule.to and _happened(record) else ""
    standing.state = after.get("state") or implied or standing.state or State.REPORTED.value
    if "paused_at" in after:
        standing.paused = after["paused_at"] is not None
    if standing.state in FINAL:
        standing.paused = False
    lead = next((part.get("unit") for part in after.get("parts") or () if part.get("part") == "lead"), None)
    if "lead_unit_id" in after or lead:
        unit = _uuid(after.get("lead_unit_id") or lead)
        if unit != standing.unit:
            standing.unit, standing.account, standing.name = unit, None, ""
    elif record.verb == "give_back":
        standing.unit, standing.account, standing.name = None, None, ""
    if record.verb == "take":
        standing.account, standing.name = record.account_id, record.account
    elif record.verb == "hand_over":
        standing.account, standing.name = _uuid(after.get("lead_account_id")), str(after.get("to") or "")
    elif "lead_account_id" in after and after["lead_account_id"] is None:
        standing.account, standing.name = None, ""


def _happened(record: Told) -> bool:
    """A request that was refused leads nowhere."""
    return (record.after.get("request") or {}).get("granted") is not False


def _uuid(value: Any) -> UUID | None:
    return value if isinstance(value, UUID) or value is None else UUID(str(value))
