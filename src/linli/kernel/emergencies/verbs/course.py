"""The course of an emergency: how far it has come, what is changed about it, and what is said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import Actor, as_system, look_as
from linli.kernel.audit.models import Record

from ..models import Category, Certainty, Emergency, Grade, Severity, Urgency
from ..queries.homes import called
from ..zones import Wanted, zone_of
from .answering import forget_answers
from .core import act, chosen, later, needed


def respond(
    *, emergency_id: UUID, by: Actor, at: datetime, note: str = "", version: int | None = None
) -> Emergency:
    """People are on their way or there; also when what was under control breaks out again."""
    with act("respond", emergency_id, by=by, at=at, version=version) as doing:
        doing.put(responding_at=doing.emergency.responding_at or at, controlled_at=None)
        doing.note = note.strip() or None
    return doing.emergency


def control(
    *, emergency_id: UUID, by: Actor, at: datetime, note: str = "", version: int | None = None
) -> Emergency:
    with act("control", emergency_id, by=by, at=at, version=version) as doing:
        doing.put(controlled_at=at)
        doing.note = note.strip() or None
    return doing.emergency


def end(*, emergency_id: UUID, by: Actor, at: datetime, note: str, version: int | None = None) -> Emergency:
    """It is over; walls go back to what they showed. Why is written down. What residents answered becomes three numbers."""
    needed(note=note)
    with act("end", emergency_id, by=by, at=at, version=version) as doing:
        doing.put(ended_at=at)
        doing.note = note.strip()
        doing.after |= forget_answers(doing.emergency, at)
    return doing.emergency


def review(*, emergency_id: UUID, by: Actor, at: datetime, lessons: str, version: int | None = None) -> Emergency:
    """The after-action review is done: what was learnt. Nothing is written to it after that."""
    needed(lessons=lessons)
    with act("review", emergency_id, by=by, at=at, version=version) as doing:
        doing.put(reviewed_at=at, lessons=lessons.strip())
    return doing.emergency


def change(
    *,
    emergency_id: UUID,
    by: Actor,
    at: datetime,
    event: str | None = None,
    category: str | None = None,
    grade: int | None = None,
    urgency: str | None = None,
    severity: str | None = None,
    certainty: str | None = None,
    instruction: str | None = None,
    gather: str | None = None,
    until: datetime | str | None = None,
    note: str = "",
    version: int | None = None,
) -> Emergency:
    """Change what is known of it; what is None stays; an `until` of "" is none. A graver grade is commanded higher up, and more walls show it."""
    if event is not None:
        needed(event=event)
    if gather:
        needed(gather=gather)
    with act("change", emergency_id, by=by, at=at, version=version) as doing:
        given = {
            "event": event.strip() if event is not None else None,
            "category": chosen(Category, "category", category) if category is not None else None,
            "grade": chosen(Grade, "grade", grade) if grade is not None else None,
            "urgency": chosen(Urgency, "urgency", urgency) if urgency is not None else None,
            "severity": chosen(Severity, "severity", severity) if severity is not None else None,
            "certainty": chosen(Certainty, "certainty", certainty) if certainty is not None else None,
            "instruction": instruction.strip() if instruction is not None else None,
            "gather": gather.strip() if gather is not None else None,
        }
        doing.put(**{name: value for name, value in given.items() if value is not None})
        if until is not None:
            doing.put(until=later(until, at))
        doing.calls = bool(doing.after.keys() & {"grade", "event", "instruction", "gather", "until"})
        doing.note = note.strip() or None
    return doing.emergency


def move_zone(
    *, emergency_id: UUID, by: Actor, at: datetime, zone: Wanted, note: str = "", version: int | None = None
) -> Emergency:
    """Draw its zone anew; the record keeps the old one. Who was inside and is no more is told as well as who is now."""
    where = zone_of(zone, by)
    with act("move_zone", emergency_id, by=by, at=at, version=version) as doing:
        doing.were_called = called(doing.emergency)
        doing.put(
            place_code=where.place_code, inside=where.inside, area=where.words[:200], zone=where.geometry,
            lon=where.lon, lat=where.lat, radius=where.radius, drawn=where.drawn,
        )  # fmt: skip
        doing.calls = True
        doing.note = note.strip() or None
    return doing.emergency


def say(*, emergency_id: UUID, by: Actor, at: datetime, text: str, key: UUID | None = None) -> Emergency:
    """A line in the log: whoever sees the emergency may write what they see or have done. With a `key` once only: what a
    phone kept and sent twice is one line."""
    needed(text=text)
    with transaction.atomic():
        look_as(by)
        found = Emergency.objects.select_for_update().filter(id=emergency_id).first()
        if key is not None and found is not None and _said_before(found, key):
            return found
        with act("say", emergency_id, by=by, at=at) as doing:
            doing.after["text"] = text.strip()
            if key is not None:
                doing.after["key"] = str(key)
    return doing.emergency


def _said_before(emergency: Emergency, key: UUID) -> bool:
    with as_system():
        return Record.objects.filter(stream=emergency.stream, after__key=str(key)).exists()


def told(*, emergency_id: UUID, by: Actor, at: datetime, notice_id: UUID, text: str) -> Emergency:
    """Residents were sent a notice: the log says so, and the emergency knows which one to lift when it ends."""
    needed(text=text)
    with act("told", emergency_id, by=by, at=at) as doing:
        doing.emergency.notice_ids = [*doing.emergency.notice_ids, notice_id]
        doing.after = {"text": text.strip(), "notice": str(notice_id)}
    return doing.emergency
