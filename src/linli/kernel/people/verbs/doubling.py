"""Looking for persons registered twice: a street at a time, by the worker; and looking at one pair, which is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, NotFound, as_system, require
from linli.kernel.places.codes import Level
from linli.kernel.places.register import valid

from .. import likeness
from ..models import Double, Person, Search
from .common import act, clean_scope
from .reading import Card, read_person

AGAIN = timedelta(hours=20)
STREET = 9
MOST_NEW = 2_000
"""A street that suddenly has more new pairs than this was imported twice: the likeliest are asked about first."""
_MINE = "SELECT pg_try_advisory_xact_lock(hashtextextended('people.doubles ' || %s, 0))"


def look_when_due(*, at: datetime) -> int:
    """Look through the next street nobody looked through since yesterday; 1 when one was looked through, 0 when none is due."""
    with as_system():
        rested = Search.objects.filter(Q(looked_at__gt=at - AGAIN) | Q(on=False)).values_list("street", flat=True)
        streets = valid(at.date()).filter(level=Level.STREET).exclude(code__in=list(rested))
        street = streets.order_by("code").values_list("code", flat=True).first()
    if street is not None:
        return int(look_for_doubles(at=at, street=street) is not None)
    return 0


def look_for_doubles(*, at: datetime, street: str) -> Search | None:
    """Compare every registration of a street with those it could be. New pairs wait for a person; those decided stay
    decided, and open ones that are no longer alike go. None where another worker does it, or it is switched off."""
    with transaction.atomic(), as_system():
        with connection.cursor() as cursor:
            cursor.execute(_MINE, [street])
            if not cursor.fetchone()[0]:
                return None
        search, _made = Search.objects.get_or_create(street=street)
        if not search.on:
            return None
        cards = _cards(street)
        found = {(pair.one, pair.other): pair for pair in likeness.pairs(cards)}
        inside = [card.id for card in cards]
        open_ones = Double.objects.filter(state=Double.State.OPEN, one__in=inside, other__in=inside)
        for double in open_ones:
            if (double.one_id, double.other_id) not in found:
                double.delete()
        fresh = list(found.values())[:MOST_NEW]
        Double.objects.bulk_create(
            [
                Double(
                    one_id=p.one, other_id=p.other, reasons=list(p.reasons), confidence=p.confidence, found_at=at
                )
                for p in fresh
            ],
            ignore_conflicts=True,
            batch_size=500,
        )
        search.looked_at, search.persons, search.found = at, len(cards), len(found)
        search.save()
    return search


def switch_search(*, by: Actor, at: datetime, street: str, on: bool) -> Search:
    """Look for doubles in a street, or do not; what waits there is not asked about while it is off. Needs `people.change`."""
    street = clean_scope(street, "street")[:STREET]
    require(by, "people.change", street)
    with act():
        search, _made = Search.objects.select_for_update().get_or_create(street=street)
        before, search.on = search.on, on
        search.save(update_fields=["on"])
        audit.append(
            by=by, at=at, verb="people.switch_search", stream=f"doubles:{street}", place_code=street,
            before={"on": before}, after={"on": on},
        )  # fmt: skip
    return search


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair side by side, numbers masked."""

    double: Double
    one: Card
    other: Card


def open_double(*, by: Actor, at: datetime, double_id: UUID) -> Compared:
    """One pair side by side; each of the two can read that it was looked at. Needs `people.read` at both places."""
    require(by, "people.read")
    double = Double.objects.filter(pk=double_id).first()
    if double is None:
        raise NotFound(_("没有这一对登记，或者不在您的管辖范围内。"))
    purpose = str(_("核对是不是同一个人登记了两次"))
    with transaction.atomic():
        one = read_person(by=by, at=at, person_id=double.one_id, purpose=purpose)
        other = read_person(by=by, at=at, person_id=double.other_id, purpose=purpose)
    return Compared(double, one, other)


def _cards(street: str) -> list[likeness.Card]:
    rows = Person.objects.filter(erased_at=None, place_code__gte=street, place_code__lt=street + ":")
    values = rows.values_list("id", "name", "phone_print", "birth_year", "place_code", "identity_print")
    return [
        likeness.Card(id_, name, bytes(phone) if phone else None, year, code, identity is not None)
        for id_, name, phone, year, code, identity in values.iterator(chunk_size=5_000)
    ]
