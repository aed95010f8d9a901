"""Persons: what is kept about oneself, who looked at it, what one agreed to and whom one named.

Staff find and read persons by verbs, because each reading is written down (`verbs.find_persons`, `read_person`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, NotFound, as_system, holds, require

from ..keepers import Purpose, keepers
from ..looks import LATEST, Look, looks_at
from ..models import Consent, Household, Person, Proxy
from ..verbs.reading import Card, card_of


def self_of(by: Actor, at: datetime) -> Card:
    """What is kept about oneself. Looking at oneself is not written down."""
    require(by, "people.read_self")
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    if person is None:
        raise NotFound(_("没有您的登记。"))
    return card_of(person, at)


def who_looked(person_id: UUID, *, by: Actor, limit: int = LATEST, before: int | None = None) -> list[Look]:
    """Who looked at a person or changed something, the latest first (PIPL art. 44). For the person alone.

    `before` is the `seq` of the last one on the page before.
    """
    if by.person_id != person_id or not holds(by, "people.read_self"):
        raise NotAllowed(_("只有本人能看谁查看过自己的信息。"))
    return looks_at(person_id, limit, before)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A declared purpose, and since when the person agrees to it; None while they do not."""

    purpose: Purpose
    since: datetime | None


def consents_of(person_id: UUID, *, by: Actor) -> list[Agreed]:
    """Every purpose there is, and whether the person agrees. For the person, and the counter of their place."""
    given = dict(
        _theirs(Consent.objects.filter(withdrawn_at=None), person_id, by).values_list("purpose", "given_at")
    )
    return [Agreed(purpose, given.get(name)) for name, purpose in keepers.purposes().items()]


def agrees(person_id: UUID, purpose: str) -> bool:
    """Whether a person agrees to a purpose now, as far as the connection's eyes see them."""
    return Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None).exists()


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who may act for whom: the other's name, from when to when."""

    id: UUID
    name: str
    since: datetime
    until: datetime
    ended: bool

    @property
    def last(self) -> datetime:
        """The last moment it holds: on the day that was chosen, not at midnight after it."""
        return self.until - timedelta(microseconds=1)


def proxies_of(person_id: UUID, *, by: Actor, at: datetime) -> list[Mandate]:
    """Whom a person named, the latest first. For the person, and the counter of their place."""
    rows = _theirs(Proxy.objects.order_by("-valid", "id"), person_id, by).values_list("id", "agent__name", "valid")
    with as_system():
        return [Mandate(key, name, valid.lower, valid.upper, at not in valid) for key, name, valid in rows[:50]]


def mandates_of(by: Actor, *, at: datetime) -> list[Mandate]:
    """For whom the actor may act today. Names are told, nothing else of them."""
    if by.person_id is None or not holds(by, "people.read_self"):
        return []
    rows = Proxy.objects.filter(agent_id=by.person_id, valid__contains=at).order_by("valid", "id")
    with as_system():
        return [
            Mandate(key, name, valid.lower, valid.upper, False)
            for key, name, valid in rows.values_list("id", "person__name", "valid")[:50]
        ]


@dataclass(frozen=True, slots=True)
class Farewell:
    """What is erased when a person leaves, and what is not and why, in sentences of every room that keeps something."""

    goes: list[str]
    stays: list[str]


def farewell() -> Farewell:
    """Told before anybody is erased."""
    return Farewell(keepers.goes(), keepers.stays())


def households_at(by: Actor, place_code: str) -> list[UUID]:
    """The households registered at exactly this place. Needs `people.read` there."""
    require(by, "people.read", place_code)
    return list(
        Household.objects.filter(place_code=place_code).order_by("created_at", "id").values_list("id", flat=True)
    )


def _theirs(rows: QuerySet[Any], person_id: UUID, by: Actor) -> QuerySet[Any]:
    """Rows of one person, for the person or with `people.read`; row level security keeps to the actor's place."""
    if by.person_id != person_id or not holds(by, "people.read_self"):
        require(by, "people.read")
    return rows.filter(person_id=person_id)
