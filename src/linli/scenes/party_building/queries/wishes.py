"""Wishes as pages show them: what may be claimed near by, one's own, what one claimed, what waits for the checker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require
from linli.kernel.people.models import Unit
from linli.kernel.sealed import unseal

from ..models import Asker, Claim, Wish
from ..verbs.common import own
from ..verbs.wishing import CHECKS, CLAIMS
from .own import own_member

OPEN = ("published", "claimed", "fulfilled", "thanked")


@dataclass(frozen=True, slots=True)
class Row:
    """A wish as everybody sees it, and its claim. `by` names the organisation; a member is "一位党员"."""

    wish: Wish
    claim: Claim | None

    @property
    def by(self) -> str:
        if self.claim is None:
            return ""
        return self.claim.organisation.name if self.claim.organisation else _("一位党员")

    def late(self, today: date) -> bool:
        return self.claim is not None and self.claim.done_at is None and self.claim.due_on < today


def listing(by: Actor, *, place_code: str, state: str = "", limit: int = 100) -> list[Row]:
    """Published wishes of a place, those to claim first. Two queries; nobody is named."""
    found = Wish.objects.filter(place_code__startswith=place_code, state__in=OPEN)
    rows = list((found.filter(state=state) if state else found).order_by("-checked_at")[:limit])
    order = {name: n for n, name in enumerate(OPEN)}
    return sorted(_with_claims(rows), key=lambda row: order[row.wish.state])


def _with_claims(wishes: list[Wish]) -> list[Row]:
    claims = Claim.objects.filter(wish__in=wishes, given_back_at=None).select_related("organisation")
    known = {claim.wish_id: claim for claim in claims}
    return [Row(wish, known.get(wish.id)) for wish in wishes]


def to_check(by: Actor) -> list[Wish]:
    """Wishes that wait for the checker, and those that wait for thanks, the oldest first. One query."""
    require(by, CHECKS)
    found = Wish.objects.filter(state__in=("asked", "fulfilled"))
    return list(found.filter(place_code__startswith=by.scope if by.scope != "*" else "").order_by("asked_at")[:200])


def claimed(by: Actor) -> list[Row]:
    """What one's organisation, or one as a member, claimed; the open first. Two queries beside who one is."""
    require(by, CLAIMS)
    mine, member = own(by), own_member(by)
    if mine is None and member is None:
        return []
    with as_system():
        found = Claim.objects.filter(organisation=mine) if mine else Claim.objects.filter(member=member)
        rows = list(
            found.filter(given_back_at=None).select_related("wish", "organisation").order_by("due_on")[:100]
        )
    order = {"claimed": 0, "fulfilled": 1, "thanked": 2}
    return sorted((Row(row.wish, row) for row in rows), key=lambda row: order.get(row.wish.state, 3))


@dataclass(frozen=True, slots=True)
class Own:
    """One's own wish, in one's own words."""

    wish: Wish
    words: str
    by: str
    claim: Claim | None


def own_wishes(by: Actor) -> list[Own]:
    """What one asked, the latest first. Two queries."""
    if by.person_id is None:
        return []
    with as_system():
        rows = list(
            Asker.objects.filter(person=by.person_id).select_related("wish").order_by("-wish__asked_at")[:50]
        )
        known = {row.wish.id: row for row in _with_claims([asker.wish for asker in rows])}
    return [Own(a.wish, unseal(a.words_sealed), known[a.wish.id].by, known[a.wish.id].claim) for a in rows]


@dataclass(frozen=True, slots=True)
class Whole:
    """A wish on its page, with whom to turn to: contact goes through the neighbourhood, never to the asker."""

    row: Row
    through: str
    phone: str
    mine: bool


def whole(by: Actor, wish_id: UUID) -> Whole:
    """One wish, as far as the actor sees it. Raises NotFound."""
    wish = Wish.objects.filter(pk=wish_id).first()
    if wish is None:
        raise NotFound(_("没有这个心愿。"))
    row = _with_claims([wish])[0]
    mine, member = own(by), own_member(by)
    held = row.claim is not None and (
        (mine is not None and row.claim.organisation_id == mine.id)
        or (member is not None and row.claim.member_id == member.id)
    )
    unit = (
        Unit.objects.filter(place_code=wish.place_code, kind="committee").order_by("valid").first()
        if held
        else None
    )
    return Whole(row, unit.name if unit else "", unit.phone if unit else "", held)


@dataclass(frozen=True, slots=True)
class Figures:
    """How wishes went at a place, of those asked since a day: late counts against, small numbers are shown whole because
    they name nobody."""

    asked: int
    open: int
    claimed: int
    thanked: int


def figures(place_code: str, since: datetime) -> Figures:
    found = Wish.objects.filter(place_code__startswith=place_code, asked_at__gte=since).aggregate(
        asked=Count("pk"), open=Count("pk", filter=Q(state="published")),
        claimed=Count("pk", filter=Q(state__in=("claimed", "fulfilled"))), thanked=Count("pk", filter=Q(state="thanked")),
    )  # fmt: skip
    return Figures(**found)
