"""Organisations are founded and dissolved; their committees are elected for a term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, Role, require
from linli.kernel.people.verbs import add_unit, close_unit
from linli.kernel.places import queries as places

from .. import rules
from ..models import Kind, Member, Office, Organisation, Position, Stage, Term
from .common import (
    ORGANISES,
    above,
    act,
    day_of,
    not_ahead,
    organisation_of,
    record,
    refuse,
    require_above,
    text_of,
)

DEPARTMENT = "party-building"


def found_organisation(
    *, by: Actor, at: datetime, kind: str, name: str, place_code: str, parent_id: UUID | None = None,
    founded_on: date | None = None, residential: bool = True,
) -> Organisation:  # fmt: skip
    """An organisation beneath another; and, but for a group, the unit its secretary works in.

    Needs `party.organise` over the one above; only the system founds one at the top. Raises Invalid by field.
    """
    require(by, ORGANISES)
    title = text_of(name, 64, "name")
    if kind not in Kind.values:
        refuse("kind", _("没有这种党组织。"))
    day = not_ahead(founded_on or day_of(at), at, "founded_on")
    with act():
        parent = organisation_of(parent_id, by, ORGANISES) if parent_id else None
        if parent is None and by.role is not Role.SYSTEM:
            refuse("parent_id", _("请选择上级党组织。"))
        _fits(kind, parent)
        code = places.now_called(place_code.strip()) or ""
        if not code:
            refuse("place_code", _("没有这个地点。"))
        if parent and Organisation.objects.filter(parent=parent, name=title, dissolved_on=None).exists():
            refuse("name", _("已有同名的党组织。"))
        unit = None
        if kind != Kind.GROUP:
            unit = add_unit(
                by=replace(SYSTEM, via=by.via), at=at, name=title, kind="department", department=DEPARTMENT,
                place_code=code[:15] if len(code) > 15 else code, parent_id=parent.unit_id if parent else None,
            )  # fmt: skip
        made = Organisation.objects.create(
            kind=kind,
            name=title,
            parent=parent,
            unit=unit,
            place_code=code,
            founded_on=day,
            residential=residential,
        )
        made.refresh_from_db(fields=["path"])
        record(by, at, "found", made, after={"name": title, "kind": kind, "parent": parent.name if parent else ""})
    return made


def dissolve_organisation(*, by: Actor, at: datetime, organisation_id: UUID, reason: str) -> Organisation:
    """It stands no more, once it is empty and nothing stands beneath it. Decided above it. Raises Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        found = organisation_of(organisation_id, by, ORGANISES)
        require_above(by, found)
        if found.children.filter(dissolved_on=None).exists():
            raise Conflict(_("下面还有党组织，不能撤销。"), code="children")
        here = Member.objects.filter(gone_on=None)
        if here.filter(branch=found).exists() or here.filter(group=found).exists():
            raise Conflict(_("还有党员在这里，请先转接组织关系。"), code="members")
        found.dissolved_on = max(day_of(at), date.fromordinal(found.founded_on.toordinal() + 1))
        found.save(update_fields=["dissolved_on"])
        if found.unit_id:
            close_unit(by=replace(SYSTEM, via=by.via), at=at, unit_id=found.unit_id)
        record(by, at, "dissolve", found, after={"name": found.name}, note=why)
    return found


def elect(
    *, by: Actor, at: datetime, organisation_id: UUID, elected_on: date, offices: Sequence[tuple[UUID, str]],
    due_on: date | None = None,
) -> Term:  # fmt: skip
    """A committee was elected: who holds which office, and until when. It ends the term before.

    The term is as long as the rules say unless `due_on` says less. Each is a full member of the organisation or beneath
    it, and one is the secretary. Needs `party.organise`. Raises Invalid.
    """
    with act():
        found = organisation_of(organisation_id, by, ORGANISES)
        not_ahead(elected_on, at, "elected_on")
        if found.kind == Kind.GROUP:
            refuse("organisation_id", _("党小组不设委员会。"))
        last = Term.objects.filter(organisation=found).order_by("-number").first()
        if last and elected_on <= last.elected_on:
            refuse("elected_on", _("这一天不晚于上一届的选举。"))
        ends = rules.term_ends(found.kind, found.residential, elected_on)
        until = due_on or ends
        if not elected_on < until <= ends:
            refuse("due_on", _("任期最长到 %(day)s。") % {"day": ends.isoformat()})
        _check_offices(found, offices)
        if last and last.ended_on is None:
            last.ended_on = elected_on
            last.save(update_fields=["ended_on"])
        term = Term.objects.create(
            organisation=found, number=(last.number if last else 0) + 1, elected_on=elected_on, due_on=until
        )
        Office.objects.bulk_create([Office(term=term, member_id=who, position=what) for who, what in offices])
        after = {"term": term.number, "elected_on": elected_on, "due_on": until, "offices": len(offices)}
        record(by, at, "elect", found, after=after)
    return term


def put_off_election(*, by: Actor, at: datetime, term_id: UUID, until: date, reason: str) -> Term:
    """延期换届, approved by who stands above, for a reason, by no more than a year. Raises NotAllowed, Invalid, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        term = (
            Term.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=term_id).first()
        )
        if term is None:
            raise NotFound(_("没有这一届。"))
        found = organisation_of(term.organisation_id, by, ORGANISES)
        if not above(by, found):
            require_above(by, found)
        if term.ended_on is not None:
            raise Conflict(_("这一届已经结束。"), code="ended")
        longest = rules.months_later(term.due_on, rules.PUT_OFF_LONGEST)
        if not term.due_on < until <= longest:
            refuse("until", _("延期应在 %(from)s 之后，最长到 %(to)s。")
                   % {"from": term.due_on.isoformat(), "to": longest.isoformat()})  # fmt: skip
        before = {"until": term.put_off_to or term.due_on}
        term.put_off_to, term.put_off_for, term.put_off_by_id = until, why, by.account_id
        term.save(update_fields=["put_off_to", "put_off_for", "put_off_by"])
        record(by, at, "put_off_election", found, before=before, after={"until": until}, note=why)
    return term


_BENEATH: Mapping[str, tuple[str, ...]] = {
    Kind.COMMITTEE: (Kind.COMMITTEE, Kind.GENERAL, Kind.BRANCH),
    Kind.GENERAL: (Kind.BRANCH,),
    Kind.BRANCH: (Kind.GROUP,),
}


def _fits(kind: str, parent: Organisation | None) -> None:
    """The trigger says so too; here it is a sentence."""
    if parent is None:
        if kind != Kind.COMMITTEE:
            refuse("kind", _("最上面的应是党委。"))
        return
    if kind not in _BENEATH.get(parent.kind, ()):
        refuse(
            "kind",
            _("%(above)s下面不能设%(kind)s。") % {"above": Kind(parent.kind).label, "kind": Kind(kind).label},
        )


def _check_offices(found: Organisation, offices: Sequence[tuple[UUID, str]]) -> None:
    if sum(position == Position.SECRETARY for _who, position in offices) != 1:
        refuse("offices", _("应有一位书记。"))
    if any(position not in Position.values for _who, position in offices):
        refuse("offices", _("没有这个职务。"))
    wanted = {who for who, _position in offices}
    full = Member.objects.filter(pk__in=wanted, gone_on=None, stage=Stage.FULL, branch__path__contains=[found.id])
    if full.count() != len(wanted):
        refuse("offices", _("委员应是本组织的正式党员。"))
