"""The time bank between neighbours: help is asked for, offered, agreed, said to be done by both, and the minutes move."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import SYSTEM, Actor, Conflict, NotAllowed, NotFound, covers, require
from linli.kernel.people.models import Person
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Account

from ..kinds import KINDS
from ..models import Offer, Request
from ..points import SAVED
from ..told import tell_settled
from .common import JOINS, REVIEWS, act, living, text_of, wrong
from .promises import call_off, keep
from .recording import registered

NEIGHBOURHOOD, STREET = 12, 9
HELD = timedelta(days=30)
"""So long after its end what was promised is held for both to say that it is done."""


def ask_help(
    *, by: Actor, at: datetime, kind: str, what: str, starts_at: datetime, ends_at: datetime, minutes: int
) -> Request:
    """求助: what, when, and how many minutes of one's saved time it is worth. Volunteers of the street see it without the name
    and the door. Raises Invalid, Conflict (not so much saved)."""
    require(by, JOINS)
    said = text_of(what, 200, "what")
    if kind not in KINDS:
        raise wrong("kind", _("请选择服务类别。"))
    if not at < starts_at < ends_at <= starts_at + timedelta(days=1):
        raise wrong("ends_at", _("请选将来的一段时间，最长 24 小时。"))
    if not 1 <= minutes <= (ends_at - starts_at).total_seconds() // 60:
        raise wrong("minutes", _("分钟数在 1 和这段时间之间。"))
    with act():
        person = living(by.person_id)
        saved = _account(person, at)
        open_ones = Request.objects.filter(person=person, state="open").values_list("minutes", flat=True)
        if sum(open_ones) + minutes > saved.available:
            left = max(0, saved.available - sum(open_ones))
            raise Conflict(_("您存的时间还能用 %(n)d 分钟。") % {"n": left}, code="saved")
        request = Request.objects.create(
            person=person, place_code=person.place_code[:NEIGHBOURHOOD], kind=kind, what=said,
            lasts=(starts_at, ends_at), minutes=minutes, asked_at=at,
        )  # fmt: skip
        request.refresh_from_db()
        _record(by, at, "ask_help", request, after={"kind": kind, "minutes": minutes})
    return request


def offer_help(*, by: Actor, at: datetime, request_id: UUID) -> Offer:
    """我能帮: a volunteer of the same street. Twice is once. Raises NotFound, Conflict."""
    require(by, JOINS)
    with act():
        person = living(by.person_id)
        request = Request.objects.select_for_update().filter(pk=request_id).first()
        if request is None or not request.place_code.startswith(person.place_code[:STREET] or "-"):
            raise NotFound(_("没有这个求助，或者不在您附近。"))
        if request.person_id == person.id:
            raise NotAllowed(_("不能帮自己的忙。"), code="self")
        if request.state != Request.State.OPEN or at >= request.lasts.lower:
            raise Conflict(_("这个求助已经有人帮，或者过了时间。"), code="state")
        registered(person, at)
        offer, new = Offer.objects.get_or_create(request=request, person=person, defaults={"offered_at": at})
        if new:
            _record(by, at, "offer_help", request, persons=[person.id])
    return offer


def choose_helper(*, by: Actor, at: datetime, request_id: UUID, person_id: UUID) -> Request:
    """选定: the asker chooses; the minutes are promised and held. Each then sees the other's name. Raises NotFound, Conflict
    (not so much saved; the helper helps elsewhere at that time)."""
    with act():
        request = _held(request_id)
        _must_be(by, request.person_id)
        if request.state == Request.State.AGREED and request.helper_id == person_id:
            return request
        _must_stand(request, Request.State.OPEN)
        offer = request.offers.select_related("person").filter(person=person_id, person__erased_at=None).first()
        if offer is None:
            raise NotFound(_("此人没有说能帮。"))
        asker = Person.objects.get(pk=request.person_id)
        promised = points.transfer(
            by=SYSTEM, at=at, key=f"help:{request.id}", source_id=_account(asker, at).id,
            target_id=_account(offer.person, at).id, amount=request.minutes, kind="give", reason=request.what[:100],
            pending=True, lapses_at=request.lasts.upper + HELD,
        )  # fmt: skip
        request.state, request.helper_id, request.agreed_at = Request.State.AGREED, person_id, at
        request.transfer = promised.id
        try:
            with transaction.atomic():
                request.save(update_fields=["state", "helper", "agreed_at", "transfer"])
        except IntegrityError:
            raise Conflict(_("此人那段时间已经约了别人。"), code="overlap") from None
        _record(by, at, "choose_helper", request, persons=[person_id])
    return request


def say_done(*, by: Actor, at: datetime, request_id: UUID, minutes: int) -> Request:
    """做完了: each of the two says how many minutes it was, at most what was promised. When both say the same they move; when
    they differ a second person decides. Raises NotFound, Conflict (before it began), Invalid."""
    with act():
        request = _held(request_id)
        mine = _side(by, request)
        if request.state == Request.State.DONE:
            return request
        _must_stand(request, Request.State.AGREED)
        if at < request.lasts.lower:
            raise Conflict(_("还没到约好的时间。"), code="early")
        if not 0 <= minutes <= request.minutes:
            raise wrong("minutes", _("0 到 %(n)d 分钟：不超过约好的。") % {"n": request.minutes})
        setattr(request, mine, minutes)
        request.save(update_fields=[mine])
        _record(by, at, "say_done", request, after={"minutes": minutes})
        said = (request.said_by_asker, request.said_by_helper)
        if None not in said:
            if said[0] == said[1]:
                _move(request, minutes, at)
            else:
                request.state = Request.State.DISPUTED
                request.save(update_fields=["state"])
    return request


def decide_help(*, by: Actor, at: datetime, request_id: UUID, minutes: int, reason: str) -> Request:
    """说法不一时由第三人决定: needs `volunteering.review` there, and is neither of the two. Raises NotFound, NotAllowed, Invalid."""
    require(by, REVIEWS)
    why = text_of(reason, 200, "reason")
    with act():
        request = _held(request_id)
        if not covers(by, request.place_code):
            raise NotFound(_("没有这个求助，或者不在您附近。"))
        _must_stand(request, Request.State.DISPUTED)
        involved = Person.objects.filter(pk__in=[request.person_id, request.helper_id]).values_list(
            "account", flat=True
        )
        if by.account_id is None or by.account_id in set(involved):
            raise NotAllowed(_("要由这两个人以外的人决定。"), code="two-persons")
        if not 0 <= minutes <= request.minutes:
            raise wrong("minutes", _("0 到 %(n)d 分钟：不超过约好的。") % {"n": request.minutes})
        request.decided_by_id, request.reason = by.account_id, why
        request.save(update_fields=["decided_by", "reason"])
        _move(request, minutes, at)
        _record(by, at, "decide_help", request, after={"minutes": minutes}, note=why)
        tell_settled(request, minutes, why, by=by, at=at)
    return request


def cancel_help(*, by: Actor, at: datetime, request_id: UUID, reason: str = "") -> Request:
    """取消: the asker always before it begins, the helper too; what was promised is free again."""
    why = text_of(reason, 200, "reason", needed=False)
    with act():
        request = _held(request_id)
        _side(by, request)
        if request.state not in (Request.State.OPEN, Request.State.AGREED):
            raise Conflict(_("这个求助已经结束，或者正在处理。"), code="state")
        if request.state == Request.State.AGREED and at >= request.lasts.lower:
            raise Conflict(_("已经开始了：做完后请各自说明做了多久。"), code="began")
        if request.transfer is not None:
            call_off(request.transfer, at)
        request.state, request.ended_at, request.reason = Request.State.CANCELLED, at, why
        request.save(update_fields=["state", "ended_at", "reason"])
        _record(by, at, "cancel_help", request, note=why or None)
    return request


def _move(request: Request, minutes: int, at: datetime) -> None:
    """Keep what was promised. Where it is less, or nobody said so in time and the promise lapsed, just so much is given."""
    assert request.transfer is not None and request.helper_id is not None
    if minutes != request.minutes or not keep(request.transfer, at):
        call_off(request.transfer, at)
        if minutes:
            asker, helper = (Person.objects.get(pk=pk) for pk in (request.person_id, request.helper_id))
            points.transfer(
                by=SYSTEM, at=at, key=f"help:{request.id}:less", source_id=_account(asker, at).id,
                target_id=_account(helper, at).id, amount=minutes, kind="give", reason=request.what[:100],
            )  # fmt: skip
    request.state, request.moved, request.ended_at = Request.State.DONE, minutes, at
    request.save(update_fields=["state", "moved", "ended_at"])


def _account(person: Person, at: datetime) -> Account:
    return points.open_account(
        by=SYSTEM, at=at, ledger=SAVED.name, person_id=person.id, place_code=person.place_code
    )


def _held(request_id: UUID) -> Request:
    request = Request.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotFound(_("没有这个求助，或者不在您附近。"))
    return request


def _must_be(by: Actor, person_id: UUID) -> None:
    require(by, JOINS)
    if by.person_id != person_id:
        raise NotFound(_("没有这个求助，或者不在您附近。"))
    if by.on_behalf:
        raise NotAllowed(_("积分要由本人确认使用。"), code="own")


def _side(by: Actor, request: Request) -> str:
    """Which of the two the actor is. Raises NotFound for anybody else."""
    if by.person_id == request.person_id:
        _must_be(by, request.person_id)
        return "said_by_asker"
    if request.helper_id is not None:
        _must_be(by, request.helper_id)
        return "said_by_helper"
    raise NotFound(_("没有这个求助，或者不在您附近。"))


def _must_stand(request: Request, state: str) -> None:
    if request.state != state:
        raise Conflict(_("这个求助已经结束，或者正在处理。"), code="state")


def _record(
    by: Actor, at: datetime, verb: str, request: Request, *, persons: list[UUID] | None = None, **what: object
) -> None:
    known = {request.person_id, *([request.helper_id] if request.helper_id else []), *(persons or [])}
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=request.stream, place_code=request.place_code,
        person_ids=sorted(known, key=str), **what,  # type: ignore[arg-type]
    )  # fmt: skip
