"""Dues: declared, reckoned for a month, paid, undone, waived by who stands above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Role, holds, require
from linli.kernel.sealed import seal, unseal

from .. import cards, dues
from ..models import PAYS, Bracket, Category, Declared, Due, Entry, Member, Payment, RateTable
from ..queries.own import own_member
from .common import (
    CHANGES,
    ORGANISES,
    act,
    day_of,
    member_entry,
    member_of,
    not_ahead,
    organisation_of,
    over,
    own,
    record,
    record_member,
    refuse,
    require_above,
    text_of,
)


@dataclass(frozen=True, slots=True)
class NewBracket:
    category: str
    above: int
    per_myriad: int | None = None
    flat: int | None = None


def set_rates(
    *, by: Actor, at: datetime, name: str, since: date, source: str, brackets: Sequence[NewBracket]
) -> RateTable:
    """A new table of rates from a month to come, for everybody here: written by whoever stands at the top of the tree, for no
    branch sets its own dues. What was reckoned stays. Raises NotAllowed, Invalid by field, Conflict."""
    require(by, ORGANISES)
    if not may_set_rates(by):
        raise NotAllowed(_("党费标准由最上级党组织按文件更新。"), code="top")
    title, why = text_of(name, 80, "name"), text_of(source, 200, "source")
    _month(since, "since")
    if since <= day_of(at):
        refuse("since", _("新标准从以后的月份起执行。"))
    for category in Category.values:
        if not any(b.category == category and b.above == 0 for b in brackets):
            refuse("brackets", _("每一类党员都要有从零开始的一档。"))
    for b in brackets:
        if not (
            (b.per_myriad is None) != (b.flat is None)
            and (b.per_myriad or b.flat or 0) > 0
            and (b.per_myriad or 1) <= 10_000
        ):
            refuse("brackets", _("每一档写一个大于零的比例或者金额。"))
    if len({(b.category, b.above) for b in brackets}) != len(brackets):
        refuse("brackets", _("同一类里有两档从同一个数起。"))
    with act():
        if RateTable.objects.filter(since=since).exists():
            raise Conflict(_("这个月已经有一份标准。"))
        table = RateTable.objects.create(name=title, since=since, source=why)
        Bracket.objects.bulk_create(
            [
                Bracket(table=table, category=b.category, above=b.above, per_myriad=b.per_myriad, flat=b.flat)
                for b in brackets
            ]
        )
        after = {"name": title, "since": since, "brackets": len(brackets)}
        audit.append(by=by, at=at, verb="party.set_rates", stream=f"party:rates:{since:%Y-%m}", after=after)
    return table


def declare_base(
    *, by: Actor, at: datetime, category: str, base: int, since: date, member_id: UUID | None = None
) -> Declared:
    """What a member's dues are reckoned from, in fen, from a month on: by the member, or by the secretary for them.

    Raises Invalid by field, NotFound, Conflict (that month is reckoned already).
    """
    if category not in Category.values:
        refuse("category", _("请从列表中选择。"))
    if not 0 <= base <= dues.MOST:
        refuse("base", _("请填写每月的计算基数，不能是负数。"))
    _month(since, "since")
    with act():
        if member_id is None:
            require(by, "party.own")
            member = own_member(by)
            if member is None:
                raise NotFound(_("您没有登记在党支部。"))
        else:
            member = member_of(member_id, by, CHANGES)
        if Due.objects.filter(member=member, month__gte=since).exists():
            raise Conflict(_("这个月的党费已经核定，请从下个月起申报。"), code="reckoned")
        row, _made = Declared.objects.update_or_create(
            member=member, since=since,
            defaults={"category": category, "base_sealed": seal(str(base)), "at": at, "by_id": by.account_id},
        )  # fmt: skip
        after = {"category": category, "since": since}
        record_member(by, at, "declare_base", member, cards.of(member).person_id, after=after)
    return row


def may_set_rates(by: Actor) -> bool:
    """Whether somebody writes tables of rates: the system, and who works for an organisation that has none above it."""
    mine = own(by)
    return by.role is Role.SYSTEM or (holds(by, ORGANISES) and mine is not None and mine.parent_id is None)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a month's reckoning did: how many owe, and who has declared nothing yet (ids)."""

    made: int
    without: tuple[UUID, ...]


