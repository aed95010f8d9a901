"""Wishes: asked by a resident or for them, checked by the neighbourhood's social worker, published without exposing anybody,
withdrawn, thanked for."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import REPORTERS, Actor, Conflict, NotFound, covers, require
from linli.kernel.people import numbers
from linli.kernel.people.models import Person
from linli.kernel.people.verbs.common import clean_reason
from linli.kernel.places import queries as places
from linli.kernel.sealed import seal, unseal

from ..models import Asker, Claim, Wish, WishKind
from ..told import tell_wish
from .common import act, refuse, text_of
from .rewarding import Earned, reward

ASKS, ASKS_FOR, CHECKS, CLAIMS = "wishes.ask", "wishes.ask_for", "wishes.check", "wishes.claim"
HOOD = 12
OPEN_MOST = 3
"""Wishes of one person that are not ended yet."""


def ask_wish(
    *, by: Actor, at: datetime, kind: str, words: str, phone: str = "", person_id: UUID | None = None
) -> Wish:  # fmt: skip
    """A wish, in the asker's own words, which only the checker reads. Staff ask for somebody of their place (`person_id`).

    The neighbourhood is where the person is registered. Raises Invalid by field, NotFound, Conflict (three are open).
    """
    said = text_of(words, 500, "words")
    if kind not in WishKind.values:
        refuse("kind", _("请从列表中选择。"))
    digits = numbers.telephone(phone) if phone.strip() else ""
    if digits is None:
        refuse("phone", _("电话应是 11 位手机号，或带区号的固定电话。"))
    require(by, ASKS_FOR if person_id else ASKS)
    with act():
        person = Person.objects.filter(pk=person_id or by.person_id, erased_at=None).first()
        if person is None or (person_id and not covers(by, person.place_code)):
            raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
        if len(person.place_code) < HOOD:
            refuse("words", _("还不知道您住在哪个居村，请先到居委会登记住址。"))
        ended = (Wish.State.DECLINED, Wish.State.WITHDRAWN, Wish.State.THANKED)
        if Asker.objects.filter(person=person).exclude(wish__state__in=ended).count() >= OPEN_MOST:
            raise Conflict(_("已有 %(n)d 个心愿在办，请等它们实现。") % {"n": OPEN_MOST}, code="open")
        wish = Wish.objects.create(place_code=person.place_code[:HOOD], kind=kind, asked_at=at)
        Asker.objects.create(
            wish=wish, person=person, words_sealed=seal(said), asked_by_id=by.account_id if person_id else None,
            contact_sealed=seal(json.dumps({"phone": digits})) if digits else None,
        )  # fmt: skip
        record_wish(by, at, "ask", wish, person, own=not person_id)
    return wish


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, as the checker reads it: for one wish, and written down."""

    wish: Wish
    name: str
    address: str
    phone: str
    words: str


def read_asker(*, by: Actor, at: datetime, wish_id: UUID, purpose: str) -> Asked:
    """Who asked a wish and in which words. Needs `wishes.check` at the neighbourhood; the person reads that it was read.

    Raises NotFound, Invalid without a purpose.
    """
    require(by, CHECKS)
    why = clean_reason(purpose, "purpose")
    with act():
        wish = _at(wish_id, by)
        asker = Asker.objects.select_related("person").get(wish=wish)
        person = asker.person
        if person is not None:
            audit.append(
                by=by, at=at, verb="wishes.read_asker", stream=f"person:{person.id}", place_code=person.place_code,
                person_ids=[person.id], after={"purpose": why},
            )  # fmt: skip
        contact = json.loads(unseal(asker.contact_sealed)) if asker.contact_sealed else {}
        phone = contact.get("phone") or (unseal(person.phone_sealed) if person and person.phone_sealed else "")
        return Asked(
            wish, person.name if person else _("已注销"), places.label(person.place_code) if person else "", phone,
            unseal(asker.words_sealed),
        )  # fmt: skip


def publish_wish(*, by: Actor, at: datetime, wish_id: UUID, title: str, text: str = "") -> Wish:
    """核实后公开, in words of the checker's. They may not hold the asker's name, a number to call, or where they live.

    Raises NotFound, Invalid (what they hold), Conflict.
    """
    heading, words = text_of(title, 40, "title"), text_of(text, 300, "text", needed=False)
    with act():
        wish = _at(wish_id, by, (Wish.State.ASKED,))
        asker = Asker.objects.select_related("person").get(wish=wish)
        for field, value in (("title", heading), ("text", words)):
            if found := exposes(value, asker.person):
                refuse(field, _("公开的文字里不能有%(what)s，请改写。") % {"what": found})
        wish.title, wish.text, wish.state = heading, words, Wish.State.PUBLISHED
        wish.checked_at, wish.checked_by_id = at, by.account_id
        wish.save(update_fields=["title", "text", "state", "checked_at", "checked_by"])
        record_wish(by, at, "publish", wish, asker.person, after={"title": heading})
    return wish


