"""双报到: organisations and members report to a neighbourhood, do its tasks, and are confirmed by its organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, Role, as_system, require
from linli.kernel.places import queries as places

from .. import cards
from ..models import PAYS, Member, Organisation, Part, Reported, Task
from ..queries.own import own_member
from .common import (
    CHANGES,
    READS,
    act,
    day_of,
    member_entry,
    organisation_of,
    over,
    own,
    record,
    record_member,
    refuse,
    text_of,
)
from .rewarding import Earned, reward

HOOD = 12


def report_in(*, by: Actor, at: datetime, place_code: str, offers: str = "", pledge: str = "") -> Reported:
    """报到 at a neighbourhood: a secretary for their organisation, a member for themselves (one place at a time; the one
    before ends). Raises Invalid, NotFound, Conflict (there already)."""
    said, word = text_of(offers, 120, "offers", needed=False), text_of(pledge, 80, "pledge", needed=False)
    with act():
        code = places.now_called(place_code.strip()) or ""
        if len(code) != HOOD:
            refuse("place_code", _("请选择一个居村。"))
        day = day_of(at)
        if by.role is Role.BRANCH_SECRETARY:
            require(by, CHANGES)
            mine = _own(by)
            if Reported.objects.filter(organisation=mine, place_code=code, until=None).exists():
                raise Conflict(_("已经在这个居村报到。"), code="there")
            row = Reported.objects.create(organisation=mine, place_code=code, since=day, offers=said)
            record(by, at, "report_in", mine, after={"place": code})
            return row
        member = _member(by)
        before = Reported.objects.select_for_update().filter(member=member, until=None).first()
        if before is not None and before.place_code == code:
            before.offers, before.pledge = said, word
            before.save(update_fields=["offers", "pledge"])
            row = before
        else:
            if before is not None:
                before.until = day
                before.save(update_fields=["until"])
            row = Reported.objects.create(member=member, place_code=code, since=day, offers=said, pledge=word)
        record_member(by, at, "report_in", member, by.person_id, after={"place": code})
    return row


def report_out(*, by: Actor, at: datetime, reported_id: int) -> Reported:
    """The end of it, by who reported. Raises NotFound."""
    with act():
        row = Reported.objects.select_for_update(of=("self",)).filter(pk=reported_id, until=None).first()
        if row is None or not _theirs(row, by):
            raise NotFound(_("没有这次报到。"))
        row.until = max(day_of(at), row.since)
        row.save(update_fields=["until"])
        if row.organisation is not None:
            record(by, at, "report_out", row.organisation, after={"place": row.place_code})
        elif row.member is not None:
            record_member(by, at, "report_out", row.member, by.person_id, after={"place": row.place_code})
    return row


def set_task(
    *, by: Actor, at: datetime, organisation_id: UUID, title: str, wanted: int, starts_at: datetime, ends_at: datetime,
    text: str = "",
) -> Task:  # fmt: skip
    """What the neighbourhood asks of who reported to it. Needs `party.change` over an organisation that sits there."""
    words, more = text_of(title, 60, "title"), text_of(text, 300, "text", needed=False)
    if not 1 <= wanted <= 200:
        refuse("wanted", _("人数应在 1 到 200 之间。"))
    if not at < ends_at or not starts_at < ends_at:
        refuse("ends_at", _("结束时间应在开始时间之后，并且还没有过去。"))
    with act():
        host = organisation_of(organisation_id, by, CHANGES, held=False)
        if len(host.place_code) != HOOD:
            refuse("organisation_id", _("任务由居村的党组织发布。"))
        task = Task.objects.create(
            organisation=host, place_code=host.place_code, title=words, text=more, wanted=wanted, starts_at=starts_at,
            ends_at=ends_at, made_at=at,
        )  # fmt: skip
        record(by, at, "set_task", host, after={"title": words, "wanted": wanted, "starts": starts_at})
    return task


def end_task(*, by: Actor, at: datetime, task_id: UUID, cancelled: bool = False) -> Task:
    """Over, or called off. Raises NotFound, Conflict."""
    with act():
        task = _hosted(task_id, by)
        if task.state != Task.State.OPEN:
            raise Conflict(_("任务已经结束。"), code="ended")
        task.state = Task.State.CANCELLED if cancelled else Task.State.ENDED
        task.save(update_fields=["state"])
        record(by, at, "end_task", task.organisation, after={"title": task.title, "state": task.state})
    return task


def join_task(*, by: Actor, at: datetime, task_id: UUID) -> Part:
    """报名 by who reported there; once. Raises NotFound (not reported there), Conflict (full, over)."""
    with act():
        task = Task.objects.select_for_update().filter(pk=task_id).first()
        row = _here(task, by) if task else None
        if task is None or row is None:
            raise NotFound(_("请先到这个居村报到。"))
        if task.state != Task.State.OPEN or at >= task.ends_at:
            raise Conflict(_("任务已经结束。"), code="ended")
        if first := Part.objects.filter(task=task, reported=row).first():
            return first
        if task.parts.count() >= task.wanted:
            raise Conflict(_("人数已满。"), code="full")
        part = Part.objects.create(task=task, reported=row, joined_at=at)
        _told(by, at, "join_task", row, task)
    return part


def say_done(*, by: Actor, at: datetime, task_id: UUID, note: str) -> Part:
    """完成 in words, by who took part; it waits to be confirmed. Raises NotFound, Conflict (not begun, confirmed)."""
    said = text_of(note, 200, "note")
    with act():
        task = Task.objects.filter(pk=task_id).first()
        row = _here(task, by) if task else None
        part = Part.objects.select_for_update().filter(task=task_id, reported=row).first() if row else None
        if task is None or part is None or row is None:
            raise NotFound(_("您没有报名这项任务。"))
        if at < task.starts_at:
            raise Conflict(_("任务还没有开始。"), code="early")
        if part.confirmed_at is not None:
            raise Conflict(_("已经确认过。"), code="confirmed")
        part.done_at, part.note = at, said
        part.save(update_fields=["done_at", "note"])
        _told(by, at, "say_done", row, task)
    return part


def confirm_part(*, by: Actor, at: datetime, part_id: int) -> Part:
    """确认 by the neighbourhood's organisation: a member gets points for it. Raises NotFound, Conflict (nothing said)."""
    with act():
        part = (
            Part.objects.select_for_update(of=("self",))
            .select_related("reported__member", "task")
            .filter(pk=part_id)
            .first()
        )
        task = _hosted(part.task_id, by) if part else None
        if part is None or task is None:
            raise NotFound(_("没有这项任务。"))
        if part.done_at is None or part.confirmed_at is not None:
            raise Conflict(_("还没有待确认的完成情况。"), code="state")
        part.confirmed_at, part.confirmed_by_id = at, by.account_id
        part.save(update_fields=["confirmed_at", "confirmed_by"])
        record(by, at, "confirm_part", task.organisation, after={"title": task.title})
        if member := part.reported.member:
            earned = Earned(member, "reporting-task-done", "task", str(part.id), part.done_at)
            reward([earned], at=at, place_code=task.place_code)
    return part


