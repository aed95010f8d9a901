"""A copy of everything that is kept about somebody, into their own hands (PIPL art. 45)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, require

from ..keepers import Chapter, keepers
from .common import act, clean_reason, locked_person, record_person


def copy_person(*, by: Actor, at: datetime, person_id: UUID, reason: str = "") -> list[Chapter]:
    """Everything every room keeps about a person, in plain; the record says that it was taken, not what it held.

    Oneself, or at the counter with `people.read` and `people.unmask` and a reason: how the person asked and was
    known. Raises NotFound, Invalid without a reason.
    """
    with act():
        person = locked_person(person_id, by)
        own = person.id == by.person_id
        if own:
            require(by, "people.read_self")
        else:
            require(by, "people.read", person.place_code)
            require(by, "people.unmask", person.place_code)
            reason = clean_reason(reason)
        chapters = keepers.chapters(person.id, own=own)
        record_person(
            by, at, "copy_person", person, after={"chapters": [c.name for c in chapters]}, note=reason or None
        )
    return chapters
