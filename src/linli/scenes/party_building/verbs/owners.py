"""Supporting owners' committees: founding step by step, terms and who sits in them, records, handing over; and finding terms
whose end is near. The vote itself is held elsewhere: here stands what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, look_as, require
from linli.kernel.places import queries as places

from .. import founding
from ..models import (
    Handed,
    HandOver,
    Owners,
    OwnersMember,
    OwnersRecord,
    OwnersStep,
    OwnersTerm,
    RecordKind,
    Seat,
)
from . import following
from .common import CHANGES, act, day_of, not_ahead, organisation_of, over, record, refuse, text_of

KIND = "owners-election-due"


def support_owners(*, by: Actor, at: datetime, organisation_id: UUID, name: str, place_code: str) -> Owners:
    """An organisation supports the owners of a property area from now on. Needs `party.change` over it. Raises Invalid."""
    title = text_of(name, 64, "name")
    with act():
        owner = organisation_of(organisation_id, by, CHANGES)
        code = places.now_called(place_code.strip()) or ""
        if not code or not code.startswith(owner.place_code):
            refuse("place_code", _("请选择本组织范围内的小区。"))
        if Owners.objects.filter(place_code=code).exists():
            refuse("place_code", _("这个小区已经登记过。"))
        made = Owners.objects.create(organisation=owner, name=title, place_code=code, begun_at=at)
        record(by, at, "support_owners", owner, after={"name": title, "place": code})
    return made


def take_step(*, by: Actor, at: datetime, owners_id: UUID, kind: str, on: date, note: str = "") -> OwnersStep:
    """A step of founding was taken. In order, and not before its least days; a day the law names that has gone is shown, not
    refused. Raises Invalid, NotFound, Conflict (taken already)."""
    if kind not in founding.BY_KEY:
        refuse("kind", _("没有这一步。"))
    with act():
        found = _held(owners_id, by)
        not_ahead(on, at, "on")
        done = dict(found.steps.values_list("kind", "on"))
        if kind in done:
            raise Conflict(_("这一步已经登记过。"), code="taken")
        if fault := founding.fault(kind, on, done):
            least = founding.BY_KEY[kind].least
            refuse(
                "on",
                _("前一步还没有登记，或者晚于这一天。")
                if fault == "order"
                else _("离公告不满 %(n)d 天。") % {"n": least},
            )
        row = OwnersStep.objects.create(
            owners=found, kind=kind, on=on, note=text_of(note, 200, "note", needed=False), by_id=by.account_id
        )
        if kind == "filed":
            found.terms.filter(ended_on=None, filed_on=None).update(filed_on=on)
        after = {"name": found.name, "step": kind, "on": on}
        record(by, at, "take_step", found.organisation, after=after)
    return row


def elect_owners(
    *, by: Actor, at: datetime, owners_id: UUID, elected_on: date, ends_on: date, members: Sequence[tuple[str, str]],
) -> OwnersTerm:  # fmt: skip
    """A committee was elected: (name, position) of each, until when. It ends the term before, and the warning about it.

    Raises Invalid (five to eleven, odd, one chair; no longer than five years), NotFound.
    """
    with act():
        found = _held(owners_id, by)
        not_ahead(elected_on, at, "elected_on")
        seated = _seats(members)
        last = found.terms.order_by("-number").select_related("matter").first()
        if last and elected_on <= last.elected_on:
            refuse("elected_on", _("这一天不晚于上一届的选举。"))
        longest = founding.longest(elected_on)
        if not elected_on < ends_on <= longest:
            refuse("ends_on", _("任期最长到 %(day)s。") % {"day": longest.isoformat()})
        if last and last.ended_on is None:
            last.ended_on = elected_on
            last.save(update_fields=["ended_on"])
        term = OwnersTerm.objects.create(
            owners=found, number=(last.number if last else 0) + 1, elected_on=elected_on, ends_on=ends_on
        )
        OwnersMember.objects.bulk_create([OwnersMember(term=term, name=n, position=p) for n, p in seated])
        after = {"name": found.name, "term": term.number, "ends_on": ends_on, "members": len(seated)}
        record(by, at, "elect_owners", found.organisation, after=after)
        if last:
            said = _("已于 %(day)s 选举产生第 %(n)d 届业主委员会。") % {
                "day": elected_on.isoformat(),
                "n": term.number,
            }
            following.end(last.matter, outcome="elected", said=said, at=at)
    return term


def file_term(*, by: Actor, at: datetime, term_id: UUID, on: date) -> OwnersTerm:
    """备案. Raises Invalid, NotFound, Conflict."""
    with act():
        term = _term(term_id, by)
        not_ahead(on, at, "on")
        if term.filed_on is not None:
            raise Conflict(_("这一届已经备案。"), code="filed")
        if on < term.elected_on:
            refuse("on", _("这一天早于选举。"))
        term.filed_on = on
        term.save(update_fields=["filed_on"])
        record(
            by,
            at,
            "file_term",
            term.owners.organisation,
            after={"name": term.owners.name, "term": term.number, "on": on},
        )
    return term


def leave_committee(*, by: Actor, at: datetime, member_id: int, on: date, reason: str) -> OwnersMember:
    """Somebody sits in the committee no more. Raises Invalid, NotFound, Conflict."""
    why = text_of(reason, 120, "reason")
    with act():
        row = OwnersMember.objects.select_for_update(of=("self",)).filter(pk=member_id).first()
        if row is None:
            raise NotFound(_("没有这位委员。"))
        term = _term(row.term_id, by)
        not_ahead(on, at, "on")
        if row.left_on is not None:
            raise Conflict(_("已经不再担任。"), code="left")
        if on < term.elected_on:
            refuse("on", _("这一天早于选举。"))
        row.left_on, row.left_for = on, why
        row.save(update_fields=["left_on", "left_for"])
        record(
            by,
            at,
            "leave_committee",
            term.owners.organisation,
            after={"name": term.owners.name, "on": on},
            note=why,
        )
    return row


def hand_over(
    *, by: Actor, at: datetime, term_id: UUID, what: str, on: date, received_by: str, note: str = ""
) -> HandOver:
    """A thing of a term that is over was handed to the next. Raises Invalid, NotFound, Conflict (the term runs; handed already)."""
    if what not in Handed.values:
        refuse("what", _("请从列表中选择。"))
    with act():
        term = _term(term_id, by)
        not_ahead(on, at, "on")
        if term.ended_on is None and term.ends_on > day_of(at):
            raise Conflict(_("任期还没有结束，不用移交。"), code="runs")
        if term.handed.filter(what=what).exists():
            raise Conflict(_("这一项已经移交。"), code="handed")
        row = HandOver.objects.create(
            term=term, what=what, on=on, received_by=text_of(received_by, 40, "received_by"),
            note=text_of(note, 200, "note", needed=False),
        )  # fmt: skip
        after = {"name": term.owners.name, "term": term.number, "what": what}
        record(by, at, "hand_over", term.owners.organisation, after=after)
    return row


def keep_record(
    *, by: Actor, at: datetime, owners_id: UUID, kind: str, title: str, on: date, text: str = "", publish: bool = False,
    counted: founding.Counted | None = None,
) -> OwnersRecord:  # fmt: skip
    """A meeting, a decision, what came of a vote (`counted`). Published, the owners' neighbourhood reads it and it stays.

    Raises Invalid, NotFound.
    """
    name, words = text_of(title, 80, "title"), text_of(text, 20_000, "text", needed=kind != RecordKind.RESULT)
    if kind not in RecordKind.values:
        refuse("kind", _("请从列表中选择。"))
    if (counted is not None) != (kind == RecordKind.RESULT):
        refuse("item", _("表决结果要写明事项和数字。"))
    numbers = _numbers(counted) if counted else {}
    with act():
        found = _held(owners_id, by)
        not_ahead(on, at, "on")
        row = OwnersRecord.objects.create(
            owners=found, kind=kind, title=name, text=words, on=on, made_at=at, by_id=by.account_id,
            published_at=at if publish else None, **numbers,
        )  # fmt: skip
        after = {"name": found.name, "kind": kind, "title": name, "published": publish}
        record(by, at, "keep_record", found.organisation, after=after)
    return row


def publish_record(*, by: Actor, at: datetime, record_id: UUID) -> OwnersRecord:
    """Raises NotFound, Conflict."""
    with act():
        row = OwnersRecord.objects.select_for_update(of=("self",)).filter(pk=record_id).first()
        if row is None:
            raise NotFound(_("没有这条记录。"))
        found = _held(row.owners_id, by)
        if row.published_at is not None:
            raise Conflict(_("已经公布。"), code="published")
        row.published_at = at
        row.save(update_fields=["published_at"])
        record(by, at, "publish_record", found.organisation, after={"name": found.name, "title": row.title})
    return row


def find_ending(*, at: datetime, limit: int = 500) -> int:
    """Open a matter for each term whose end is three months off or nearer; one transaction each.

    The worker calls it; a second time it finds nothing. Returns how many were found.
    """
    with transaction.atomic():
        look_as(SYSTEM)
        horizon = founding.months_later(day_of(at), founding.ELECT_AHEAD)
        rows = OwnersTerm.objects.filter(ended_on=None, matter=None, ends_on__lte=horizon).order_by("ends_on", "pk")
        near = [
            pk for pk, ends in rows.values_list("pk", "ends_on")[:limit] if founding.warn_on(ends) <= day_of(at)
        ]
    return sum(_warn(pk, at) for pk in near)


def _warn(term_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        look_as(SYSTEM)
        term = (
            OwnersTerm.objects.select_for_update(of=("self",)).select_related("owners__organisation__parent")
            .filter(pk=term_id, matter=None, ended_on=None).first()
        )  # fmt: skip
        if term is None:
            return 0
        found = term.owners
        owed = {"name": found.name, "n": term.number, "day": term.ends_on.isoformat()}
        matter = following.open_for(
            found.organisation, kind=KIND, key=f"owners:{term.id}", place_code=found.place_code, at=at,
            title=_("%(name)s：第 %(n)d 届 %(day)s 届满，要换届") % owed,
            body=_("第 %(n)d 届业主委员会的任期到 %(day)s 为止。届满前三个月应组织召开业主大会会议换届选举，请指导协助。") % owed,
        )  # fmt: skip
        look_as(SYSTEM)
        term.matter = matter
        term.save(update_fields=["matter"])
        record(SYSTEM, at, "warn_of_end", found.organisation, after={"name": found.name, "matter": matter.number})
    return 1


def _held(owners_id: UUID, by: Actor) -> Owners:
    require(by, CHANGES)
    found = (
        Owners.objects.select_for_update(of=("self",)).select_related("organisation__parent").filter(pk=owners_id).first()
    )  # fmt: skip
    if found is None or not over(by, found.organisation):
        raise NotFound(_("没有这个业委会，或者它不归您管。"))
    return found


def _term(term_id: UUID, by: Actor) -> OwnersTerm:
    term = OwnersTerm.objects.filter(pk=term_id).first()
    if term is None:
        raise NotFound(_("没有这一届。"))
    _held(term.owners_id, by)
    return (
        OwnersTerm.objects.select_for_update(of=("self",))
        .select_related("owners__organisation__parent")
        .get(pk=term_id)
    )


def _seats(members: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    seated = [(text_of(name, 40, "members"), position) for name, position in members]
    if any(position not in Seat.values for _name, position in seated):
        refuse("members", _("没有这个职务。"))
    if len({name for name, _position in seated}) != len(seated):
        refuse("members", _("有两位同名的委员，请写得不同，例如加上楼号。"))
    full = sum(position != Seat.ALTERNATE for _name, position in seated)
    if full not in founding.SEATS or full % 2 == 0:
        refuse("members", _("委员应是 5 到 11 人的单数，候补委员不算。"))
    if sum(position == Seat.CHAIR for _name, position in seated) != 1:
        refuse("members", _("应有一位主任。"))
    return seated


def _numbers(counted: founding.Counted) -> dict[str, int]:
    if counted.item not in founding.ITEMS:
        refuse("item", _("请选择民法典第二百七十八条的哪一项。"))
    rows = (
        ("area_all", counted.area_all, counted.area_in, counted.area_for),
        ("heads_all", counted.heads_all, counted.heads_in, counted.heads_for),
    )
    for field, whole, took_part, agreed in rows:
        if whole <= 0 or not 0 <= agreed <= took_part <= whole:
            refuse(field, _("参与的不能多于全体，同意的不能多于参与的。"))
    names = ("item", "area_all", "area_in", "area_for", "heads_all", "heads_in", "heads_for")
    return {name: getattr(counted, name) for name in names}
