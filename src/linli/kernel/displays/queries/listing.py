"""Which displays there are: for who looks after them, and for whose televisions they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from linli.kernel.access import Actor, holds, require, under

from ..models import Display, Kind, State

AWAY = timedelta(minutes=3)
"""A screen asks every minute; who has not for three is offline."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A display and how it is: `offline_since` is None while it answers; `person` is "" for a board."""

    display: Display
    offline_since: datetime | None
    person: str


def listing(by: Actor, *, at: datetime, kind: str = "", text: str = "") -> list[Row]:
    """Enrolled displays at the actor's places, those that are away first, at most 500. Needs `displays.change`. One query.

    Televisions are listed for who may read people: each says whose it is.
    """
    require(by, "displays.change")
    found = Display.objects.filter(state=State.ENROLLED).select_related("person")
    if by.scope != "*":
        found = found.filter(under(by.scopes))
    if not holds(by, "people.read"):
        found = found.filter(kind=Kind.BOARD)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(place_code__startswith=text))
    rows = [_row(display, at) for display in found.order_by("place_code", "kind", "id")[:MOST]]
    return sorted(rows, key=lambda row: row.offline_since is None)


def mine(by: Actor, *, at: datetime) -> list[Row]:
    """The televisions bound to the person: their own, or of whom they act for. One query."""
    if by.person_id is None:
        return []
    found = Display.objects.filter(state=State.ENROLLED, person_id=by.person_id).select_related("person")
    return [_row(display, at) for display in found.order_by("enrolled_at", "id")]


def _row(display: Display, at: datetime) -> Row:
    last = display.seen_at or display.enrolled_at or display.made_at
    person = display.person.name if display.person else ""
    return Row(display, last if at - last > AWAY else None, person)
