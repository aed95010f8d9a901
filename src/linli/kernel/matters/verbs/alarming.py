"""Matters that readings open: whom they go to at once, and what they are told of their warnings afterwards.

Called in the transaction that writes the warning, with the system's eyes. Locks are taken in one order everywhere:
warnings, then the matter, so that a person's verb and a reading never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from linli.kernel.access import PERMISSIONS, SYSTEM, Actor, look_as
from linli.kernel.access.prepared import Value, read
from linli.kernel.audit import append
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Urgency
from linli.kernel.declare.rules import Severity
from linli.kernel.readings.raised import Opening, Told
from linli.kernel.things.models import Thing

from ..facts import READING
from ..models import FINAL, Matter, State
from .answering import promise
from .core import Doing, act
from .finishing import back_to_work
from .opening import open_matter
from .reporting import opened_again
from .sending import Sent

log = structlog.get_logger(__name__)
_URGENCY = {Severity.RED: Urgency.CRITICAL, Severity.ORANGE: Urgency.URGENT}
_GRADES = list(Urgency)
_NAMED = 5
"""Things of a storm that a sentence names; the others are counted."""

_GOES = sorted(role.value for role, granted in PERMISSIONS.items() if "matters.go" in granted)
# A committee has no department; its grid workers are nearest. Only who has the place in scope would see the matter.
_ON_DUTY = """
SELECT u.id,
  ARRAY(SELECT DISTINCT s.account_id FROM duty_shift s JOIN duty_roster r ON r.id = s.roster_id
    JOIN people_post p ON p.account_id = s.account_id AND p.unit_id = u.id AND p.role = ANY (%s)
      AND p.valid @> %s::timestamptz AND p.place_code <> '' AND starts_with(%s, p.place_code)
    JOIN people_account a ON a.id = s.account_id AND a.is_active
    WHERE r.unit_id = u.id AND s.place_code = ANY (%s) AND s.published_at IS NOT NULL AND s.cancelled_at IS NULL
      AND s.out_at IS NULL AND s.lasts @> %s::timestamptz
      AND s.day BETWEEN (%s::timestamptz - interval '2 days')::date AND (%s::timestamptz + interval '1 day')::date),
  EXISTS (SELECT FROM duty_roster r JOIN duty_month m ON m.roster_id = r.id
    WHERE r.unit_id = u.id AND r.ended_at IS NULL AND r.place_code = ANY (%s)
      AND m.month = date_trunc('month', %s::timestamptz AT TIME ZONE %s)::date)
FROM people_unit u
WHERE u.department IN ('', %s) AND u.place_code = ANY (%s) AND u.valid @> %s::timestamptz
  AND (u.kind = 'committee' OR u.department <> '')
  AND EXISTS (SELECT FROM people_post p JOIN people_account a ON a.id = p.account_id AND a.is_active
    WHERE p.unit_id = u.id AND p.role = ANY (%s) AND p.valid @> %s::timestamptz
      AND p.place_code <> '' AND starts_with(%s, p.place_code))
