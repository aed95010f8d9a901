"""Which things are being maintained: by themselves, or with a place above them. One condition, for everybody who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from linli.kernel.access import Actor, require, under

from ..models import PlaceUpkeep, Upkeep

RESTING = """(t.id IN (SELECT u.thing_id FROM things_upkeep u WHERE u.what = 'maintenance'
    AND u.lasts @> %s::timestamptz)
  OR t.place_code::text ^@ ANY (ARRAY(SELECT p.place_code::text FROM things_placeupkeep p
    WHERE p.lasts @> %s::timestamptz)))"""
"""Whether `things_thing t` is being maintained, with the instant as its two values. What is being maintained now is few, and
is asked for once, however many things are looked at."""
SHOWN_AFTER = timedelta(days=30)
"""So long after its end a window is still listed."""
MOST = 200


def resting(at: datetime, thing: str = "pk", place: str = "place_code") -> Q:
    """The same for the ORM; `thing` and `place` are the fields that tell which thing and where it is."""
    own = Upkeep.objects.filter(what=Upkeep.What.MAINTENANCE, lasts__contains=at).values("thing")
    below = Func(OuterRef(place), F("place_code"), function="starts_with", output_field=BooleanField())
    return Q(**{f"{thing}__in": own}) | Q(Exists(PlaceUpkeep.objects.filter(below, lasts__contains=at)))


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance of a place: `stands` is "now", "coming" or "over"; `things` are those it is about today."""

    upkeep: PlaceUpkeep
    stands: str
    things: int


_COUNTED = """
SELECT k.code, (SELECT count(*) FROM things_thing t
  WHERE t.place_code >= k.code AND t.place_code < k.code || ':' AND t.state <> 'retired')
FROM unnest(%s::text[]) k(code)
"""


def windows(actor: Actor, *, at: datetime) -> list[Window]:
    """Those the actor may know of: what runs first, then what comes, then what ended within the last weeks. Two
    queries. Raises NotAllowed."""
    require(actor, "things.read")
    seen = PlaceUpkeep.objects.filter(lasts__isempty=False)
    # In the scope, or around it; PostgreSQL asks again.
    if actor.scope != "*":
        seen = seen.filter(under(actor.scopes) | _around(actor.scopes))
    standing = list(seen.filter(lasts__endswith__gt=at).order_by("lasts", "id")[:MOST])
    over = list(
        seen.filter(lasts__endswith__lte=at, lasts__endswith__gt=at - SHOWN_AFTER).order_by("-lasts", "id")[:MOST]
    )
    n = _count([row.place_code for row in standing + over])
    found = [Window(row, _stands(row, at), n[row.place_code]) for row in (*standing, *over)]
    return sorted(found, key=lambda window: ("now", "coming", "over").index(window.stands))


def around(place_code: str, *, at: datetime) -> list[PlaceUpkeep]:
    """The maintenances of a place and of those above it that run or come, the nearest in time first."""
    found = PlaceUpkeep.objects.filter(_around([place_code]), lasts__endswith__gt=at, lasts__isempty=False)
    return list(found.order_by("lasts", "id"))


def running(actor: Actor, *, at: datetime) -> list[PlaceUpkeep]:
    """Those that run now, of places in the actor's scope or around it: where no warning is to be expected."""
    require(actor, "things.read")
    seen = PlaceUpkeep.objects.filter(lasts__contains=at)
    if actor.scope != "*":
        seen = seen.filter(under(actor.scopes) | _around(actor.scopes))
    return list(seen.order_by("place_code")[:MOST])


def _around(places: Sequence[str]) -> Q:
    return Q(place_code__in=[place[:n] for place in places for n in range(2, len(place) + 1)])


def _stands(row: PlaceUpkeep, at: datetime) -> str:
    if row.lasts.lower > at:
        return "coming"
    return "now" if row.lasts.upper > at else "over"


def _count(codes: Sequence[str]) -> dict[str, int]:
    if not codes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [sorted(set(codes))])
        return dict(cursor.fetchall())
