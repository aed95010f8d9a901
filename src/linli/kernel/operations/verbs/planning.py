"""An operation is drafted, its plan written, its units named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, require
from linli.kernel.people.models import Account, Post
from linli.kernel.places import queries as places

from ..models import Operation, Party, Step
from .common import CHANGES, act, held, record, text_of, units_at


def draft_operation(
    *,
    by: Actor,
    at: datetime,
    title: str,
    purpose: str,
    place_code: str,
    starts_at: datetime,
    ends_at: datetime,
    lead_id: UUID,
    unit_ids: Sequence[UUID],
    spots: Sequence[str] = (),
    meet: str = "",
) -> Operation:
    """A draft that only those who run it see as theirs. The lead's unit takes part by itself; at least two units do.

    Needs `operations.change` at the place. Raises Invalid by field.
    """
    require(by, CHANGES)
    name, what = text_of(title, 80, "title"), text_of(purpose, 1000, "purpose")
    where = text_of(meet, 120, "meet", needed=False)
    _check_times(starts_at, ends_at, at)
    with act():
        code = places.now_called(place_code.strip())
        if code is None:
            raise Invalid(_("没有这个地点。"), fields={"place_code": _("没有这个地点。")})
        require(by, CHANGES, code)
        lead, lead_unit = _lead(lead_id, starts_at)
        units = units_at(list(dict.fromkeys([lead_unit, *unit_ids])), at, "unit_ids")
        if len(units) < 2:
            sentence = _("联合行动至少有两个单位参加。")
            raise Invalid(sentence, fields={"unit_ids": sentence})
        operation = Operation.objects.create(
            title=name, purpose=what, place_code=code, spots=_spots(spots, code), meet=where, starts_at=starts_at,
            ends_at=ends_at, lead=lead, lead_unit_id=lead_unit, made_at=at, made_by_id=by.account_id,
        )  # fmt: skip
        Party.objects.bulk_create([Party(operation=operation, unit=unit) for unit in units])
        after = {"title": name, "lead": lead.name, "units": [unit.name for unit in units], "starts": starts_at}
        record(by, at, "draft", operation, after=after)
    return operation


def change_operation(
    *,
    by: Actor,
    at: datetime,
    operation_id: UUID,
    title: str,
    purpose: str,
    starts_at: datetime,
    ends_at: datetime,
    meet: str = "",
) -> Operation:
    """Another title, purpose, time or meeting point, before it runs. The lead may, or who may change operations there."""
    name, what = text_of(title, 80, "title"), text_of(purpose, 1000, "purpose")
    where = text_of(meet, 120, "meet", needed=False)
    _check_times(starts_at, ends_at, at)
    with act():
        operation = held(operation_id, by, "change")
        before = {"title": operation.title, "starts": operation.starts_at, "ends": operation.ends_at}
        operation.title, operation.purpose, operation.meet = name, what, where
        operation.starts_at, operation.ends_at = starts_at, ends_at
        operation.save()
        record(
            by, at, "change", operation, before=before, after={"title": name, "starts": starts_at, "ends": ends_at}
        )
    return operation


def add_step(
    *,
    by: Actor,
    at: datetime,
    operation_id: UUID,
    title: str,
    unit_id: UUID,
    account_id: UUID | None = None,
    due_at: datetime | None = None,
    photo: bool = False,
) -> Step:
    """One line more of the plan, of a unit that takes part; `account_id` names one of its people. Raises Invalid."""
    name = text_of(title, 120, "title")
    with act():
        operation = held(operation_id, by, "plan")
        if not operation.parties.filter(unit=unit_id).exists():
            sentence = _("这个单位没有参加行动。")
            raise Invalid(sentence, fields={"unit_id": sentence})
        if (
            account_id is not None
            and not Post.objects.filter(account=account_id, unit=unit_id, valid__contains=at).exists()
        ):
            sentence = _("此人不在这个单位任职。")
            raise Invalid(sentence, fields={"account_id": sentence})
        number = (operation.steps.aggregate(last=Max("number"))["last"] or 0) + 1
        if number > 60:
            raise Conflict(_("一次行动最多 60 步。"), code="steps")
        step = Step.objects.create(
            operation=operation, number=number, title=name, unit_id=unit_id, account_id=account_id, due_at=due_at,
            photo=photo,
        )  # fmt: skip
        record(by, at, "add_step", operation, after={"step": name, "number": number, "photo": photo})
    return step


def drop_step(*, by: Actor, at: datetime, step_id: UUID) -> None:
    """A line of the plan is taken out, while it is not done. Raises NotFound, Conflict."""
    with act():
        step = Step.objects.filter(pk=step_id).first()
        if step is None:
            raise NotFound(_("没有这一步。"))
        operation = held(step.operation_id, by, "plan")
        step.refresh_from_db()
        if step.done_at is not None:
            raise Conflict(_("已经完成的步骤不能删。"), code="done")
        record(by, at, "drop_step", operation, before={"step": step.title, "number": step.number})
        step.delete()


def _lead(lead_id: UUID, at: datetime) -> tuple[Account, UUID]:
    post = (
        Post.objects.select_related("account")
        .filter(account=lead_id, unit__isnull=False, valid__contains=at, account__is_active=True)
        .order_by("place_code", "pk")
        .first()
    )
    if post is None or post.unit_id is None:
        sentence = _("负责人那时候要在一个单位任职。")
        raise Invalid(sentence, fields={"lead_id": sentence})
    return post.account, post.unit_id


def _spots(spots: Sequence[str], within: str) -> list[str]:
    found = []
    for spot in dict.fromkeys(s.strip() for s in spots if s.strip()):
        code = places.now_called(spot)
        if code is None or not places.lies_in(code, within):
            sentence = _("地点 %(code)s 不在行动的范围里。") % {"code": spot[:30]}
            raise Invalid(sentence, fields={"spots": sentence})
        found.append(code)
    return found[:30]


def _check_times(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= starts_at:
        sentence = _("结束时间应在开始时间之后。")
        raise Invalid(sentence, fields={"ends_at": sentence})
    if ends_at <= at:
        sentence = _("行动的时间已经过去了。")
        raise Invalid(sentence, fields={"ends_at": sentence})
