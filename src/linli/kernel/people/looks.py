"""Who looked at a person, and who changed what: read from the person's own history (PIPL art. 44)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record

from .keepers import keepers
from .models import Person, Post
from .words import FIELDS

LATEST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at a person or changed something: who, in which role and unit, when, what, for what.

    `times` counts the same look by the same person for the same purpose, one right after the other; `at` is the
    latest of them, `seq` the place of the earliest among all records.
    """

    at: datetime
    name: str
    role: str
    unit: str
    what: str
    purpose: str
    verb: str
    seq: int = 0
    times: int = 1


def looks_at(person_id: UUID, limit: int = LATEST, before: int | None = None) -> list[Look]:
    """The latest first, before a place in the history when one is given. Four queries, and those of the rooms that keep a history apart.

    Whoever calls has made sure that the reader may know.
    """
    with as_system():
        # Of the registrations that turned out to be the same person as well.
        same = Person.objects.filter(Q(pk=person_id) | Q(leads_to=person_id)).values_list("pk", flat=True)
        streams = [stream for known in same for stream in keepers.histories(known)]
        found = Record.objects.filter(stream__in=streams, verb__in=list(keepers.sayings()))
        others = found.exclude(Q(actor_person=person_id) & Q(actor_person__isnull=False))
        if before is not None:
            others = others.filter(seq__lt=before)
        records = list(others.order_by("-seq")[:limit])
        posts = Post.objects.select_related("unit").in_bulk({r.actor_post for r in records if r.actor_post})
    return _together(_look(record, posts) for record in records)


def _look(record: Record, posts: dict[UUID, Post]) -> Look:
    post = posts.get(record.actor_post) if record.actor_post else None
    after = record.after or {}
    return Look(
        at=record.happened_at,
        name=record.actor_name or "",
        role=record.actor_role,
        unit=post.unit.name if post and post.unit else "",
        what=_what(record),
        purpose=record.note or after.get("purpose", ""),
        verb=record.verb,
        seq=record.seq,
    )


def _what(record: Record) -> str:
    """ "查看了完整的手机号": what the verb did, and to which fields."""
    after = record.after or {}
    if telling := keepers.tellings().get(record.verb):
        return telling(keepers.sayings()[record.verb], after)
    words = str(keepers.sayings()[record.verb])
    names = [after["field"]] if "field" in after else list(after)
    return words % {"fields": _("、").join(str(FIELDS[name]) for name in names if name in FIELDS)}


def _together(looks: Iterable[Look]) -> list[Look]:
    """A page that was opened five times in a row is one line."""
    told: list[Look] = []
    for look in looks:
        last = told[-1] if told else None
        if last and replace(last, at=look.at, seq=look.seq, times=1) == look and last.at.date() == look.at.date():
            told[-1] = replace(last, seq=look.seq, times=last.times + 1)
        else:
            told.append(look)
    return told
