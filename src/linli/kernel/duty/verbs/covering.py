"""A gap 空班 is filled: somebody is asked, or a colleague takes it of their own accord."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, require
from linli.kernel.people.models import Account

from .. import plans
from ..models import Cover, Leave, Shift
from .common import SERVES, act, colleagues, locked, must_be_colleague, one_line, planned_shift, record, when
from .planning import changing_places, let_go, must_be_free

ANSWER_WITHIN, SOON, SOON_WITHIN = timedelta(hours=2), timedelta(hours=4), timedelta(minutes=15)
"""So long somebody is asked to take a gap before the next is; and what holds for one that begins within `SOON`."""
FAIRNESS = timedelta(days=30)
"""Over so long before and after the gap a colleague's shifts are counted."""


def ask_cover(*, by: Actor, at: datetime, shift_id: UUID, account_id: UUID) -> Cover:
    """Ask somebody to take a shift that nobody has. Whoever was asked before and has not answered is asked no more.

    Needs `duty.change`. Raises Conflict (somebody has it, it is over, they are elsewhere), Invalid.
    """
    with act():
        shift = _open(planned_shift(shift_id, by), at)
        must_be_free(shift.roster, account_id, shift.starts_at, shift.ends_at, at)
        cover = _ask(shift, account_id, at)
        name = must_be_colleague(shift.roster, account_id, max(shift.starts_at, at))
        record(by, at, "ask_cover", shift, after={**when(shift), "asked": name})
    return cover


def answer_cover(*, by: Actor, at: datetime, shift_id: UUID, takes: bool, note: str = "") -> Shift:
    """Whoever was asked takes it, or not: then the next one is asked. Raises NotFound, Conflict."""
    require(by, SERVES)
    why = one_line(note, 200, "note")
    with act():
        shift = _published(shift_id)
        cover = (
            Cover.objects.select_for_update()
            .filter(shift=shift, account=by.account_id, answered_at=None, closed_at=None)
            .first()
        )
        if cover is None:
            raise NotFound(_("没有人请您补这个班，或者已经有人补上了。"))
        _open(shift, at)
        cover.answered_at, cover.takes = at, takes
        cover.save(update_fields=["answered_at", "takes"])
        if takes:
            _take(shift, by, at)
        record(
            by, at, "answer_cover", shift, after={**when(shift), "takes": takes, "who": by.name}, note=why or None
        )
        if not takes:
            ask_next(shift, at)
    return shift


def take_open(*, by: Actor, at: datetime, shift_id: UUID) -> Shift:
    """A colleague of the unit takes a gap without having been asked. Raises NotFound, Conflict."""
    require(by, SERVES)
    with act():
        shift = _open(_published(shift_id), at)
        if by.unit_id != shift.roster.unit_id:
            raise NotFound(_("没有这个班，或者不在您的管辖范围内。"))
        _take(shift, by, at)
        record(by, at, "take_open", shift, after={**when(shift), "who": by.name})
    return shift


def ask_next(shift: Shift, at: datetime) -> Cover | None:
    """Within a verb: ask the colleague who is free and has had least to do. None when there is nobody left to ask."""
    if shift.account_id is not None or shift.published_at is None or shift.ends_at <= at:
        return None
    for account_id in candidates(shift, at):
        cover = _ask(shift, account_id, at)
        record(SYSTEM, at, "ask_cover", shift, after={**when(shift), "asked": _name(shift, account_id, at)})
        return cover
    return None


def pass_on_due(*, at: datetime, limit: int = 100) -> int:
    """Who was asked to take a gap and said nothing in time is passed over, and the next is asked; the history says so. Each
    in a transaction of its own; the worker calls it. Returns how many."""
    done = 0
    while done < limit and _pass_on(at):
        done += 1
    return done


def patience(shift: Shift, at: datetime) -> timedelta:
    """How long somebody is asked before the next: less when the gap is near."""
    return SOON_WITHIN if shift.starts_at - at < SOON else ANSWER_WITHIN