def reckon_month(*, by: Actor, at: datetime, branch_id: UUID, month: date) -> Reckoned:
    """What each member of a branch owes for a month, by the table in force on its first day. What is reckoned already
    stays. One record in each member's history. Raises Invalid, Conflict (no table is in force)."""
    _month(month, "month")
    if month > day_of(at):
        refuse("month", _("这个月还没有到。"))
    with act():
        branch = organisation_of(branch_id, by, CHANGES)
        table = RateTable.objects.filter(since__lte=month).order_by("-since").first()
        if table is None:
            raise Conflict(_("这个月没有可用的党费标准。"), code="rates")
        rates = _rates(table)
        members = list(_owing(branch_id, month).exclude(dues__month=month).select_for_update(of=("self",)))
        bases = _bases(members, month)
        made, entries = [], []
        for member in members:
            declared = bases.get(member.id)
            if declared is None:
                continue
            owed = dues.reckon(base_of(declared), rates[declared.category]).amount
            made.append(Due(member=member, branch=branch, month=month, table=table, declared=declared, owed=owed))
            entries.append(member_entry(member, cards.of(member).person_id, after={"month": month}))
        Due.objects.bulk_create(made)
        audit.append_each(entries, by=by, at=at, verb="party.reckon_due")
        if made:
            record(by, at, "reckon_month", branch, after={"month": month, "members": len(made)})
    return Reckoned(len(made), tuple(one.id for one in members if one.id not in bases))


def pay(*, by: Actor, at: datetime, due_id: UUID, key: UUID, amount: int, on: date, how: str) -> Payment:
    """Money came in, in fen; the same `key` again is the same payment. More than is owed is taken (自愿多交).

    Raises Invalid, NotFound, Conflict (the key was another payment's).
    """
    if not 0 < amount <= dues.MOST:
        refuse("amount", _("金额应大于零。"))
    if how not in Payment.How.values:
        refuse("how", _("请从列表中选择。"))
    with act():
        due = _due(due_id, by)
        not_ahead(on, at, "on")
        if first := Payment.objects.filter(key=key).first():
            if (first.due_id, first.amount, first.on, first.how) != (due.id, amount, on, how):
                raise Conflict(_("这张表单已经用来登记过另一笔。"), code="other")
            return first
        paid = Payment.objects.create(due=due, key=key, amount=amount, on=on, how=how, by_id=by.account_id, at=at)
        after = {"month": due.month, "amount": amount, "on": on}
        record_member(by, at, "pay_due", due.member, cards.of(due.member).person_id, after=after)
    return paid


def undo_payment(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> Payment:
    """What was booked wrongly counts no more, for a reason. Raises Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        paid = Payment.objects.select_for_update(of=("self",)).filter(pk=payment_id).first()
        if paid is None:
            raise NotFound(_("没有这笔党费。"))
        due = _due(paid.due_id, by)
        if paid.undone_at is not None:
            raise Conflict(_("这笔已经撤销过。"), code="undone")
        paid.undone_at, paid.undone_for = at, why
        paid.save(update_fields=["undone_at", "undone_for"])
        after = {"month": due.month, "amount": paid.amount}
        record_member(by, at, "undo_payment", due.member, cards.of(due.member).person_id, before=after, note=why)
    return paid


def waive(*, by: Actor, at: datetime, due_id: UUID, amount: int, reason: str) -> Due:
    """少交或免交 for who is in need, approved by the organisation above the branch. Raises NotAllowed, Invalid."""
    why = text_of(reason, 200, "reason")
    with act():
        due = _due(due_id, by, permission=ORGANISES)
        require_above(by, due.branch)
        if not 0 < amount <= due.owed:
            refuse("amount", _("减免应大于零，不超过应交的数额。"))
        due.waived, due.waived_for, due.waived_by_id, due.waived_at = amount, why, by.account_id, at
        due.save(update_fields=["waived", "waived_for", "waived_by", "waived_at"])
        after = {"month": due.month, "waived": amount}
        record_member(by, at, "waive_due", due.member, cards.of(due.member).person_id, after=after, note=why)
    return due


def base_of(declared: Declared) -> int:
    return int(unseal(declared.base_sealed))


def _rates(table: RateTable) -> dict[str, list[dues.Rate]]:
    found: dict[str, list[dues.Rate]] = {}
    for bracket in table.brackets.all():
        found.setdefault(bracket.category, []).append(dues.Rate(bracket.above, bracket.per_myriad, bracket.flat))
    return found


def _owing(branch_id: UUID, month: date):
    """Members of the branch since before the month was over: a probationary one from the month they were accepted in."""
    since = Entry.objects.filter(stage__in=PAYS, since__lt=dues.next_month(month)).values("member_id")
    return Member.objects.filter(branch=branch_id, gone_on=None, stage__in=PAYS, pk__in=since)


def _bases(members: Sequence[Member], month: date) -> dict[UUID, Declared]:
    rows = Declared.objects.filter(member__in=members, since__lte=month).order_by("since")
    return {row.member_id: row for row in rows}


def _due(due_id: UUID, by: Actor, permission: str = CHANGES) -> Due:
    require(by, permission)
    due = Due.objects.select_for_update(of=("self",)).select_related("member", "branch").filter(pk=due_id).first()
    if due is None or not over(by, due.branch):
        raise NotFound(_("没有这笔党费，或者不在您管的支部。"))
    return due


def _month(day: date, field: str) -> None:
    if day.day != 1:
        raise Invalid(_("请选择月份。"), fields={field: _("请选择月份。")})
