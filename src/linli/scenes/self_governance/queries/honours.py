"""光荣榜: who served and was commended, by name only where that person agreed to it (志愿服务条例 art. 20).

Nothing is kept: consent is asked of the register each time, so that who takes it back is gone from the next answer on. Whoever
did not agree is counted and not named; fewer than five are not even counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from linli.kernel.access import as_system
from linli.kernel.people.models import Consent, Person
from linli.kernel.places import queries as places

from ..keeping import PUBLISHING
from ..models import Commendation, SignUp
from .mine import STANDS
from .organising import SMALL

PERIOD = timedelta(days=365)
MOST = 60
GROWN = 18


@dataclass(frozen=True, slots=True)
class Honoured:
    """Somebody who agreed. `for_what`: titles of commendations, the latest first; `minutes` certified in the last year."""

    name: str
    place: str
    minutes: int
    services: int
    for_what: Sequence[str]


@dataclass(frozen=True, slots=True)
class Others:
    """Those who are not named; None where they are too few to be told apart from somebody."""

    persons: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Board:
    named: Sequence[Honoured]
    others: Others | None


def board(scope: str, *, at: datetime, limit: int = MOST) -> Board:
    """Who lives under a prefix of a place's code, those who served most first. Six queries, however many they are. Public:
    nothing comes out of it but what was agreed to. A minor is not named, whoever agreed."""
    with as_system():
        served = _served(scope, at)
        praised = _praised(scope, at)
        agreed = set(
            Consent.objects.filter(
                purpose=PUBLISHING, withdrawn_at=None, person__in={*served, *praised}
            ).values_list("person_id", flat=True)
        )
        year = timezone.localtime(at).year
        grown = Q(birth_year=None) | Q(birth_year__lt=year - GROWN)
        people = list(
            Person.objects.filter(grown, pk__in=agreed, erased_at=None).values("id", "name", "place_code")
        )
        labels = places.labels({one["place_code"][:12] for one in people})
    named = [
        Honoured(
            one["name"], labels.get(one["place_code"][:12], ""), *served.get(one["id"], (0, 0)), praised.get(one["id"], ())
        )
        for one in people
    ]  # fmt: skip
    named.sort(key=lambda one: (-one.minutes, -len(one.for_what), one.name))
    shown = {one["id"] for one in people}
    rest = [minutes for person, (minutes, _n) in served.items() if person not in shown]
    return Board(named[:limit], Others(len(rest), sum(rest)) if len(rest) >= SMALL else None)


def _served(scope: str, at: datetime) -> dict[UUID, tuple[int, int]]:
    rows = (
        SignUp.objects.filter(
            person__place_code__startswith=scope, person__erased_at=None, state__in=STANDS, minutes__gt=0,
            lasts__startswith__gt=at - PERIOD, lasts__startswith__lte=at,
        )
        .values("person")
        .annotate(minutes=Sum("minutes"), n=Count("id"))
        .order_by()
    )  # fmt: skip
    return {row["person"]: (row["minutes"], row["n"]) for row in rows}


def _praised(scope: str, at: datetime) -> dict[UUID, list[str]]:
    today = timezone.localtime(at).date()
    rows = Commendation.objects.filter(
        person__place_code__startswith=scope,
        person__erased_at=None,
        given_on__gt=today - PERIOD,
        given_on__lte=today,
    ).order_by("-given_on", "title")
    titles: dict[UUID, list[str]] = {}
    for person, title in rows.values_list("person", "title"):
        titles.setdefault(person, []).append(title)
    return titles


def agrees(person_id: UUID | None) -> bool:
    """Whether somebody has agreed, to say on their own page what others see."""
    if person_id is None:
        return False
    with as_system():
        return Consent.objects.filter(person=person_id, purpose=PUBLISHING, withdrawn_at=None).exists()