def decline_wish(*, by: Actor, at: datetime, wish_id: UUID, reason: str) -> Wish:
    """不予公开, for a reason the asker reads. Raises NotFound, Invalid, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        wish = _at(wish_id, by, (Wish.State.ASKED,))
        wish.state, wish.reason, wish.checked_at, wish.checked_by_id, wish.ended_at = (
            "declined",
            why,
            at,
            by.account_id,
            at,
        )
        wish.save(update_fields=["state", "reason", "checked_at", "checked_by", "ended_at"])
        record_wish(by, at, "decline", wish, wish.asker.person, note=why)
    return wish


def withdraw_wish(*, by: Actor, at: datetime, wish_id: UUID) -> Wish:
    """撤回 by who asked, as long as nobody claimed it. Raises NotFound, Conflict."""
    with act():
        wish = _own(wish_id, by, (Wish.State.ASKED, Wish.State.PUBLISHED))
        wish.state, wish.ended_at = Wish.State.WITHDRAWN, at
        wish.save(update_fields=["state", "ended_at"])
        record_wish(by, at, "withdraw", wish, wish.asker.person, own=True)
    return wish


def thank(*, by: Actor, at: datetime, wish_id: UUID, stars: int, words: str = "") -> Wish:
    """确认并感谢 by who asked; or the checker says for them that it is fulfilled. It ends, and whoever did it gets points.

    The words are shown with it: they are checked for a name and a number as well. Raises NotFound, Invalid, Conflict.
    """
    said = text_of(words, 300, "words", needed=False)
    if not 1 <= stars <= 5:
        refuse("stars", _("请选择一到五颗星。"))
    with act():
        own = by.role in REPORTERS
        wish = (_own if own else _at)(wish_id, by, (Wish.State.FULFILLED,))
        if found := exposes(said, wish.asker.person):
            refuse("words", _("公开的文字里不能有%(what)s，请改写。") % {"what": found})
        wish.state, wish.stars, wish.thanks, wish.ended_at = Wish.State.THANKED, stars, said, at
        wish.save(update_fields=["state", "stars", "thanks", "ended_at"])
        record_wish(by, at, "thank", wish, wish.asker.person, own=own, after={"stars": stars})
        claim = Claim.objects.select_related("member", "organisation").get(wish=wish, given_back_at=None)
        if claim.member is not None and claim.done_at is not None:
            earned = Earned(claim.member, "wish-fulfilled", "wish", str(wish.id), claim.done_at)
            reward([earned], at=at, place_code=wish.place_code)
    return wish


def exposes(text: str, person: Person | None) -> str:
    """What in a text would say who asked: "姓名", "电话号码", "门牌地址"; "" for nothing."""
    plain = unicodedata.normalize("NFKC", text)
    if person is not None and len(person.name) >= 2 and person.name in plain:
        return _("姓名")
    if re.search(r"\d{7,}", re.sub(r"[\s\-]", "", plain)):
        return _("电话号码")
    if re.search(r"\d+\s*(弄|号|栋|幢|单元|室|楼)", plain):
        return _("门牌地址")
    names = places.path(person.place_code)[5:] if person is not None else ()
    return _("门牌地址") if any(len(name) >= 3 and name in plain for name in names) else ""


def _at(wish_id: UUID, by: Actor, states: tuple[str, ...] = ()) -> Wish:
    """A wish of the checker's place, held."""
    require(by, CHECKS)
    wish = Wish.objects.select_for_update(of=("self",)).filter(pk=wish_id).first()
    if wish is None or not covers(by, wish.place_code):
        raise NotFound(_("没有这个心愿，或者不在您的居村。"))
    return _in(wish, states)


def _own(wish_id: UUID, by: Actor, states: tuple[str, ...]) -> Wish:
    require(by, ASKS)
    wish = Wish.objects.select_for_update(of=("self",)).filter(pk=wish_id, asker__person=by.person_id).first()
    if wish is None or by.person_id is None:
        raise NotFound(_("没有这个心愿。"))
    return _in(wish, states)


def _in(wish: Wish, states: tuple[str, ...]) -> Wish:
    if states and wish.state not in states:
        given = {"state": Wish.State(wish.state).label}
        raise Conflict(_("这个心愿现在是“%(state)s”，不能这样做。") % given, code="state")
    return wish


def record_wish(
    by: Actor, at: datetime, verb: str, wish: Wish, person: Person | None = None, *, own: bool = False,
    after: dict[str, object] | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """In the wish's history, which the neighbourhood and who asked read; an asker is not named in it."""
    who = replace(by, name="", address="", account_id=None, person_id=None) if own else by
    audit.append(
        by=who, at=at, verb=f"wishes.{verb}", stream=wish.stream, place_code=wish.place_code,
        person_ids=[person.id] if person else [], after={"state": wish.state, **(after or {})}, note=note,
    )  # fmt: skip
    tell_wish(verb, wish, person, by=by, at=at, whose=str((after or {}).get("by", "")), why=note or "")
