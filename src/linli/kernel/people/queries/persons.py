"""Persons: who lives at a place, what is kept about oneself, and who looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, NotFound, as_system, require
from linli.kernel.audit.models import Record

from ..models import Person, Post, Residence
from ..verbs.reading import Card, card_of

_LOOKING = ("people.read_person", "people.unmask")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a person: who, in which role and unit, when, for what. `field` when unmasked."""

    at: datetime
    name: str
    role: str
    unit: str
    purpose: str
    field: str


def persons_at(by: Actor, place_code: str) -> QuerySet[Person]:
    """Who is registered at a place and below it, by name; row level security keeps to the actor's scope.

    Names alone: to see more is `verbs.read_person`, which is written down.
    """
    require(by, "people.read", place_code)
    return (
        Person.objects.filter(place_code__startswith=place_code, erased_at=None)
        .only("id", "name", "place_code", "birth_year")
        .order_by("place_code", "name", "id")
    )


def household_of(household_id: UUID, at: datetime) -> QuerySet[Residence]:
    """Who lives in a household now, as far as the actor sees them."""
    return (
        Residence.objects.filter(household_id=household_id, valid__contains=at)
        .select_related("person")
        .order_by("valid", "id")
    )


def self_of(by: Actor, at: datetime) -> Card:
    """What is kept about oneself. Looking at oneself is not written down."""
    require(by, "people.read_self")
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    if person is None:
        raise NotFound(_("没有您的登记。"))
    return card_of(person, at)


def who_looked(person_id: UUID, *, by: Actor, limit: int = 200) -> list[Look]:
    """Who looked at a person, the latest first (PIPL art. 44). For the person, and nobody else."""
    if by.person_id != person_id:
        raise NotAllowed(_("只有本人能看谁查看过自己的信息。"))
    with as_system():
        records = list(
            Record.objects.filter(stream=f"person:{person_id}", verb__in=_LOOKING).order_by("-stream_seq")[:limit]
        )
        posts = Post.objects.select_related("unit").in_bulk({r.actor_post for r in records if r.actor_post})
    return [_look(record, posts) for record in records]


def _look(record: Record, posts: dict[UUID, Post]) -> Look:
    post = posts.get(record.actor_post) if record.actor_post else None
    after = record.after or {}
    return Look(
        at=record.happened_at,
        name=record.actor_name or "",
        role=record.actor_role,
        unit=post.unit.name if post and post.unit else "",
        purpose=record.note or after.get("purpose", ""),
        field=after.get("field", ""),
    )
