"""The register of addresses in the database, as matching asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from linli.kernel.places.matching import Entry, bigrams
from linli.kernel.places.models import Place

MOST_NAMED = 50
_FIELDS = ("code", "name", "road", "lane", "number", "building", "unit", "room", "aliases")


class Register:
    """Places valid on a day and inside a scope ("*" is everywhere)."""

    def __init__(self, on: date, scope: str = "*") -> None:
        self._places: QuerySet[Place] = valid(on)
        if scope != "*":
            self._places = self._places.filter(code__startswith=scope) if scope else self._places.none()

    def on_road(self, road: str) -> Iterable[Entry]:
        endings = [road[i:] for i in range(len(road) - 1)]
        return _entries(self._places.filter(road__in=endings).exclude(road=""))

    def named(self, name: str) -> Iterable[Entry]:
        """Names with all the pairs first; any shared pair when there is none such."""
        written = {name[i : i + 2] for i in range(len(name) - 1)}
        if not written:
            return []
        pairs = sorted(bigrams(name) | written)
        whole = self._places.filter(bigrams__contains=sorted(written)).order_by("level", "code")
        found = _entries(whole[:MOST_NAMED])
        if found:
            return found
        return _entries(self._places.filter(bigrams__overlap=pairs).order_by("level", "code")[: MOST_NAMED * 10])

    def inside(self, code: str, part: str, value: str) -> Iterable[Entry]:
        return _entries(self._places.filter(code__startswith=code, **{part: value}).order_by("code")[:MOST_NAMED])

    def entry(self, code: str) -> Entry | None:
        return next(iter(_entries(self._places.filter(code=code))), None)


def valid(on: date) -> QuerySet[Place]:
    """Places that are what they are on this day."""
    return Place.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


def _entries(places: QuerySet[Place]) -> list[Entry]:
    return [Entry(**row | {"aliases": tuple(row["aliases"])}) for row in places.values(*_FIELDS)]
