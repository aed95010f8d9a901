"""Posts: the system's administrator proposes, the security administrator grants (三权分立, GB/T 22239)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Role, require

from ..models import ADMIN_ROLES, Account, Appointment, Post, Unit
from .common import act, clean_reason, clean_scope, locked_account, stream_of

NEVER_APPOINTED = frozenset(
    {Role.ANONYMOUS, Role.RESIDENT, Role.PROXY, Role.PARTNER, Role.BOARD, Role.TV, Role.SYSTEM}
)


def appoint(
    *,
    by: Actor,
    at: datetime,
    account_id: UUID,
    role: str,
    place_code: str,
    unit_id: UUID | None = None,
    title: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Appointment:
    """Propose a post. It has no effect until the security administrator grants it (`decide_appointment`).

    Needs `posts.change` over the place. The system itself (first start, demo) appoints at once. Raises
    Invalid, NotAllowed (oneself), Conflict (what administers may hold nothing else).
    """
    code, wanted = clean_scope(place_code), _role(role)
    require(by, "posts.change", code)
    if ends_at is not None and ends_at <= (starts_at or at):
        sentence = _("结束时间应在开始时间之后。")
        raise Invalid(sentence, fields={"ends_at": sentence})
    with act():
        account = locked_account(account_id)
        unit = _unit(unit_id, wanted, at)
        _check_account(account, wanted, by, at)
        asked = Appointment(
            account=account,
            role=wanted.value,
            unit=unit,
            place_code=code,
            title=title.strip()[:64],
            starts_at=starts_at or at,
            ends_at=ends_at,
            proposed_by_id=by.account_id,
            proposed_at=at,
        )
        if by.role is Role.SYSTEM:
            _grant(asked, None, at)
        asked.save()
        _record(by, at, "appoint", asked, after=_facts(asked))
    return asked


def decide_appointment(
    *, by: Actor, at: datetime, appointment_id: UUID, granted: bool, reason: str = ""
) -> Appointment:
    """Grant or refuse a proposed post; granting makes it. Needs `posts.approve` over the place.

    Nobody decides what they proposed, nor about themselves. Refusing needs a reason.
    """
    reason = reason.strip() if granted else clean_reason(reason)
    with act():
        asked = Appointment.objects.select_for_update().filter(pk=appointment_id).first()
        if asked is None:
            raise NotFound(_("没有这项任命。"))
        require(by, "posts.approve", asked.place_code)
        if by.account_id in (asked.proposed_by_id, asked.account_id):
            raise NotAllowed(_("任命要由提出者和本人以外的人批准。"), code="two-persons")
        if asked.decided_at is not None:
            raise Conflict(_("这项任命已经有了决定。"))
        if granted:
            _check_account(locked_account(asked.account_id), Role(asked.role), by, at)
            _grant(asked, by.account_id, at)
        else:
            asked.decided_by_id, asked.decided_at, asked.granted = by.account_id, at, False
        asked.reason = reason
        asked.save()
        _record(by, at, "decide_appointment", asked, after=_facts(asked), note=reason or None)
    return asked


def end_post(*, by: Actor, at: datetime, post_id: UUID, reason: str) -> Post:
    """The post ends now. One administrator is enough to take away. Needs `posts.end` over the place."""
    require(by, "posts.end")
    reason = clean_reason(reason)
    with act():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise NotFound(_("没有这个岗位。"))
        require(by, "posts.end", post.place_code)
        if post.valid.isempty or (post.valid.upper is not None and post.valid.upper <= at):
            raise Conflict(_("这个岗位已经结束了。"))
        post.valid = (min(post.valid.lower, at), at)
        post.save(update_fields=["valid"])
        after = {"role": post.role, "place_code": post.place_code, "post": str(post.id)}
        audit.append(
            by=by, at=at, verb="people.end_post", stream=stream_of(post.account_id), after=after, note=reason
        )
    return post


def _role(text: str) -> Role:
    try:
        role = Role(text)
    except ValueError:
        raise Invalid(_("没有这个角色。"), fields={"role": _("没有这个角色。")}) from None
    if role in NEVER_APPOINTED:
        raise Invalid(_("这个角色不能任命。"), fields={"role": _("这个角色不能任命。")})
    return role


def _unit(unit_id: UUID | None, role: Role, at: datetime) -> Unit | None:
    unit = Unit.objects.filter(pk=unit_id, valid__contains=at).first() if unit_id else None
    if unit_id and unit is None:
        raise Invalid(_("没有这个单位，或者它已经撤销。"), fields={"unit": _("没有这个单位，或者它已经撤销。")})
    if unit is None and role in (Role.HANDLER, Role.UNIT_HEAD, Role.BRANCH_SECRETARY):
        raise Invalid(_("这个角色要属于一个单位。"), fields={"unit": _("这个角色要属于一个单位。")})
    return unit


def _check_account(account: Account, role: Role, by: Actor, at: datetime) -> None:
    """Residents volunteer, staff hold offices; who administers holds nothing beside it."""
    kind = Account.Kind.RESIDENT if role is Role.VOLUNTEER else Account.Kind.STAFF
    if account.kind != kind or not account.is_active:
        raise Invalid(_("这个账号不能担任这个角色。"), fields={"account": _("这个账号不能担任这个角色。")})
    if account.id == by.account_id:
        raise NotAllowed(_("不能任命自己。"), code="two-persons")
    held = Post.objects.filter(account=account, valid__overlap=DateTimeTZRange(at, None))
    others = {Role(name) for name in held.values_list("role", flat=True)} - {role}
    if others and (role in ADMIN_ROLES or others & ADMIN_ROLES):
        raise Conflict(_("系统、安全、审计管理员必须各由不同的人担任，也不能兼任其他岗位。"), code="kept-apart")


def _grant(asked: Appointment, decided_by: UUID | None, at: datetime) -> None:
    try:
        asked.post = Post.objects.create(
            account_id=asked.account_id,
            role=asked.role,
            unit_id=asked.unit_id,
            place_code=asked.place_code,
            title=asked.title,
            valid=(max(at, asked.starts_at), asked.ends_at),
            approved_by_id=decided_by,
        )
    except IntegrityError:
        raise Conflict(_("这个人在这段时间已经有这个岗位。")) from None
    asked.decided_by_id, asked.decided_at, asked.granted = decided_by, at, True


def _facts(asked: Appointment) -> dict[str, Any]:
    return {
        "appointment": str(asked.id),
        "role": asked.role,
        "place_code": asked.place_code,
        "unit": str(asked.unit_id) if asked.unit_id else None,
        "title": asked.title,
        "starts_at": asked.starts_at,
        "ends_at": asked.ends_at,
        "granted": asked.granted,
    }


def _record(
    by: Actor, at: datetime, verb: str, asked: Appointment, *, after: dict[str, Any], note: str | None = None
) -> None:
    audit.append(by=by, at=at, verb=f"people.{verb}", stream=stream_of(asked.account_id), after=after, note=note)
