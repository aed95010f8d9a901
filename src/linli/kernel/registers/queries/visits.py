"""Who is to be visited today, and who was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from linli.kernel.access import Actor, require
from linli.kernel.people.models import Household, Person
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.things.models import Thing

from ..defined import forms_at
from ..models import Site, Visit
from ..verbs.common import READS
from .scopes import within

MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    """A visit on somebody's list. `label` is who or what, `place` where; `word` the form's name."""

    id: UUID
    form: str
    word: str
    about: str
    subject: UUID
    label: str
    place: str
    place_code: str
    due_on: date
    mine: bool
    overdue: bool
    outcome: str = ""
    ended_at: datetime | None = None


def due_visits(by: Actor, day: date, *, limit: int = MOST) -> list[Due]:
    """What is due by a day within the actor's scope, the oldest first; theirs, and what is nobody's. Six queries."""
    require(by, READS)
    rows = within(Visit.objects.filter(outcome="", due_on__lte=day), by).order_by("due_on", "id")
    rows = rows.filter(account__isnull=True) | rows.filter(account=by.account_id)
    return _told(by, list(rows[:limit]), day)


def done_visits(by: Actor, since: datetime, *, limit: int = 50) -> list[Due]:
    """What came of the actor's own visits lately, the latest first."""
    require(by, READS)
    rows = Visit.objects.filter(ended_by=by.account_id, ended_at__gte=since).exclude(outcome="dropped")
    return _told(by, list(within(rows, by).order_by("-ended_at", "-id")[:limit]), since.date())


def _told(by: Actor, rows: Sequence[Visit], day: date) -> list[Due]:
    names = labels_of([(row.about, row.subject) for row in rows])
    # Who works in one neighbourhood is not told its name in every line.
    above = Level.COMPOUND if len(by.scope) >= Level.NEIGHBOURHOOD.digits else Level.NEIGHBOURHOOD
    where = places.labels((row.place_code for row in rows), above)
    words = {one.name: one.label for one in forms_at(by.scope)} if rows else {}
    return [
        Due(
            id=row.id,
            form=row.form,
            word=words.get(row.form, row.form),
            about=row.about,
            subject=row.subject,
            label=names.get(row.subject, ""),
            place=where.get(row.place_code, ""),
            place_code=row.place_code,
            due_on=row.due_on,
            mine=row.account_id is not None,
            overdue=row.due_on < day,
            outcome=row.outcome,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def labels_of(subjects: Sequence[tuple[str, UUID]]) -> dict[UUID, str]:
    """What subjects are called, as far as the connection's eyes see them; a query for each kind there is."""
    wanted: dict[str, set[UUID]] = {}
    for about, key in subjects:
        wanted.setdefault(about, set()).add(key)
    found: dict[UUID, str] = {}
    if keys := wanted.get("person"):
        found |= dict(Person.objects.filter(pk__in=keys).values_list("id", "name"))
    if keys := wanted.get("thing"):
        found |= dict(Thing.objects.filter(pk__in=keys).values_list("id", "name"))
    codes: dict[UUID, str] = {}
    if keys := wanted.get("household"):
        codes |= dict(Household.objects.filter(pk__in=keys).values_list("id", "place_code"))
    if keys := wanted.get("place"):
        codes |= dict(Site.objects.filter(pk__in=keys).values_list("id", "place_code"))
    labels = places.labels(codes.values()) if codes else {}
    return found | {key: labels.get(code, code) for key, code in codes.items()}


def due_of(by: Actor, form: str, subject: UUID) -> Visit | None:
    """The visit of this kind that is due at a subject, if any."""
    require(by, READS)
    return Visit.objects.filter(form=form, subject=subject, outcome="").first()


def last_of(by: Actor, form: str, subject: UUID) -> Visit | None:
    """The last one that ended, with who ended it."""
    require(by, READS)
    rows = Visit.objects.filter(form=form, subject=subject).exclude(outcome__in=["", "dropped"])
    return rows.select_related("ended_by").order_by("-ended_at", "-id").first()
