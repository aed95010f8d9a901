"""Looking at a member's record is an act: it is written down, and the member reads who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.people.verbs.common import clean_reason

from .. import cards
from ..models import Entry, Member, Organisation, Stage, Transfer
from .common import READS, UNMASKS, member_entry, record_member

FIELDS = ("identity", "phone")


@dataclass(frozen=True, slots=True)
class Record:
    """A member as a secretary reads one: numbers masked."""

    member: Member
    card: cards.Card
    entries: list[Entry]
    transfers: list[Transfer]


def read_member(*, by: Actor, at: datetime, member_id: UUID, purpose: str) -> Record:
    """One member's record, and that it was read, for what. Row level security says whether there is one. Raises NotFound."""
    require(by, READS)
    with transaction.atomic():
        member = _seen(member_id)
        card = cards.of(member)
        record_member(by, at, "read_member", member, card.person_id, after={"purpose": purpose})
        return Record(
            member, card.masked, list(member.entries.order_by("since", "pk")),
            list(member.transfers.select_related("from_branch", "to_branch").order_by("-opened_on")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a branch's roll: a name and a stage, no number."""

    id: UUID
    name: str
    stage: str
    since: object
    group: str
    moving: bool


def read_roll(*, by: Actor, at: datetime, branch_id: UUID, purpose: str) -> list[Line]:
    """Who belongs to a branch, by stage and name. Each of them reads that the roll was read. Raises NotFound."""
    require(by, READS)
    with transaction.atomic():
        branch = Organisation.objects.filter(pk=branch_id).first()
        if branch is None:
            raise NotFound(_("没有这个党组织，或者它不归您管。"))
        rows = list(
            Member.objects.filter(branch=branch, gone_on=None).select_related("group").prefetch_related("transfers")
        )
        known = {row.id: cards.of(row) for row in rows}
        entries = [member_entry(row, known[row.id].person_id, after={"purpose": purpose}) for row in rows]
        audit.append_each(entries, by=by, at=at, verb="party.read_roll")
    lines = [
        Line(
            row.id, known[row.id].name, row.stage, row.stage_since, row.group.name if row.group else "",
            any(one.state == "open" for one in row.transfers.all()),
        )
        for row in rows
    ]  # fmt: skip
    order = {stage.value: n for n, stage in enumerate(reversed(Stage))}
    return sorted(lines, key=lambda line: (order[line.stage], line.name))


def unmask_member(*, by: Actor, at: datetime, member_id: UUID, field: str, reason: str) -> str:
    """One number of one member in plain, once. The record says which and why, not the number. Raises Invalid, NotFound."""
    require(by, UNMASKS)
    why = clean_reason(reason)
    if field not in FIELDS:
        raise Invalid(_("没有这一项。"), fields={"field": _("没有这一项。")})
    with transaction.atomic():
        member = _seen(member_id)
        card = cards.of(member)
        value: str = getattr(card, field)
        if not value:
            raise NotFound(_("这个人没有登记这一项。"))
        record_member(by, at, "unmask_member", member, card.person_id, after={"field": field}, note=why)
        return value


def _seen(member_id: UUID) -> Member:
    """With the actor's own eyes: the second lock decides."""
    member = Member.objects.select_related("branch", "group").filter(pk=member_id).first()
    if member is None:
        raise NotFound(_("没有这位党员，或者不在您管的支部。"))
    return member
