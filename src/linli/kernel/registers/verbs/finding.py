"""Finding whose register it is: by a name or a number as it is, or by where they live. Whoever is found can read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, require
from linli.kernel.access.prepared import read
from linli.kernel.people import guard, numbers
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.sealed import fingerprint

from .common import READS, text_of

MOST = 40
"""Persons named at once; a house with more of them wants a door or a name."""
# Planned once for a connection: under row level security that takes longer than to find somebody.
_WHO = """
SELECT id, name, place_code, birth_year FROM people_person WHERE erased_at IS NULL AND {} ORDER BY place_code, id LIMIT %s
"""
_NUMBERED = _WHO.format("identity_print = %s")
_PHONED = _WHO.format("phone_print = %s")
_NAMED = _WHO.format("name = %s")
_LIVING = _WHO.format("place_code >= %s AND place_code < %s")
SURE = 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who may be meant."""

    id: UUID
    name: str
    place: str
    birth_year: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """`persons` who may be meant, and `places` by code and what they are called. `more`: there are more persons than told."""

    persons: Sequence[Hit]
    places: Sequence[tuple[str, str]]
    more: bool = False


class _Row(NamedTuple):
    """What of a person is asked: nothing sealed, and no more than is shown."""

    id: UUID
    name: str
    place_code: str
    birth_year: int | None


def find(*, by: Actor, at: datetime, text: str, purpose: str) -> Found:
    """Persons with exactly this name, phone or identity number; or an address, and who lives there down from a house.

    Each who is found has it in their history. Needs `registers.read`; row level security keeps to the actor's scope. Raises
    Invalid, TooMany (120 times in an hour).
    """
    require(by, READS)
    why = text_of(purpose, 200, "purpose")
    asked = text_of(text, 80, "text")
    guard.spend(guard.FINDING, str(by.account_id), at, account_id=by.account_id)
    with transaction.atomic():
        rows, spots = _found(asked, by)
        audit.append_each(
            [
                audit.Entry(f"person:{row.id}", row.place_code, person_ids=(row.id,), after={"purpose": why})
                for row in rows[:MOST]
            ],
            by=by,
            at=at,
            verb="registers.find",
        )
    labels = places.labels([*(row.place_code for row in rows), *spots])
    hits = [Hit(row.id, row.name, labels.get(row.place_code, ""), row.birth_year) for row in rows[:MOST]]
    return Found(hits, [(code, labels.get(code, code)) for code in spots], len(rows) > MOST)


def _found(asked: str, by: Actor) -> tuple[list[_Row], list[str]]:
    if (number := numbers.identity(asked)) is not None:
        return _rows(_NUMBERED, fingerprint(number)), []
    if (digits := numbers.telephone(asked)) is not None:
        return _rows(_PHONED, fingerprint(digits)), []
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        sentence = _("请填写完整的姓名、号码或地址。")
        raise Invalid(sentence, fields={"text": sentence})
    named = _rows(_NAMED, asked)
    if named:
        return named, []
    spots = [one.code for one in places.meant(asked, scope=by.scope)[:5] if one.score >= SURE]
    if spots and len(spots[0]) >= Level.BUILDING.digits:
        named = _rows(_LIVING, spots[0], spots[0] + ":")
    return named, spots


def _rows(query: str, *values: str | bytes) -> list[_Row]:
    return [_Row(*row) for row in read(query, [*values, MOST + 1])]
