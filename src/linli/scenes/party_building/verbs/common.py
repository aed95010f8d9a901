"""What the verbs of this scene share: whose an organisation is, finding what is meant, what was typed, one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotAllowed, NotFound, Role, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import text_of as text_of

from ..models import Member, Organisation

READS, UNMASKS, CHANGES, ORGANISES = "party.read", "party.unmask", "party.change", "party.organise"


def own(by: Actor) -> Organisation | None:
    """The organisation an actor works for; None for everybody whose unit is none."""
    return Organisation.objects.filter(unit=by.unit_id).first() if by.unit_id else None


def over(by: Actor, organisation: Organisation) -> bool:
    """Whether an organisation is the actor's own or lies beneath it."""
    if by.role is Role.SYSTEM:
        return True
    mine = own(by)
    return mine is not None and mine.id in organisation.path


def above(by: Actor, organisation: Organisation) -> bool:
    """Whether the actor's organisation stands above: what nobody decides for themselves."""
    mine = own(by)
    return by.role is Role.SYSTEM or (mine is not None and mine.id in organisation.path[:-1])


def organisation_of(organisation_id: UUID, by: Actor, permission: str, *, held: bool = True) -> Organisation:
    """An organisation that stands and is the actor's or beneath it. Raises NotAllowed, NotFound."""
    require(by, permission)
    rows = Organisation.objects.select_for_update() if held else Organisation.objects
    found = rows.filter(pk=organisation_id, dissolved_on=None).first()
    if found is None or not over(by, found):
        raise NotFound(_("没有这个党组织，或者它不归您管。"))
    return found


def member_of(member_id: UUID, by: Actor, permission: str) -> Member:
    """A member, held, of a branch that is the actor's or beneath it; who is gone is not found. Raises NotAllowed, NotFound."""
    require(by, permission)
    member = Member.objects.select_for_update(of=("self",)).select_related("branch").filter(pk=member_id).first()
    if member is None or member.gone_on is not None or not over(by, member.branch):
        raise NotFound(_("没有这位党员，或者不在您管的支部。"))
    return member


def require_above(by: Actor, organisation: Organisation) -> None:
    if not above(by, organisation):
        raise NotAllowed(_("这件事要由上级党组织批准。"), code="above")


def refuse(field: str, sentence: str) -> None:
    raise Invalid(sentence, fields={field: sentence})


def day_of(at: datetime) -> date:
    return timezone.localdate(at)


def not_ahead(day: date, at: datetime, field: str) -> date:
    """A day that has come. Raises Invalid."""
    if day > day_of(at):
        refuse(field, _("日期还没有到。"))
    return day


def record(
    by: Actor, at: datetime, verb: str, organisation: Organisation, *, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None, note: str | None = None, also: Iterable[Organisation] = (),
) -> None:  # fmt: skip
    """One record in an organisation's history. It names no member: who works at the place reads it too."""
    units = {_unit_of(one) for one in (organisation, *also)} - {None}
    audit.append(
        by=by, at=at, verb=f"party.{verb}", stream=organisation.stream, place_code=organisation.place_code,
        unit_ids=sorted(units, key=str), before=before, after=after, note=note,
    )  # fmt: skip


def _unit_of(organisation: Organisation) -> UUID | None:
    """A group has no unit of its own: its branch's."""
    above = organisation.parent if organisation.unit_id is None else None
    return above.unit_id if above else organisation.unit_id


def member_entry(
    member: Member, person_id: UUID | None, *, after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None, note: str | None = None,
) -> audit.Entry:  # fmt: skip
    """A record in a member's own history: without a place, so that nobody but the member and the auditors reads it."""
    return audit.Entry(
        member.stream, person_ids=(person_id,) if person_id else (), before=before, after=after, note=note
    )


def record_member(
    by: Actor, at: datetime, verb: str, member: Member, person_id: UUID | None, *, after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None, note: str | None = None,
) -> None:  # fmt: skip
    entry = member_entry(member, person_id, after=after, before=before, note=note)
    audit.append_each([entry], by=by, at=at, verb=f"party.{verb}")
