"""The time bank as neighbours see it: what looks for help nearby, matched with reasons; and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, as_system, require
from linli.kernel.people.models import Person
from linli.kernel.places import queries as places
from linli.kernel.places.geometry import distance_m
from linli.kernel.points import queries as books
from linli.kernel.points.models import Account, Owner, Transfer
from linli.kernel.points.queries import Balance
from linli.kernel.points.queries.statement import masked

from ..kinds import skill_word
from ..models import Offer, Request, SignUp, Volunteer
from ..points import SAVED
from ..verbs.attending import far
from ..verbs.common import JOINS, READS
from ..verbs.helping import NEIGHBOURHOOD, STREET

USEFUL = {
    "elders": ("nursing", "haircut", "cooking", "computer", "driving", "first-aid"),
    "disabled": ("nursing", "driving", "sign-language", "first-aid"),
    "children": ("teaching", "english"),
    "other": ("repair", "computer", "law", "counselling"),
}
"""Which skills are of use for which kind of help."""


@dataclass(frozen=True, slots=True)
class Match:
    """Something I could help with: no name and no door before the asker chooses. `reasons` say why it stands where it stands."""

    request: Request
    place: str
    score: int
    reasons: Sequence[str]
    offered: bool


def matches(by: Actor, *, at: datetime, limit: int = 20) -> list[Match]:
    """Open requests of one's street that one has time for, the best first: by skill, distance, and how soon. Suggestions, chosen
    by the volunteer and then by the asker."""
    require(by, JOINS)
    if by.person_id is None:
        return []
    with as_system():
        me = Person.objects.filter(pk=by.person_id).first()
        if me is None or len(me.place_code) < STREET:
            return []
        rows = Request.objects.filter(
            state="open", place_code__startswith=me.place_code[:STREET], lasts__startswith__gt=at
        ).exclude(person=me)
        found = list(rows.order_by("lasts")[:100])
        busy = (
            SignUp.objects.filter(person=me)
            .exclude(state__in=("cancelled", "no_show"))
            .values_list("lasts", flat=True)
        )
        taken = [
            *busy,
            *Request.objects.filter(helper=me).exclude(state="cancelled").values_list("lasts", flat=True),
        ]
        skills = set(Volunteer.objects.filter(person=me).values_list("skills", flat=True).first() or ())
        offered = set(me_offers(by.person_id, [one.id for one in found]))
        labels = places.labels({one.place_code for one in found})
        spots = {
            code: places.at(code) for code in {me.place_code[:NEIGHBOURHOOD], *(one.place_code for one in found)}
        }
        matched = [
            _match(one, me, skills, spots, labels, one.id in offered)
            for one in found
            if not any(span.lower < one.lasts.upper and one.lasts.lower < span.upper for span in taken)
        ]
    return sorted(matched, key=lambda one: (-one.score, one.request.lasts.lower))[:limit]


def me_offers(person_id: UUID, requests: list[UUID]) -> list[UUID]:
    return list(Offer.objects.filter(person=person_id, request__in=requests).values_list("request_id", flat=True))


def _match(one: Request, me: Person, skills: set[str], spots: dict, labels: dict[str, str], offered: bool) -> Match:  # type: ignore[type-arg]
    reasons, score = [], 0
    if use := [skill for skill in USEFUL.get(one.kind, ()) if skill in skills]:
        score += 3
        reasons.append(_("您会%(skill)s") % {"skill": skill_word(use[0])})
    here, there = spots.get(me.place_code[:NEIGHBOURHOOD]), spots.get(one.place_code)
    if me.place_code.startswith(one.place_code):
        score += 2
        reasons.append(_("就在您的居村"))
    elif here and there and None not in (here.lon, here.lat, there.lon, there.lat):
        away = distance_m((here.lon, here.lat), (there.lon, there.lat))
        score += 1 if away < 1500 else 0
        reasons.append(_("离您约 %(far)s") % {"far": far(away)})
    reasons.append(_("那段时间您没有别的服务"))
    return Match(one, labels.get(one.place_code, ""), score, reasons, offered)


@dataclass(frozen=True, slots=True)
class Own:
    """A request of mine, or one I help with. `offers`: whom I may choose, by (person, masked name)."""

    request: Request
    asker: bool
    other: str
    offers: Sequence[tuple[UUID, str]]
    said: int | None


@dataclass(frozen=True, slots=True)
class Mine:
    balance: Balance | None
    rows: Sequence[Own]


def mine(by: Actor) -> Mine:
    """Four queries, however many requests there are."""
    require(by, JOINS)
    balance = next(iter(books.mine(by, ledger=SAVED.name)), None)
    with as_system():
        rows = Request.objects.filter(Q(person=by.person_id) | Q(helper=by.person_id)).select_related(
            "person", "helper"
        )
        found = list(rows.order_by("-asked_at")[:30]) if by.person_id else []
        offers = _offers(
            [one.id for one in found if one.person_id == by.person_id and one.state == Request.State.OPEN]
        )
        return Mine(balance, [_own(one, by, offers.get(one.id, [])) for one in found])


def _offers(requests: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Who would help, by request, the first to say so first; names masked until one is chosen."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for offer in Offer.objects.filter(request__in=requests).select_related("person").order_by("offered_at"):
        found.setdefault(offer.request_id, []).append((offer.person_id, masked(offer.person.name)))
    return found


def _own(one: Request, by: Actor, offers: Sequence[tuple[UUID, str]]) -> Own:
    asker = one.person_id == by.person_id
    other = (one.helper.name if one.helper else "") if asker else one.person.name
    return Own(one, asker, other, offers, one.said_by_asker if asker else one.said_by_helper)


def disputes(by: Actor) -> list[Request]:
    """What a second person is to decide, in the actor's scope."""
    require(by, READS)
    return list(Request.objects.filter(state="disputed").order_by("asked_at")[:50])


@dataclass(frozen=True, slots=True)
class Fund:
    """社区公益池 of a community: what is in it, and all that was ever given into it and granted out of it."""

    account: Account
    given: int
    granted: int


def funds(by: Actor) -> list[Fund]:
    """The funds of the communities in the actor's scope; row level security says which. Two queries."""
    require(by, READS)
    accounts = list(Account.objects.filter(ledger=SAVED.name, owner=Owner.FUND).order_by("place_code")[:50])
    ids = [one.id for one in accounts]
    with as_system():
        moved = Transfer.objects.filter(Q(target__in=ids) | Q(source__in=ids), state="posted")
        rows = list(moved.values("source_id", "target_id").annotate(n=Sum("amount")).order_by())
    came = {one: sum(row["n"] for row in rows if row["target_id"] == one) for one in ids}
    went = {one: sum(row["n"] for row in rows if row["source_id"] == one) for one in ids}
    return [Fund(one, came[one.id], went[one.id]) for one in accounts]


def fund_near(by: Actor) -> int | None:
    """What the fund of one's own community holds: a number of nobody's. None where there is none yet."""
    with as_system():
        code = (
            Person.objects.filter(pk=by.person_id).values_list("place_code", flat=True).first()
            if by.person_id
            else ""
        )
        if not code:
            return None
        books_here = [code[:n] for n in range(2, len(code) + 1)]
        found = Account.objects.filter(ledger=SAVED.name, owner=Owner.FUND, book__place_code__in=books_here)
        return found.order_by("-book__place_code").values_list("balance", flat=True).first()
