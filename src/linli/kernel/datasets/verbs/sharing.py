"""Sharing: a unit asks, the owner decides, access ends by itself; whoever takes something leaves a trace."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound, Via, require
from linli.kernel.access.lines import clean_line
from linli.kernel.people.models import Unit
from linli.kernel.sealed import fingerprint, unseal

from ..declared import Declared
from ..masking import masked
from ..models import Dataset, Row, Share, Use
from .common import act, near, record

LONGEST = timedelta(days=366)
PREFIX = "ls_"
"""Lets secret scanners recognise a share's key in a text."""
PAGE = 1_000


def ask(
    *, by: Actor, at: datetime, dataset_id: UUID, fields: Sequence[str], purpose: str, until: datetime
) -> Share:
    """Ask for fields of another unit's data set, within one's own place. Needs `datasets.read` and a unit; raises
    Invalid (fields, purpose, until), Conflict (asked already)."""
    require(by, "datasets.read")
    purpose = clean_line(purpose, "purpose", least=4)
    if not at < until <= at + LONGEST:
        sentence = _("期限应在今天之后、一年之内。")
        raise Invalid(sentence, fields={"until": sentence})
    with act():
        dataset = Dataset.objects.select_for_update(of=("self",)).filter(pk=dataset_id, closed_at=None).first()
        if dataset is None or not near(by, dataset.place_code):
            raise NotFound(_("没有这个数据集，或者它与您的辖区无关。"))
        unit = Unit.objects.filter(pk=by.unit_id, valid__contains=at).first() if by.unit_id else None
        if unit is None or by.account_id is None:
            raise NotAllowed(_("您现在的岗位不属于任何单位，不能申请数据。"), code="role")
        if unit.id == dataset.owner_id:
            raise Invalid(_("这是本单位的数据集，不用申请。"))
        asked = _fields(dataset.declared, fields)
        if Share.objects.filter(dataset=dataset, unit=unit, state=Share.State.ASKED).exists():
            raise Conflict(_("本单位已经申请过这个数据集，正等归属单位审批。"))
        share = Share.objects.create(
            dataset=dataset,
            unit=unit,
            place_code=max(unit.place_code, dataset.place_code, key=len),
            purpose=purpose,
            asked=asked,
            asked_until=until,
            asked_at=at,
            asked_by=by.account_id,
            asked_name=by.name,
        )
        _record(by, at, "ask_share", share, after={"fields": asked, "until": until}, note=purpose)
    return share


def approve(
    *, by: Actor, at: datetime, share_id: UUID, fields: Sequence[str], until: datetime | None = None
) -> Share:
    """Let the unit have these fields, at most those it asked for, and no longer than it asked for."""
    with act():
        share = _to_decide(share_id, by)
        granted = [name for name in share.asked if name in set(fields)]
        if not granted:
            raise Invalid(_("至少给一个字段；一个都不给，请选“不同意”。"), fields={"fields": _("请至少勾选一项。")})
        ends = min(until or share.asked_until, share.asked_until)
        if ends <= at:
            raise Invalid(_("期限已经过了。"), fields={"until": _("期限已经过了。")})
        share.state, share.granted, share.ends_at = Share.State.APPROVED, granted, ends
        _decided(share, by, at)
        _record(by, at, "approve_share", share, after={"fields": granted, "until": ends})
    return share


def refuse(*, by: Actor, at: datetime, share_id: UUID, reason: str) -> Share:
    """Say no, and why."""
    reason = clean_line(reason, "reason")
    with act():
        share = _to_decide(share_id, by)
        share.state, share.reason = Share.State.REFUSED, reason
        _decided(share, by, at)
        _record(by, at, "refuse_share", share, note=reason)
    return share


def end(*, by: Actor, at: datetime, share_id: UUID, reason: str) -> Share:
    """Take access back before its time: the owner, or the unit itself when it needs it no more."""
    reason = clean_line(reason, "reason")
    with act():
        share = _locked(share_id)
        if share.unit_id != by.unit_id:
            _require_owner(by, share)
        if not share.runs(at):
            raise Conflict(_("这个共享没有在用。"))
        share.state, share.reason, share.key_print = Share.State.ENDED, reason, None
        share.save()
        _record(by, at, "end_share", share, note=reason)
    return share


def make_key(*, by: Actor, at: datetime, share_id: UUID) -> tuple[Share, str]:
    """A key for the unit's program; told once, in place of the one before."""
    with act():
        share = _mine(share_id, by)
        if not share.runs(at):
            raise Conflict(_("这个共享没有在用。"))
        plain = PREFIX + secrets.token_urlsafe(32)
        share.key_print = fingerprint(f"share:{plain}")
        share.save(update_fields=["key_print"])
        _record(by, at, "make_share_key", share)
    return share, plain


@dataclass(frozen=True, slots=True)
class Given:
    """What was given of a share: (name, label) of the fields, and rows of values in that order."""

    share: Share
    heads: list[tuple[str, str]]
    rows: list[list[Any]]
    after: str