def read_reported(*, by: Actor, at: datetime, place_code: str, purpose: str) -> list[tuple[Reported, str]]:
    """Who reported to a neighbourhood, by name, for an organisation that sits there; each member reads that it was read.

    Row level security says which rows. Raises NotAllowed.
    """
    require(by, READS)
    rows = list(Reported.objects.filter(place_code=place_code, until=None).select_related("organisation"))
    ids = [row.member_id for row in rows if row.member_id]
    with as_system():
        members = Member.objects.in_bulk(ids)
        known = {pk: cards.of(member) for pk, member in members.items()}
    entries = [member_entry(members[pk], known[pk].person_id, after={"purpose": purpose}) for pk in ids]
    audit.append_each(entries, by=by, at=at, verb="party.read_reported")
    named = [(row, row.organisation.name if row.organisation else known[row.member_id].name) for row in rows]
    return sorted(named, key=lambda pair: (pair[0].organisation_id is None, pair[1]))


def _own(by: Actor) -> Organisation:
    mine = own(by)
    if mine is None:
        raise NotFound(_("没有这个党组织，或者它不归您管。"))
    return mine


def _member(by: Actor) -> Member:
    require(by, "party.own")
    member = own_member(by)
    if member is None or member.stage not in PAYS:
        raise NotFound(_("您没有登记在党支部。"))
    return member


def _theirs(row: Reported, by: Actor) -> bool:
    if row.organisation is not None:
        return over(by, row.organisation)
    member = own_member(by)
    return member is not None and member.id == row.member_id


def _here(task: Task, by: Actor) -> Reported | None:
    """The reporting, at the task's neighbourhood, of who acts."""
    found = Reported.objects.select_related("organisation", "member").filter(place_code=task.place_code, until=None)
    if by.role is Role.BRANCH_SECRETARY:
        return found.filter(organisation=own(by)).first()
    member = own_member(by)
    return found.filter(member=member).first() if member else None


def _hosted(task_id: UUID, by: Actor) -> Task:
    require(by, CHANGES)
    task = Task.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=task_id).first()
    if task is None or not over(by, task.organisation):
        raise NotFound(_("没有这项任务，或者它不归您管。"))
    return task


def _told(by: Actor, at: datetime, verb: str, row: Reported, task: Task) -> None:
    if row.organisation is not None:
        record(by, at, verb, row.organisation, after={"title": task.title})
    elif row.member is not None:
        record_member(by, at, verb, row.member, by.person_id, after={"title": task.title})