ORDER BY u.kind <> 'committee', length(u.place_code) DESC, u.id
"""
_IN_HAND = """
SELECT m.id, m.place_code, m.unit_ids, m.person_ids FROM matters_matter m
WHERE m.id IN (SELECT matter_id FROM readings_warning WHERE thing_id = %s AND closed_at IS NULL) ORDER BY m.id
"""
_SEEN = "SELECT place_code, unit_ids, person_ids FROM matters_matter WHERE id = %s"


def open_for(opening: Opening) -> UUID:
    """`open_alarm` for what `readings.verbs.raising` asks for."""
    return open_alarm(
        by=SYSTEM,
        at=opening.at,
        kind=opening.kind,
        place_code=opening.place_code,
        lon=opening.lon,
        lat=opening.lat,
        address=opening.address,
        title=opening.title,
        body=opening.body,
        source_key=opening.source_key,
        severity=opening.severity,
        alarm=opening.alarm,
    )


def open_alarm(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    place_code: str,
    lon: float | None,
    lat: float | None,
    address: str,
    title: str,
    body: str,
    source_key: str,
    severity: int,
    alarm: Mapping[str, Any] | None = None,
) -> UUID:
    """Open a matter for a warning or an incident and give it at once to whoever is on duty there; returns its id.

    The same `source_key` again is the same matter. Where nobody can go it waits for the dispatcher, as urgent as it
    is. Raises Invalid (no such kind, no such place).
    """
    return open_matter(
        by=by,
        at=at,
        kind=kind,
        title=title,
        body=body,
        source=READING,
        source_key=source_key,
        place_code=place_code,
        lon=lon,
        lat=lat,
        address=address,
        urgency=urgency_of(kind, severity),
        sends=lambda code: on_duty(kind, code, at),
        alarm=alarm,
    ).id


def urgency_of(kind: str, severity: int) -> str:
    """How urgent a matter of this kind is for a warning of this severity: never less than the kind declares."""
    declared = catalogue().kinds.get(kind)
    grades = [_URGENCY.get(Severity(severity), Urgency.NORMAL), declared.urgency if declared else Urgency.NORMAL]
    return max(grades, key=_GRADES.index).value


def on_duty(kind: str, place_code: str, at: datetime) -> Sent | None:
    """The unit whose people go, and who of them is on shift there now; None for nobody.

    The neighbourhood's own unit where it has any, else the owner's nearest, whatever a roster says: as long as it
    publishes none for this place and month, or somebody is on shift. Only where its roster has nobody on shift now the
    next unit that has somebody goes instead; where none has, it stays the first: an empty roster never sends to nobody.
    """
    above = [place_code[:length] for length in range(2, len(place_code) + 1)]
    shift: list[Value] = [_GOES, at, place_code, above, at, at, at, above, at, timezone.get_current_timezone_name()]
    rows = read(_ON_DUTY, [*shift, catalogue().kind(kind).owner, above, at, _GOES, at, place_code])
    return _first([Sent(unit, tuple(called)) for unit, called, _rostered in rows], [bool(row[2]) for row in rows])


def _first(units: Sequence[Sent], rostered: Sequence[bool]) -> Sent | None:
    if not units:
        return None
    if units[0].called or not rostered[0]:
        return units[0]
    return next((unit for unit in units if unit.called), units[0])


def tell(told: Iterable[Told], *, at: datetime) -> None:
    """Put into the stories of their matters what became of warnings; one record for each matter and each what.

    What cannot be told is logged and holds up nothing else.
    """
    look_as(SYSTEM)
    order = sorted(told, key=lambda one: (str(one.matter_id), one.what))
    for (matter_id, what), group in groupby(order, key=lambda one: (one.matter_id, one.what)):
        try:
            with transaction.atomic():
                _TELLS[what](matter_id, list(group), at)
        except (OperationalError, InterfaceError):
            raise  # the database itself is away, or two waited for each other: the whole round is done again
        except Exception:
            # A story that cannot be told must not hold up the readings of everybody else; the warning stands on the desk.
            log.exception("a matter was not told of its warning", matter=str(matter_id), what=what)
            look_as(SYSTEM)


def agreement_ended(thing: Thing, at: datetime) -> dict[str, int]:
    """An eraser of things (`things.erasing`): somebody agrees to their device no more while people are on their way to it.
    The matter goes on as the people's own; its story says why nothing more is heard."""
    matters = read(_IN_HAND, [thing.id])
    for matter_id, place_code, units, persons in matters:
        append(
            by=SYSTEM,
            at=at,
            verb="matters.alarm_ended",
            stream=f"matter:{matter_id}",
            place_code=place_code,
            unit_ids=units,
            person_ids=persons,
            after={"thing": thing.name},
        )
    return {"matters_told": len(matters)} if matters else {}


def _again(matter_id: UUID, group: Sequence[Told], at: datetime) -> None:
    """Back after it was cleared: the work goes on, and what was done or ended already is open again."""
    with act("alarm_again", matter_id, by=SYSTEM, at=at, rule="") as doing:
        if doing.matter.state in FINAL:
            opened_again(doing)
        elif doing.matter.state in (State.DONE, State.VERIFIED):
            back_to_work(doing)
        _graver(doing, group)
        doing.says["alarm"] = _says(group)


def _stepped(matter_id: UUID, group: Sequence[Told], at: datetime) -> None:
    with act("alarm_stepped", matter_id, by=SYSTEM, at=at, rule="") as doing:
        _graver(doing, group)
        doing.says["alarm"] = _says(group)


def _note(verb: str, matter_id: UUID, group: Sequence[Told], at: datetime) -> None:
    """A record only: nothing of the matter changes, so nobody's form is made stale by it."""
    ((place_code, units, persons),) = read(_SEEN, [matter_id])
    append(
        by=SYSTEM,
        at=at,
        verb=f"matters.{verb}",
        stream=f"matter:{matter_id}",
        place_code=place_code,
        unit_ids=units,
        person_ids=persons,
        after={"alarm": _says(group)},
    )


def _joined(matter_id: UUID, group: Sequence[Told], at: datetime) -> None:
    _note("alarm_joined", matter_id, group, at)


def _cleared(matter_id: UUID, group: Sequence[Told], at: datetime) -> None:
    _note("alarm_cleared", matter_id, group, at)


_TELLS = {"again": _again, "stepped": _stepped, "joined": _joined, "cleared": _cleared}


def _graver(doing: Doing, group: Sequence[Told]) -> None:
    """A graver warning makes the matter more urgent, its dates counted anew from the report; a milder one nothing."""
    matter: Matter = doing.matter
    wanted = urgency_of(matter.kind, max(one.severity for one in group))
    if matter.is_open and _GRADES.index(Urgency(wanted)) > _GRADES.index(Urgency(matter.urgency)):
        matter.urgency = wanted
        promise(doing)


def _says(group: Sequence[Told]) -> dict[str, object]:
    first = max(group, key=lambda one: one.severity)
    return {
        "rule": first.rule,
        "severity": first.severity,
        "was": first.was,
        "says": dict(first.says),
        "things": [one.name for one in group[:_NAMED]],
        "count": len(group),
    }
