"""What is known about oneself, one's household and one's home: for the person alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, as_system, require
from linli.kernel.audit.models import Record
from linli.kernel.declare import Type
from linli.kernel.people.models import Account
from linli.kernel.sealed import unseal

from ..defined import Defined
from ..defined import elements as defined
from ..models import Contest, Entry, Fact, State
from ..verbs.common import CONTESTS
from ..verbs.reading import plain


@dataclass(frozen=True, slots=True)
class Own:
    """A fact about oneself ("person"), one's household or one's home ("place"), in plain; with why it is kept, and what came
    of a contest."""

    fact_id: UUID
    about: str
    name: str
    label: str
    text: str
    sensitive: bool
    in_force: bool
    source: str
    source_name: str
    author: str
    observed_at: datetime
    recorded_at: datetime
    purpose: str
    basis: str
    owner: str
    keep_until: date
    contested: bool
    contest: Contest | None
    file_id: str = ""
    """Of what is answered with a file."""


def mine(by: Actor) -> list[Own]:
    """What is in force about the actor; with what was contested and is not in force any more. Needs `registers.contest`.

    Row level security says what is theirs: the person's, the household's and the home's they live in. Five queries at most.
    """
    require(by, CONTESTS)
    if by.person_id is None:
        return []
    rows = list(
        Fact.objects.filter(state__in=[State.IN_FORCE, State.BESIDE, State.REJECTED]).order_by(
            "about", "element", "-seen_at", "-id"
        )
    )
    contests: dict[UUID, Contest] = {}
    for row in Contest.objects.filter(person=by.person_id).order_by("opened_at", "id"):
        contests[row.fact_id] = row
    shown_ones = [fact for fact in rows if fact.state == State.IN_FORCE or fact.id in contests]
    known = defined(fact.element for fact in shown_ones)
    with as_system():  # the names of staff under what they wrote, and of tables that are about many
        tables = Entry.objects.in_bulk({fact.entry_id for fact in shown_ones if fact.entry_id})
        authors = Account.objects.in_bulk({fact.author_id for fact in shown_ones if fact.author_id})
    return [_own(fact, known.get(fact.element), authors, tables, contests.get(fact.id)) for fact in shown_ones]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who read an element of mine: when, in which role, for what; `whole` where it was shown unmasked."""

    at: datetime
    name: str
    role: str
    purpose: str
    whole: bool


def readers(by: Actor, *, limit: int = 200) -> dict[str, list[Reader]]:
    """Who read which element about the actor lately, by element, the latest first; each reader for a purpose once a day.
    One query. Needs `registers.contest`."""
    require(by, CONTESTS)
    found: dict[str, list[Reader]] = {}
    if by.person_id is None:
        return found
    with as_system():
        told = Record.objects.filter(stream=f"person:{by.person_id}", verb__in=_READ).order_by("-stream_seq")[
            :limit
        ]
        records = list(told)
    seen: set[tuple[object, ...]] = set()
    for record in records:
        after = record.after or {}
        for name in after.get("elements") or [after.get("element", "")]:
            purpose = record.note or after.get("purpose", "")
            whole = record.verb in _IN_FULL
            mark = (name, record.actor_account, purpose, record.happened_at.date(), whole)
            if mark not in seen:
                seen.add(mark)
                one = Reader(record.happened_at, record.actor_name or "", record.actor_role, purpose, whole)
                found.setdefault(name, []).append(one)
    return found


# What is read in a table made of facts is read, too: its room stands above and is known here by the words of its verbs.
_IN_FULL = ("registers.unmask", "reports.unmask_cell")
_READ = ("registers.read_facts", "registers.export", "reports.read_line", *_IN_FULL)


def _own(
    fact: Fact, one: Defined | None, authors: dict[Any, Account], tables: dict[Any, Entry], contest: Contest | None
) -> Own:
    author = authors.get(fact.author_id)
    return Own(
        fact_id=fact.id,
        about=fact.about,
        name=fact.element,
        label=one.label if one else fact.element,
        text=plain(fact, one),
        sensitive=fact.sealed is not None,
        in_force=fact.state == State.IN_FORCE,
        source=fact.source,
        source_name=tables[fact.entry_id].source_name if fact.entry_id in tables else "",
        author=author.name if author else "",
        observed_at=fact.observed_at,
        recorded_at=fact.recorded_at,
        purpose=one.purpose if one else "",
        basis=one.basis if one else "",
        owner=one.owner if one else "",
        keep_until=fact.keep_until,
        contested=fact.contested,
        contest=contest,
        file_id=_file(fact) if one is not None and one.element.type is Type.FILE else "",
    )


def _file(fact: Fact) -> str:
    return str(json.loads(unseal(fact.sealed)) if fact.sealed is not None else fact.value)
