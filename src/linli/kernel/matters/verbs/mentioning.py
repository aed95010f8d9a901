"""Where others wrote of somebody, for that somebody at the counter: nothing in the database says it, so texts are read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, look_as, require
from linli.kernel.audit.queries import saying
from linli.kernel.people.models import Person
from linli.kernel.sealed import unseal

from ..mentions import Excerpt, Wanted, texts_in
from ..models import Matter
from ..queries.filters import Filter
from ..queries.scope import branches
from ..words import tables
from .core import needed
from .whom import whom

MOST = 20_000
"""So many matters of the actor's place are read, the newest first."""
EXCERPTS = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """A matter in which somebody is named, and some of the places; in its contact, when that is what was found."""

    matter: Matter
    excerpts: tuple[Excerpt, ...]
    contact: bool


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was found in so many matters; `cut` when the place has more of them than were read."""

    found: tuple[Mention, ...]
    read: int
    cut: bool


def find_mentions(*, person_id: UUID, by: Actor, at: datetime, purpose: str) -> Mentions:
    """The matters others reported in which this person's name, phone or identity number stands, the latest first.

    Read is all that was written in the matters the actor sees, their histories and the contact left with them; not
    what is on photos and in files. Needs `people.erase` at the person's place and `matters.redact`. The look stands in
    the person's own history. A name alone may be a namesake's: whoever asked decides with the texts before them.
    Raises NotFound, Conflict when there is neither number nor a name of two letters to look for.
    """
    require(by, "matters.redact")
    needed(purpose=purpose)
    with transaction.atomic():
        look_as(by)
        person = whom(person_id, by, "people.erase")
        wanted = wanted_of(person)
        ids = _in_sight(by, person_id)
        texts = _texts(ids[:MOST], wanted)
        contacts = _contacts(ids[:MOST], wanted)
        audit.append(
            by=by,
            at=at,
            verb="matters.find_mentions",
            stream=f"person:{person.id}",
            place_code=person.place_code,
            person_ids=[person.id],
            after={"purpose": purpose.strip(), "found": len({*texts, *contacts})},
        )
        rows = Matter.objects.filter(id__in=[*texts, *contacts]).order_by("-opened_at", "-id")
        found = tuple(Mention(row, _excerpts(texts[row.id], wanted), row.id in contacts) for row in rows)
    return Mentions(found, min(len(ids), MOST), len(ids) > MOST)


def wanted_of(person: Person) -> Wanted:
    sealed = [person.phone_sealed, person.identity_sealed, person.account and person.account.phone_sealed]
    wanted = Wanted.of(person.name, {unseal(number) for number in sealed if number})
    if not wanted.pattern:
        raise Conflict(_("登记的姓名只有一个字，又没有号码，无法从文字里认出来。"), code="nothing_to_find")
    return wanted


def contact_of(matter: Matter) -> str:
    """Name and phone left with a matter, as one text; "" for none."""
    if matter.contact_sealed is None:
        return ""
    return "\n".join(texts_in(json.loads(unseal(matter.contact_sealed))))


def _in_sight(by: Actor, person_id: UUID) -> list[UUID]:
    """The matters of the actor's place that are not the person's own: with those another verb deals."""
    where, values = [], []
    for branch in branches(by, Filter()):
        where.append(" AND ".join([f"m.{branch.column} = %s", *branch.narrower]))
        values += [branch.value, *branch.values]
    sql = f"""
        SELECT m.id FROM matters_matter m WHERE (({") OR (".join(where) or "false"}))
        AND m.reporter_id IS DISTINCT FROM %s AND m.words_erased_at IS NULL ORDER BY m.opened_at DESC, m.id LIMIT %s
    """  # noqa: S608 - names of our own columns; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, person_id, MOST + 1])
        return [row[0] for row in cursor.fetchall()]


def _texts(ids: list[UUID], wanted: Wanted) -> dict[UUID, list[str]]:
    """What holds the wanted, by matter."""
    found: dict[UUID, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        for model, column, texts in tables():
            sql = f"""
                SELECT {column}, {", ".join(texts)} FROM {model._meta.db_table}
                WHERE {column} = ANY(%s) AND concat_ws(E'\\n', {", ".join(texts)}) ~* %s ORDER BY id
            """  # noqa: S608 - names of our own tables and columns
            cursor.execute(sql, [ids, wanted.pattern])
            for matter_id, *written in cursor.fetchall():
                found[matter_id] += [text for text in written if text]
    for record in saying([f"matter:{matter_id}" for matter_id in ids], wanted.pattern):
        found[UUID(record.stream.partition(":")[2])] += texts_in([record.note or "", record.before, record.after])
    return found


def _contacts(ids: list[UUID], wanted: Wanted) -> set[UUID]:
    left = Matter.objects.filter(contact_sealed__isnull=False).extra(where=["id = ANY(%s)"], params=[ids])
    return {row.id for row in left.only("id", "contact_sealed") if wanted.stands_in(contact_of(row))}


def _excerpts(texts: Iterable[str], wanted: Wanted) -> tuple[Excerpt, ...]:
    every: dict[Any, None] = dict.fromkeys(piece for text in texts for piece in wanted.excerpts(text))
    return tuple(every)[:EXCERPTS]
