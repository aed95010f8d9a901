"""资源清单、需求清单、项目清单: lines are listed and closed, a need is taken on, delivered with proof, evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, require
from linli.kernel.files import verbs as files
from linli.kernel.places import queries as places

from ..models import Listing, Project, What
from .common import CHANGES, act, day_of, organisation_of, over, own, record, refuse, text_of

LONGEST = timedelta(days=400)


def put_on_list(
    *, by: Actor, at: datetime, organisation_id: UUID, side: str, what: str, title: str, since: date, until: date,
    place_code: str = "", text: str = "",
) -> Listing:  # fmt: skip
    """A resource an organisation has, or a need it knows of. A need is of the organisation's own neighbourhood or beneath its
    place; a resource reaches as far as it says. Needs `party.change`. Raises Invalid by field."""
    words, more = text_of(title, 60, "title"), text_of(text, 300, "text", needed=False)
    if side not in Listing.Side.values or what not in What.values:
        refuse("what", _("请从列表中选择。"))
    if not since <= until <= since + LONGEST or until < day_of(at):
        refuse("until", _("请填写还没有过去的起止日期，最长一年。"))
    with act():
        owner = organisation_of(organisation_id, by, CHANGES, held=False)
        code = places.now_called((place_code or owner.place_code).strip()[:12]) or ""
        if not code or (side == Listing.Side.NEED and not code.startswith(owner.place_code)):
            refuse("place_code", _("请选择本组织所在的地点。"))
        row = Listing.objects.create(
            side=side, what=what, organisation=owner, place_code=code, title=words, text=more, since=since, until=until,
            made_at=at,
        )  # fmt: skip
        record(by, at, "put_on_list", owner, after={"side": side, "title": words})
    return row


def take_off_list(*, by: Actor, at: datetime, listing_id: UUID) -> Listing:
    """It is no longer there, or no longer needed. Raises NotFound, Conflict (somebody is at it)."""
    require(by, CHANGES)
    with act():
        row = (
            Listing.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(pk=listing_id)
            .first()
        )
        if row is None or not over(by, row.organisation):
            raise NotFound(_("没有这一条，或者它不归您管。"))
        if row.projects.filter(state__in=("claimed", "delivered")).exists():
            raise Conflict(_("已经有党组织认领，不能撤下。"), code="claimed")
        if row.closed_at is None:
            row.closed_at = at
            row.save(update_fields=["closed_at"])
            record(by, at, "take_off_list", row.organisation, after={"title": row.title})
    return row


def take_on(*, by: Actor, at: datetime, need_id: UUID, due_on: date, resource_id: UUID | None = None) -> Project:
    """认领项目: one's own organisation takes a need on, with a resource of the list (one's own) or without. Raises NotFound,
    Invalid, Conflict (taken on already)."""
    require(by, CHANGES)
    if not day_of(at) <= due_on <= day_of(at) + timedelta(days=366):
        refuse("due_on", _("请选择一年内的日期。"))
    with act():
        mine = own(by)
        need = (
            Listing.objects.select_for_update(of=("self",)).filter(pk=need_id, side="need", closed_at=None).first()
        )
        if mine is None or need is None:
            raise NotFound(_("没有这项需求。"))
        if Project.objects.filter(need=need).exclude(state=Project.State.GIVEN_BACK).exists():
            raise Conflict(_("这项需求已经有党组织认领。"), code="claimed")
        resource = None
        if resource_id:
            resource = Listing.objects.filter(pk=resource_id, side="resource", closed_at=None).first()
            if resource is None or not over(by, resource.organisation) or resource.what != need.what:
                refuse("resource_id", _("请选择本组织的同类资源。"))
        row = Project.objects.create(need=need, resource=resource, organisation=mine, claimed_at=at, due_on=due_on)
        after = {"title": need.title, "due_on": due_on}
        record(by, at, "take_on", mine, after=after)
    return row


def deliver(*, by: Actor, at: datetime, project_id: UUID, words: str, files_: Sequence[UUID]) -> Project:
    """交付, with words and a photo; it waits to be judged by who needed it. Raises NotFound, Invalid, Conflict."""
    said, proofs = text_of(words, 300, "words"), list(files_)
    if not proofs:
        refuse("files", _("请上传至少一张照片。"))
    with act():
        row = _held(project_id, by, (Project.State.CLAIMED,))
        files.attach(
            by=by, at=at, file_ids=proofs, subject_type="project", subject_id=row.id, place_code=row.need.place_code
        )
        row.state, row.delivered_at, row.words, row.files = Project.State.DELIVERED, at, said, proofs
        row.save(update_fields=["state", "delivered_at", "words", "files"])
        record(by, at, "deliver", row.organisation, after={"title": row.need.title})
    return row


def give_project_back(*, by: Actor, at: datetime, project_id: UUID, reason: str) -> Project:
    """退回, for a reason: the need is there for others. Raises NotFound, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        row = _held(project_id, by, (Project.State.CLAIMED,))
        row.state, row.given_back_for = Project.State.GIVEN_BACK, why
        row.save(update_fields=["state", "given_back_for"])
        record(by, at, "give_project_back", row.organisation, after={"title": row.need.title}, note=why)
    return row


def evaluate(*, by: Actor, at: datetime, project_id: UUID, stars: int, words: str = "") -> Project:
    """评价 by the organisation that needed it; then the need is met. Raises NotFound, Invalid, Conflict."""
    said = text_of(words, 300, "words", needed=False)
    if not 1 <= stars <= 5:
        refuse("stars", _("请选择一到五颗星。"))
    require(by, CHANGES)
    with act():
        row = _project(project_id)
        if row is None or not over(by, row.need.organisation):
            raise NotFound(_("没有这个项目，或者不是您提的需求。"))
        if row.state != Project.State.DELIVERED:
            raise Conflict(_("项目还没有交付。"), code="state")
        row.state, row.stars, row.judged, row.evaluated_at = Project.State.EVALUATED, stars, said, at
        row.save(update_fields=["state", "stars", "judged", "evaluated_at"])
        Listing.objects.filter(pk=row.need_id).update(closed_at=at)
        record(
            by,
            at,
            "evaluate",
            row.need.organisation,
            after={"title": row.need.title, "stars": stars},
            also=[row.organisation],
        )
    return row


def _project(project_id: UUID) -> Project | None:
    rows = Project.objects.select_for_update(of=("self",)).select_related("need__organisation", "organisation")
    return rows.filter(pk=project_id).first()


def _held(project_id: UUID, by: Actor, states: Sequence[str]) -> Project:
    require(by, CHANGES)
    row = _project(project_id)
    if row is None or not over(by, row.organisation):
        raise NotFound(_("没有这个项目，或者它不归您管。"))
    if row.state not in states:
        given = {"state": Project.State(row.state).label}
        raise Conflict(_("项目现在是“%(state)s”，不能这样做。") % given, code="state")
    return row
