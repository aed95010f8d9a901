"""Swaps 换班: asked by whoever has a shift, agreed to by a colleague, decided by whoever leads them where the roster says so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, require
from linli.kernel.audit.verbs import Entry

from .. import plans
from ..models import Shift, Swap
from .common import (
    PLANS,
    SERVES,
    act,
    locked,
    must_be_colleague,
    name_of,
    names,
    one_line,
    own_shift,
    planned_roster,
    reasoned,
    record,
    when,
)
from .planning import changing_places, let_go


def ask_swap(
    *,
    by: Actor,
    at: datetime,
    shift_id: UUID,
    colleague_id: UUID,
    back_id: UUID | None = None,
    note: str = "",
) -> Swap:
    """Ask a colleague of the same unit to take one's shift, for one of theirs (`back_id`) or for nothing.

    Only before it begins. Raises Invalid (no colleague, not their shift), Conflict (one is asked already; somebody would
    be on two shifts at once).
    """
    why = one_line(note, 200, "note")
    with act():
        shift = own_shift(shift_id, by)
        _to_come(shift, at)
        assert by.account_id is not None
        if colleague_id == by.account_id:
            raise Invalid(_("请选择一位同事。"), fields={"colleague_id": _("请选择一位同事。")})
        name = must_be_colleague(shift.roster, colleague_id, shift.starts_at, "colleague_id")
        if Swap.objects.filter(shift=shift, state__in=Swap.OPEN).exists():
            raise Conflict(_("这个班已经在换了，请先等答复或撤回。"), code="asked")
        back = _back(shift, back_id, colleague_id, at) if back_id else None
        _would_fit(shift, back, by.account_id, colleague_id)
        swap = Swap.objects.create(
            shift=shift, back=back, asker_id=by.account_id, colleague_id=colleague_id, note=why, asked_at=at
        )
        after = {**when(shift), "to": name, "back": when(back) if back else None}
        record(by, at, "ask_swap", shift, after=after, note=why or None)
    return swap


def answer_swap(*, by: Actor, at: datetime, swap_id: UUID, agrees: bool, note: str = "") -> Swap:
    """The colleague agrees or not. Where nobody has to decide, they have changed places then. Raises NotFound, Conflict."""
    require(by, SERVES)
    why = one_line(note, 200, "note")
    with act():
        swap = _held(swap_id)
        if swap.colleague_id != by.account_id:
            raise NotFound(_("没有这个换班申请，或者不是问您的。"))
        if swap.state != Swap.State.ASKED:
            raise Conflict(_("这个换班申请已经有了结果。"), code="answered")
        shift = locked(swap.shift_id)
        swap.answered_at, swap.reason = at, why
        if not agrees:
            swap.state = Swap.State.REFUSED
        elif shift.roster.head_decides:
            _still_fits(swap, shift, at)
            swap.state = Swap.State.AGREED
        else:
            _change_places(swap, shift, at)
        swap.save()
        _record(by, at, "answer_swap", swap, shift, why)
    return swap


def decide_swap(*, by: Actor, at: datetime, swap_id: UUID, granted: bool, reason: str = "") -> Swap:
    """Whoever leads them decides; neither of the two. Refusing needs a reason. Needs `duty.change` there."""
    require(by, PLANS)
    why = one_line(reason, 200, "reason") if granted else reasoned(reason)
    with act():
        swap = _held(swap_id)
        shift = locked(swap.shift_id)
        planned_roster(shift.roster_id, by)
        if by.account_id in (swap.asker_id, swap.colleague_id):
            raise NotAllowed(_("自己的换班要由别人决定。"), code="two-persons")
        if swap.state != Swap.State.AGREED:
            raise Conflict(_("这个换班申请现在不需要决定。"), code="decided")
        swap.decided_at, swap.decided_by_id, swap.reason = at, by.account_id, why
        if granted:
            _change_places(swap, shift, at)
        else:
            swap.state = Swap.State.DENIED
        swap.save()
        _record(by, at, "decide_swap", swap, shift, why)
    return swap


def withdraw_swap(*, by: Actor, at: datetime, swap_id: UUID) -> Swap:
    """Whoever asked takes it back, while nothing has come of it. Raises NotFound, Conflict."""
    require(by, SERVES)
    with act():
        swap = _held(swap_id)
        if swap.asker_id != by.account_id:
            raise NotFound(_("没有这个换班申请，或者不是您提出的。"))
        if swap.state not in Swap.OPEN:
            raise Conflict(_("这个换班申请已经有了结果。"), code="answered")
        swap.state, swap.decided_at = Swap.State.WITHDRAWN, at
        swap.save(update_fields=["state", "decided_at"])
        _record(by, at, "withdraw_swap", swap, locked(swap.shift_id), "")
    return swap


def _held(swap_id: UUID) -> Swap:
    """The shift first, then what is asked about it: the order in which planning takes them."""
    found = Swap.objects.filter(pk=swap_id).values_list("shift_id", "back_id").first()
    if found is None:
        raise NotFound(_("没有这个换班申请。"))
    list(Shift.objects.select_for_update(of=("self",)).filter(pk__in=[i for i in found if i]).order_by("pk"))
    return Swap.objects.select_for_update().get(pk=swap_id)


def _back(shift: Shift, back_id: UUID, colleague_id: UUID, at: datetime) -> Shift:
    back = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("roster")
        .filter(
            pk=back_id, account=colleague_id, published_at__isnull=False, cancelled_at=None,
            roster__unit=shift.roster.unit_id,
        )
        .first()
    )  # fmt: skip
    if back is None:
        sentence = _("这个班不是这位同事的，请重新选择。")
        raise Invalid(sentence, fields={"back_id": sentence})
    _to_come(back, at)
    return back


def _to_come(shift: Shift, at: datetime) -> None:
    if shift.in_at is not None or shift.starts_at <= at:
        raise Conflict(_("这个班已经开始，不能再换。"), code="begun")


def _would_fit(shift: Shift, back: Shift | None, asker: UUID | None, colleague: UUID | None) -> None:
    """Neither is on duty elsewhere, or away, at the time they take over."""
    for account, takes, leaves in ((colleague, shift, back), (asker, back, shift)):
        if takes is None or account is None:
            continue
        others = Shift.objects.filter(account=account, cancelled_at=None, lasts__overlap=takes.lasts)
        if leaves is not None:
            others = others.exclude(pk=leaves.pk)
        other = others.select_related("roster").first()
        values = {"name": name_of(account), "when": plans.say_span(takes.starts_at, takes.ends_at)}
        if other is not None:
            words = {**values, "other": f"{other.roster.name} {plans.say_span(other.starts_at, other.ends_at)}"}
            raise Conflict(_("%(name)s在 %(when)s 要值 %(other)s，换不了。") % words, code="clash")
        if plans.away(account, takes.starts_at, takes.ends_at):
            raise Conflict(_("%(name)s在 %(when)s 请假，换不了。") % values, code="leave")


def _still_fits(swap: Swap, shift: Shift, at: datetime) -> Shift | None:
    back = locked(swap.back_id) if swap.back_id else None
    for one, whose in ((shift, swap.asker_id), (back, swap.colleague_id)):
        if one is None:
            continue
        if one.account_id != whose or one.cancelled_at is not None:
            raise Conflict(_("班已经变了，这个换班作废。"), code="changed")
        _to_come(one, at)
    _would_fit(shift, back, swap.asker_id, swap.colleague_id)
    return back


def _change_places(swap: Swap, shift: Shift, at: datetime) -> None:
    back = _still_fits(swap, shift, at)
    with changing_places():
        shift.account_id = swap.colleague_id
        shift.save(update_fields=["account"])
        if back is not None:
            back.account_id = swap.asker_id
            back.save(update_fields=["account"])
    for one in (shift, back):
        if one is not None:
            let_go(one, at)
    swap.state = Swap.State.DONE


def _record(by: Actor, at: datetime, verb: str, swap: Swap, shift: Shift, note: str) -> None:
    known = names([swap.asker_id, swap.colleague_id])
    after = {
        "state": str(swap.state),
        "asker": known.get(swap.asker_id, ""),
        "colleague": known.get(swap.colleague_id, ""),
        **when(shift),
    }
    entries = [Entry(shift.stream, shift.place_code, (shift.roster.unit_id,), (), None, after, note or None)]
    if swap.back_id:
        back = locked(swap.back_id)
        entries.append(
            Entry(back.stream, back.place_code, (back.roster.unit_id,), (), None, {**after, **when(back)})
        )
    audit.append_each(entries, by=by, at=at, verb=f"duty.{verb}")