def _pass_on(at: datetime) -> bool:
    with act():
        waits = Cover.objects.filter(answered_at=None, closed_at=None, asked_at__lte=at - SOON_WITHIN)
        near = Q(shift__lasts__startswith__lt=at + SOON) | Q(asked_at__lte=at - ANSWER_WITHIN)
        cover = waits.filter(near, shift__account=None, shift__lasts__endswith__gt=at).order_by("asked_at").first()
        if cover is None:
            return False
        shift = locked(cover.shift_id)
        cover = Cover.objects.select_for_update().get(pk=cover.pk)
        if cover.answered_at is not None or cover.closed_at is not None:
            return True
        cover.closed_at, cover.passed = at, True
        cover.save(update_fields=["closed_at", "passed"])
        name = Account.objects.values_list("name", flat=True).get(pk=cover.account_id)
        minutes = int((at - cover.asked_at).total_seconds() // 60)
        nobody = ask_next(shift, at) is None
        after = {**when(shift), "who": name, "minutes": minutes, "nobody": nobody}
        record(SYSTEM, at, "pass_cover", shift, after=after)
    return True


def candidates(shift: Shift, at: datetime) -> list[UUID]:
    """Who may be asked, the one with the fewest shifts around that time first: a colleague who is not on duty within
    `plans.REST` of it, not on leave, and has not said no or nothing. With the system's eyes; three queries."""
    known = colleagues(shift.roster, max(shift.starts_at, at))
    near = (shift.starts_at - plans.REST, shift.ends_at + plans.REST)
    taken = Shift.objects.filter(account__in=known, cancelled_at=None, lasts__overlap=near).values("account")
    away = Leave.objects.filter(account__in=known, state=Leave.State.GRANTED, lasts__overlap=shift.lasts).values(
        "account"
    )
    asked = Cover.objects.filter(shift=shift).exclude(takes=None, closed_at__isnull=False, passed=False)
    around = Q(
        shifts__cancelled_at=None,
        shifts__day__gte=shift.day - FAIRNESS,
        shifts__day__lte=shift.day + FAIRNESS,
    )
    rows = (
        Account.objects.filter(pk__in=known)
        .exclude(pk__in=taken)
        .exclude(pk__in=away)
        .exclude(pk__in=asked.values("account"))
        .annotate(load=Count("shifts", filter=around))
        .order_by("load", "name", "pk")
    )
    return [row.pk for row in rows]


def _name(shift: Shift, account_id: UUID, at: datetime) -> str:
    return colleagues(shift.roster, max(shift.starts_at, at)).get(account_id, "")


def _ask(shift: Shift, account_id: UUID, at: datetime) -> Cover:
    Cover.objects.filter(shift=shift, answered_at=None, closed_at=None).exclude(account=account_id).update(
        closed_at=at
    )
    cover, _made = Cover.objects.update_or_create(
        shift=shift, account_id=account_id,
        defaults={"asked_at": at, "answered_at": None, "takes": None, "closed_at": None, "passed": False},
    )  # fmt: skip
    return cover


def _take(shift: Shift, by: Actor, at: datetime) -> None:
    assert by.account_id is not None
    must_be_free(shift.roster, by.account_id, shift.starts_at, shift.ends_at, at)
    shift.account_id, shift.reason = by.account_id, ""
    with changing_places():
        shift.save(update_fields=["account", "reason"])
    let_go(shift, at)


def _published(shift_id: UUID) -> Shift:
    if not Shift.objects.filter(pk=shift_id, published_at__isnull=False).exists():
        raise NotFound(_("没有这个班，或者不在您的管辖范围内。"))
    return locked(shift_id)


def _open(shift: Shift, at: datetime) -> Shift:
    if shift.cancelled_at is not None:
        raise Conflict(_("这个班已经取消：%(why)s") % {"why": shift.reason}, code="cancelled")
    if shift.account_id is not None:
        raise Conflict(_("这个班已经有人值了。"), code="taken")
    if shift.ends_at <= at:
        raise Conflict(_("这个班已经过去了。"), code="over")
    if shift.published_at is None:
        raise Invalid(_("这个月还没有公布，请直接在表里排人。"), code="draft")
    return shift
