"""A row from elsewhere as the line COPY reads into the passing table (`staging.COLUMNS`).

A line has forty-eight cells and an import a million lines, so each cell is written where its value is decided:
what is free text is escaped, what comes from the catalogue, the calendar or a check needs none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from linli.kernel.audit.lines import NULL, cell
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.people.models import Unit
from linli.kernel.sealed import seal

from ..models import FINAL, State
from ..titles import title_of
from .incoming import Incoming
from .reckoning import Reckoner

_LED = frozenset((State.ASSIGNED.value, State.DONE.value, State.VERIFIED.value))
_FINAL = frozenset(state.value for state in FINAL)


class Leads:
    """The unit a matter of a department goes to at a place: the nearest in the tree."""

    def __init__(self, at: datetime) -> None:
        rows = Unit.objects.filter(valid__contains=at).exclude(department="")
        self._units = {(u.department, u.place_code): u.id for u in rows.order_by("-id")}

    def of(self, department: str, code: str) -> UUID | None:
        lengths = range(len(code), 1, -1)
        return next((u for n in lengths if (u := self._units.get((department, code[:n])))), None)


@dataclass(frozen=True, slots=True)
class Writer:
    """What writing the lines of one batch needs to know; asks no database."""

    words: Catalogue
    reckoner: Reckoner
    leads: Leads
    zone: tzinfo

    def line(self, row: Incoming, matter_id: UUID, number: int) -> tuple[str, UUID | None]:
        """The line, with its end, and the unit that leads the matter."""
        kind = self.words.kind(row.kind)
        urgency = row.urgency or kind.urgency.value
        state, lead = row.state, row.lead_unit_id
        if lead is None and state in _LED:
            lead = self.leads.of(kind.owner, row.place_code)
            if lead is None and state == State.ASSIGNED:
                state = State.ACCEPTED.value  # nobody here has it: it waits to be assigned
        clock = self.reckoner.clock(row, urgency)
        body = row.body.strip() or row.title.strip()
        answered = row.accepted_at or (row.ended_at if state == State.DECLINED else None)
        if answered is None and state not in _FINAL and state != State.REPORTED:
            answered = row.assigned_at or row.opened_at
        here = row.opened_at.astimezone(self.zone)
        public = kind.public if row.public is None else row.public
        return "\t".join((
            f"{matter_id.int:032x}", f"{here.year:04}{here.month:02}{here.day:02}-{number:06d}", row.kind, kind.owner,
            cell(" ".join(row.title.split())[:120] or title_of(body)), cell(body), urgency,
            "t" if public else "f", cell(row.source), cell(row.source_key), _id(row.reporter_id),
            cell(seal(json.dumps(dict(row.contact), ensure_ascii=False))) if row.contact else NULL,
            _ids(row.reporter_id), row.place_code, _number(row.lon), _number(row.lat), cell(row.address), state,
            row.opened_at.isoformat(), _at(row.accepted_at or answered), _at(answered),
            _at(row.assigned_at or (answered if lead else None)),
            _at(row.done_at), _at(row.verified_at), _at(row.ended_at), _id(lead), _id(row.lead_account_id), _units(row, lead),
            clock.answer_due.isoformat(), clock.finish_due.isoformat(), clock.finish_span, clock.leg,
            _at(clock.leg_from), clock.leg_span, _at(clock.due_at), clock.order_at.isoformat(), f"{clock.stage:d}",
            f"{clock.climbed:d}", _at(clock.next_tick_at), cell(row.outcome), cell(row.reply), _number(row.rating),
            cell(row.rating_words), _at(row.rated_at), str(row.reopened), str(row.given_back),
            "t" if clock.ever_late else "f", str(row.extended), _at(row.reopened_at), cell(row.result),
            "f" if row.past else "t",
        )) + "\n", lead  # fmt: skip


def _units(row: Incoming, lead: UUID | None) -> str:
    """Who sees it: the unit that leads, and those that gave it back."""
    if row.way is None or not row.way.given_back:
        return _ids(lead)
    ids = sorted({unit.int for unit in (lead, *(part.unit_id for part in row.way.given_back)) if unit})
    return f"{{{','.join(f'{number:032x}' for number in ids)}}}"


def _at(at: datetime | None) -> str:
    return NULL if at is None else at.isoformat()


def _number(value: float | None) -> str:
    return NULL if value is None else repr(value)


def _id(value: UUID | None) -> str:
    return NULL if value is None else f"{value.int:032x}"


def _ids(value: UUID | None) -> str:
    return "{}" if value is None else f"{{{value.int:032x}}}"
