"""Telling somebody something, for a verb of another room, inside its own transaction and with its eyes (`access.act`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from linli.kernel.access import SYSTEM, Actor
from linli.kernel.access.prepared import ask
from linli.kernel.audit import Entry, append_each
from linli.kernel.audit.ids import uuid7
from linli.kernel.people.models import Person
from linli.kernel.sealed import unseal

from ..content import Content, print_of
from ..kinds import Kind, kinds
from ..models import Choice

_TELL = """
INSERT INTO told_message (id, person_id, print, said_sealed, at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (person_id, print) DO NOTHING
"""
_RING = """
INSERT INTO told_ring (id, person_id, owed, asked_at, due_at, tries) VALUES (%s, %s, %s, %s, %s, 0)
ON CONFLICT (person_id) DO UPDATE SET asked_at = excluded.asked_at, owed = told_ring.owed OR excluded.owed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One of several who are told. `about` says what it is about, in the words of the room ("sign-up:<id>"): the same kind about
    the same is told once. `to`: the arguments of the address the kind leads to."""

    person_id: UUID
    about: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    to: tuple[object, ...] = ()


def tell(
    *,
    by: Actor,
    at: datetime,
    person_id: UUID | None,
    kind: Kind,
    about: str,
    fields: Mapping[str, Any] | None = None,
    to: tuple[object, ...] = (),
) -> bool:
    """Tell one person. Returns whether they had not been told yet; nobody (None) is told nothing.

    `fields` hold what the person may know and nothing else. What somebody did themselves they are not told; what a proxy did in
    their name they are. Who was registered twice is told in the registration that stands; who was forgotten, not at all.
    """
    if person_id is None:
        return False
    one = Telling(person_id=person_id, about=about, fields=fields or {}, to=to)
    return bool(tell_each([one], by=by, at=at, kind=kind))


def tell_each(tellings: Iterable[Telling], *, by: Actor, at: datetime, kind: Kind) -> int:
    """The same kind to several, each their own. Returns how many had not been told yet.

    In order of persons, so that two verbs that tell the same people never wait for each other in a ring.
    """
    _must_fit(kind, wanted := list(tellings))
    standing = _standing({one.person_id for one in wanted})
    told: list[UUID] = []
    for one in sorted(wanted, key=lambda one: str(standing.get(one.person_id))):
        person = standing.get(one.person_id)
        if person is None or (person == by.person_id and not by.on_behalf):
            continue
        if _write(person, one, kind, at):
            told.append(person)
    if told:
        _ask_to_ring(told, kind, at)
        _record(told, at)
    return len(told)


def _must_fit(kind: Kind, wanted: Iterable[Telling]) -> None:
    """What only a fault in the code could bring about. Raises RuntimeError, ValueError."""
    if not connection.in_atomic_block:
        raise RuntimeError("what happened and that it is told are one transaction: tell within a verb")
    if kinds.known.get(kind.name) != kind:
        raise ValueError(f"message {kind.name!r} was not declared: `kinds.add` it when its room starts")
    for one in wanted:
        if set(one.fields) != set(kind.fields):
            raise ValueError(f"message {kind.name!r} says {sorted(kind.fields)}, not {sorted(one.fields)}")


def _standing(persons: set[UUID]) -> dict[UUID, UUID]:
    """Who is told for each of these: themselves, or the registration that stands for them. Nobody who was forgotten."""
    rows = Person.objects.filter(pk__in=persons).values_list("pk", "erased_at", "leads_to", "leads_to__erased_at")
    found: dict[UUID, UUID] = {}
    for key, erased_at, leads_to, led_erased_at in rows:
        if erased_at is None:
            found[key] = key
        elif leads_to is not None and led_erased_at is None:
            found[key] = leads_to
    return found


def _write(person: UUID, one: Telling, kind: Kind, at: datetime) -> bool:
    sealed = Content(kind.name, one.fields, tuple(str(value) for value in one.to)).sealed()
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [uuid7(), person, print_of(kind.name, one.about), sealed, at])
        return bool(cursor.rowcount)


def _ask_to_ring(told: list[UUID], kind: Kind, at: datetime) -> None:
    """One reminder for each who did not switch it off, however many messages wait for them already."""
    wanted = sorted(set(told))
    if not kind.owed:
        chosen = Choice.objects.filter(person__in=wanted).values_list("person_id", "off_sealed")
        off = {person for person, sealed in chosen if kind.name in json.loads(unseal(sealed))}
        wanted = [person for person in wanted if person not in off]
    with connection.cursor() as cursor:
        cursor.executemany(_RING, [(uuid7(), person, kind.owed, at, at) for person in wanted])


def _record(told: list[UUID], at: datetime) -> None:
    """One record in each one's own history of messages, which only they hear of: that something was told, neither what nor
    after whose act: who helped somebody may have asked not to be named.

    Written quietly (docs/adr/0031): the verb's own record wakes who listens, where it wakes anybody.
    """
    ask("SELECT set_config('linli.quiet', 'on', true)")
    append_each(
        (Entry(f"message:{person}", person_ids=(person,)) for person in told),
        by=SYSTEM,
        at=at,
        verb="messages.tell",
    )
    ask("SELECT set_config('linli.quiet', '', true)")
