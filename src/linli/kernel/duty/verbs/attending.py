"""Being there: 到岗 and 离岗 by whoever has the shift, and what becomes of a check-out that was forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotAllowed

from ..models import Shift
from ..models.shift import GRACE
from .common import act, one_line, own_shift, planned_shift, record, when

EARLY = timedelta(hours=1)
"""So long before its beginning somebody may say that they are there."""


def check_in(*, by: Actor, at: datetime, shift_id: UUID) -> Shift:
    """到岗. From an hour before the shift's beginning until its end. Again: it is the first time that counts.

    Raises NotFound (not theirs), Conflict (too early, over, on duty elsewhere).
    """
    with act():
        shift = own_shift(shift_id, by)
        if shift.in_at is not None:
            return shift
        if at < shift.starts_at - EARLY:
            raise Conflict(_("还没到时间：开始前一小时起可以到岗。"), code="early")
        if at >= shift.ends_at:
            raise Conflict(_("这个班已经结束。确实来过，请告诉负责人。"), code="over")
        other = Shift.objects.filter(account=by.account_id, in_at__isnull=False, out_at=None).exclude(pk=shift.pk)
        for before in other.select_related("roster"):
            # The shift before this one was left without a word: it ended when this one began.
            if before.ends_at > at:
                raise Conflict(_("您还在值 %(name)s，请先离岗。") % {"name": before.roster.name}, code="elsewhere")
            _close(before, before.ends_at, unverified=True)
        shift.in_at = at
        shift.save(update_fields=["in_at"])
        record(by, at, "check_in", shift, after={"in": at, **when(shift)})
    return shift


def check_out(*, by: Actor, at: datetime, shift_id: UUID, note: str = "") -> Shift:
    """离岗. From that moment no position is taken and none is shown. Again: it is the first time that counts.

    Raises NotFound, Conflict (they had not come).
    """
    why = one_line(note, 200, "note")
    with act():
        shift = own_shift(shift_id, by)
        if shift.out_at is not None:
            return shift
        if shift.in_at is None:
            raise Conflict(_("您还没有到岗。"), code="not-in")
        _close(shift, at)
        record(by, at, "check_out", shift, after={"in": shift.in_at, "out": at}, note=why or None)
    return shift


def close_forgotten(*, at: datetime, limit: int = 200) -> int:
    """Shifts nobody checked out of end when they were to end, flagged: hours nobody said are not hours. The worker calls
    it each minute; returns how many."""
    with act():
        rows = list(
            Shift.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("roster", "account")
            .filter(in_at__isnull=False, out_at=None, lasts__endswith__lte=at - GRACE)
            .order_by("in_at")[:limit]
        )
        for shift in rows:
            _close(shift, shift.ends_at, unverified=True)
            record(SYSTEM, at, "close_forgotten", shift, after={"in": shift.in_at, "out": shift.out_at})
    return len(rows)


def confirm_hours(*, by: Actor, at: datetime, shift_id: UUID, out_at: datetime, note: str = "") -> Shift:
    """核实: whoever leads them says when somebody really left. Needs `duty.change`; nobody confirms their own.

    Raises Conflict (nothing to confirm), Invalid (before they came, after now).
    """
    why = one_line(note, 200, "note")
    with act():
        shift = planned_shift(shift_id, by)
        if not shift.unverified or shift.in_at is None:
            raise Conflict(_("这个班没有需要核实的。"), code="verified")
        if shift.account_id == by.account_id:
            raise NotAllowed(_("自己的时间要由别人核实。"), code="two-persons")
        if not shift.in_at <= out_at <= at:
            sentence = _("离岗时间要在到岗之后、现在之前。")
            raise Invalid(sentence, fields={"out_at": sentence})
        before = {"out": shift.out_at, "unverified": True}
        shift.out_at, shift.unverified = out_at, False
        shift.save(update_fields=["out_at", "unverified"])
        record(by, at, "confirm_hours", shift, before=before, after={"out": out_at}, note=why or None)
    return shift


def _close(shift: Shift, out: datetime, *, unverified: bool = False) -> None:
    assert shift.in_at is not None
    shift.out_at, shift.unverified = max(out, shift.in_at), unverified
    if shift.shared_at is not None and shift.unshared_at is None:
        shift.unshared_at = shift.out_at
    shift.save(update_fields=["out_at", "unverified", "unshared_at"])