def download(*, by: Actor, at: datetime, share_id: UUID) -> Given:
    """All rows of a share, for somebody of the unit. Written down as a use, and in the data set's history."""
    with act():
        share = _mine(share_id, by)
        if not share.runs(at):
            raise Conflict(_("这个共享没有在用。"))
        rows = list(_rows(share))
        _used(share, at, "download", len(rows), by)
    return Given(share, _heads(share), rows, "")


def give(*, key: str, at: datetime, after: str = "", address: str = "") -> Given:
    """A page of rows for a program with the share's key. Raises NotAllowed for a key that is none or is over."""
    with act():
        share = (
            Share.objects.select_for_update(of=("self",))
            .select_related("dataset", "unit")
            .filter(key_print=fingerprint(f"share:{key}"))
            .first()
        )
        if share is None or not share.runs(at):
            raise NotAllowed(_("密钥无效，或共享已到期、已收回。"), code="share")
        rows = list(_rows(share, after=after, limit=PAGE + 1))
        more = len(rows) > PAGE
        rows = rows[:PAGE]
        by = replace(SYSTEM, name=share.unit.name, via=Via.API, address=address)
        _used(share, at, "api", len(rows), by)
        last = _last_key(share, after) if more else ""
    return Given(share, _heads(share), rows, last)


def _rows(share: Share, *, after: str = "", limit: int | None = None) -> Iterator[list[Any]]:
    declared = share.dataset.declared
    found = _found(share, after)
    for row in found[:limit] if limit else found.iterator(chunk_size=2_000):
        yield values_of(declared, row, share.granted)


def _found(share: Share, after: str) -> Any:
    found = Row.objects.filter(dataset_id=share.dataset_id, place_code__startswith=share.place_code)
    return found.filter(key__gt=after).order_by("key") if after else found.order_by("key")


def _last_key(share: Share, after: str) -> str:
    key: str = _found(share, after).values_list("key", flat=True)[PAGE - 1]
    return key


def values_of(declared: Declared, row: Row, names: Sequence[str]) -> list[Any]:
    """These fields of a row as they may leave: what is sensitive, masked."""
    hidden = json.loads(unseal(row.sealed)) if row.sealed else {}
    return [
        masked(declared, name, hidden.get(name)) if name in hidden or _is_sensitive(declared, name) else row.values.get(name)
        for name in names
    ]  # fmt: skip


def _is_sensitive(declared: Declared, name: str) -> bool:
    column = declared.column(name)
    return column is None or column.sensitive


def _heads(share: Share) -> list[tuple[str, str]]:
    declared = share.dataset.declared
    return [(name, column.label if (column := declared.column(name)) else name) for name in share.granted]


def _fields(declared: Declared, fields: Sequence[str]) -> list[str]:
    known = [column.name for column in declared.columns if column.name in set(fields)]
    if not known or len(known) != len(set(fields)):
        raise Invalid(_("请选择要哪些字段。"), fields={"fields": _("请至少勾选一项。")})
    return known


def _used(share: Share, at: datetime, how: str, rows: int, by: Actor) -> None:
    Use.objects.create(
        share=share, at=at, how=how, rows=rows, name=by.name, account_id=by.account_id, address=by.address[:64]
    )
    _record(by, at, "use_share", share, after={"how": how, "rows": rows})


def _decided(share: Share, by: Actor, at: datetime) -> None:
    share.decided_at, share.decided_by, share.decided_name = at, by.account_id, by.name
    share.save()


def _locked(share_id: UUID) -> Share:
    share = (
        Share.objects.select_for_update(of=("self",)).select_related("dataset", "unit").filter(pk=share_id).first()
    )
    if share is None:
        raise NotFound(_("没有这个共享申请。"))
    return share


def _mine(share_id: UUID, by: Actor) -> Share:
    require(by, "datasets.read")
    share = _locked(share_id)
    if by.unit_id is None or share.unit_id != by.unit_id:
        raise NotFound(_("没有这个共享申请。"))
    return share


def _to_decide(share_id: UUID, by: Actor) -> Share:
    share = _locked(share_id)
    _require_owner(by, share)
    if share.asked_by == by.account_id:
        raise NotAllowed(_("自己申请的，要由别人审批。"), code="own")
    if share.state != Share.State.ASKED:
        raise Conflict(_("%(name)s已经审批过了。") % {"name": share.decided_name})
    return share


def _require_owner(by: Actor, share: Share) -> None:
    require(by, "datasets.share")
    if by.unit_id is None or by.unit_id != share.dataset.owner_id:
        raise NotAllowed(_("只有归属单位能决定共享。"), code="owner")


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    share: Share,
    *,
    after: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    said = {"share": str(share.id), "unit": share.unit.name, **(after or {})}
    record(by, at, verb, share.dataset, after=said, note=note, units=[share.unit_id])
