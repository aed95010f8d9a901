"""What the verbs of this room share: finding what is meant, whose it is to decide, one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, Sees, covers, require
from linli.kernel.access import act as act
from linli.kernel.people.models import Account, Post

from ..models import Roster, Shift

PLANS, SERVES, READS = "duty.change", "duty.serve", "duty.read"


def may_plan(by: Actor, roster: Roster) -> bool:
    """Whether it is theirs to plan: over the place everything in it, in a unit the unit's own."""
    return covers(by, roster.place_code) and (by.sees is not Sees.UNIT or roster.unit_id == by.unit_id)


def planned_roster(roster_id: UUID, by: Actor) -> Roster:
    """The roster, held until the transaction ends: two who plan it at once do so one after the other. Raises NotFound,
    NotAllowed, Conflict (it has ended)."""
    require(by, PLANS)
    roster = Roster.objects.select_for_update().filter(pk=roster_id).first()
    if roster is None or not covers(by, roster.place_code):
        raise NotFound(_("没有这张值班表，或者不在您的管辖范围内。"))
    if not may_plan(by, roster):
        raise NotAllowed(_("这是别的单位的值班表。"), code="unit")
    if roster.ended_at is not None:
        raise Conflict(_("这张值班表已经停用。"), code="over")
    return roster


def planned_shift(shift_id: UUID, by: Actor) -> Shift:
    """A shift of a roster that is theirs to plan, both held."""
    require(by, PLANS)
    found = Shift.objects.filter(pk=shift_id).values_list("roster_id", flat=True).first()
    if found is None:
        raise NotFound(_("没有这个班，或者不在您的管辖范围内。"))
    planned_roster(found, by)
    return locked(shift_id)


def locked(shift_id: UUID) -> Shift:
    return Shift.objects.select_for_update(of=("self",)).select_related("roster", "account").get(pk=shift_id)


def own_shift(shift_id: UUID, by: Actor) -> Shift:
    """A published shift of their own, held. Raises NotFound for anybody else's: the two are not told apart."""
    require(by, SERVES)
    shift = (
        Shift.objects.select_for_update(of=("self",))
        .select_related("roster", "account")
        .filter(pk=shift_id, account=by.account_id, published_at__isnull=False)
        .first()
    )
    if shift is None:
        raise NotFound(_("没有这个班，或者它不是您的。"))
    if shift.cancelled_at is not None:
        raise Conflict(_("这个班已经取消：%(why)s") % {"why": shift.reason}, code="cancelled")
    return shift


def colleagues(roster: Roster, at: datetime) -> dict[UUID, str]:
    """Who can be on duty in a roster at an instant: name by account, of whoever holds a serving post in its unit."""
    from linli.kernel.access import PERMISSIONS

    serving = [role.value for role, granted in PERMISSIONS.items() if SERVES in granted]
    rows = Post.objects.filter(unit=roster.unit_id, role__in=serving, valid__contains=at, account__is_active=True)
    return dict(rows.order_by("account__name", "account_id").values_list("account_id", "account__name"))


def must_be_colleague(roster: Roster, account_id: UUID, at: datetime, field: str = "account_id") -> str:
    """Their name. Raises Invalid."""
    known = colleagues(roster, at)
    if account_id not in known:
        sentence = _("那时候此人不在这个单位任职，不能排班。")
        raise Invalid(sentence, fields={field: sentence})
    return known[account_id]


def name_of(account_id: UUID | None) -> str:
    if account_id is None:
        return ""
    return Account.objects.filter(pk=account_id).values_list("name", flat=True).first() or ""


def one_line(text: str, most: int, field: str) -> str:
    """Text as it is kept: one line, trimmed. Raises Invalid when it is too long."""
    plain = " ".join(text.replace("\x00", " ").split())
    if len(plain) > most:
        sentence = _("最多 %(n)s 个字。") % {"n": most}
        raise Invalid(sentence, fields={field: sentence})
    return plain


def reasoned(text: str, field: str = "reason") -> str:
    """A reason that was given. Raises Invalid."""
    plain = one_line(text, 200, field)
    if not plain:
        sentence = _("请写明原因：受影响的人要知道。")
        raise Invalid(sentence, fields={field: sentence})
    return plain


def record(
    by: Actor,
    at: datetime,
    verb: str,
    what: Shift | Roster,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """One record, in the history of the shift or of the roster; its unit and whoever has the place hear of it."""
    roster = what.roster if isinstance(what, Shift) else what
    audit.append(
        by=by,
        at=at,
        verb=f"duty.{verb}",
        stream=what.stream,
        place_code=what.place_code,
        unit_ids=[roster.unit_id],
        before=before,
        after=after,
        note=note,
    )


def when(shift: Shift) -> dict[str, str]:
    return {"starts": shift.starts_at.isoformat(), "ends": shift.ends_at.isoformat()}


def names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {one for one in ids if one is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("id", "name")) if wanted else {}
