"""What a person on duty asks: the alarms of my unit, and one of them with how far it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Proof
from linli.kernel.declare.rules import Severity
from linli.kernel.duty.queries.on_duty import OnDuty, serving_in
from linli.kernel.readings.queries import warnings
from linli.kernel.readings.queries.warnings import Row

from ..facts import READING, Facts, facts_of
from ..flow import refusal
from ..models import Matter, State
from . import row

MOST = 100
FIRST = timedelta(minutes=2)
"""So long only who is on shift is rung; then everybody of the unit, while nobody has set out."""
STEPS = ("go", "arrive", "found", "report_done")

_MINE = """
SELECT m.id, m.number, m.title, m.body, m.kind, m.urgency, m.state, m.stage, m.due_at, m.paused_at, m.address,
  m.place_code, m.lon, m.lat, m.opened_at, s.account_id, coalesce(a.name, ''), s.went_at, s.arrived_at, s.found_at
FROM matters_matter m
LEFT JOIN matters_assignment s ON s.matter_id = m.id AND s.part = 'lead' AND s.given_back_at IS NULL
  AND s.replaced_at IS NULL
LEFT JOIN people_account a ON a.id = s.account_id
WHERE m.lead_unit_id = %s AND m.state = 'assigned' AND m.source = %s
ORDER BY m.order_at, m.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of my unit: the matter, its gravest warning (None when none is seen), who goes and how far they are.

    `called`: who is on shift for its place and is to go first; `calls_me`: I am one of them, or no roster says who, or
    nobody has set out within `FIRST`.
    """

    id: UUID
    number: str
    title: str
    body: str
    kind: str
    urgency: str
    state: str
    stage: int
    due_at: datetime | None
    paused_at: datetime | None
    address: str
    place_code: str
    lon: float | None
    lat: float | None
    opened_at: datetime
    account_id: UUID | None
    goes: str
    went_at: datetime | None
    arrived_at: datetime | None
    found_at: datetime | None
    warning: Row | None = None
    called: tuple[str, ...] = ()
    calls_me: bool = True

    @property
    def severity(self) -> int:
        return self.warning.severity if self.warning else 0


def alarms(by: Actor, at: datetime) -> list[Alarm]:
    """What my unit has to go to: orange and red that nobody goes to, then mine, then what else nobody goes to; the
    gravest before the milder, the oldest before the newer. Two queries, and one more while nobody goes to one."""
    require(by, "matters.go")
    if by.unit_id is None:
        return []
    rows = read(_MINE, [by.unit_id, READING, str(MOST)])
    gravest = warnings.of_matters(by, [values[0] for values in rows]) if rows else {}
    found = [replace(Alarm(*values), warning=gravest.get(values[0])) for values in rows]
    if any(alarm.went_at is None for alarm in found):
        shift = serving_in(by.unit_id, at)
        found = [_called(alarm, shift, by, at) for alarm in found]
    return sorted(
        found, key=lambda a: (not _calls(a), not _mine(a, by), a.went_at is not None, -a.severity, a.opened_at)
    )


def _called(alarm: Alarm, shift: list[OnDuty], by: Actor, at: datetime) -> Alarm:
    """Who is on shift for its place is called first; everybody in the unit sees it all the same, and is called as well
    when nobody has set out a little later."""
    there = [one for one in shift if alarm.place_code.startswith(one.place_code)]
    mine = not there or any(one.account_id == by.account_id for one in there) or at - alarm.opened_at >= FIRST
    return replace(alarm, called=tuple(dict.fromkeys(one.name for one in there)), calls_me=mine)


def _calls(alarm: Alarm) -> bool:
    """A fire that nobody goes to is not read beneath the battery that somebody is about to change."""
    return alarm.went_at is None and alarm.severity >= Severity.ORANGE


def _mine(alarm: Alarm, by: Actor) -> bool:
    return alarm.went_at is not None and alarm.account_id == by.account_id


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps: done (`at`), possible now, or not and why."""

    verb: str
    at: datetime | None
    allowed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class OnTheSpot:
    """One alarm as whoever goes sees it."""

    matter: Matter
    facts: Facts
    warnings: list[Row]
    steps: list[Step]
    photo: bool
    cause: str
    found: str


def on_the_spot(matter_id: UUID, by: Actor, at: datetime) -> OnTheSpot:
    """Raises NotFound for a matter that no reading opened, or that the actor does not see."""
    require(by, "matters.go")
    matter = row.seen(matter_id)
    if matter is None or matter.source != READING:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
    facts = facts_of(matter, at)
    part = matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).first()
    kind = catalogue().kinds.get(matter.kind)
    return OnTheSpot(
        matter=matter,
        facts=facts,
        warnings=warnings.of_matter(by, matter_id),
        steps=[_step(verb, matter, facts, by) for verb in STEPS],
        photo=kind is not None and kind.proof == Proof.PHOTO,
        cause=part.cause if part else "",
        found=part.found if part else "",
    )


def _step(verb: str, matter: Matter, facts: Facts, by: Actor) -> Step:
    done: dict[str, Any] = {
        "go": facts.went_at,
        "arrive": facts.arrived_at,
        "found": facts.found_at,
        "report_done": matter.done_at,
    }
    refused = refusal(verb, matter, facts, by)
    return Step(verb, done[verb], refused is None, refused.sentence if refused else "")


def did_already(verb: str, matter_id: UUID, by: Actor, at: datetime) -> bool:
    """Whether what is asked for again has been done by the same person: a phone sends again what it had no answer to."""
    matter = row.seen(matter_id)
    if matter is None or matter.lead_account_id is None or matter.lead_account_id != by.account_id:
        return False
    facts = facts_of(matter, at)
    return {
        "go": facts.went_at is not None,
        "arrive": facts.arrived_at is not None,
        "report_done": matter.state in (State.DONE, State.VERIFIED, State.CLOSED),
    }.get(verb, False)
