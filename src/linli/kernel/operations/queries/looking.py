"""Operations as pages show them: a list, one with everything on it, and what of them is today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Post

from .. import flow
from ..models import Line, Operation, State, Step
from ..verbs.common import READS, leads, takes_part

MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: how far the plan is, and how many units take part."""

    operation: Operation
    steps: int
    done: int
    units: int


def listing(by: Actor, *, ended: bool = False) -> list[Row]:
    """Operations in the actor's scope or with their unit: those to come and running by their hour; or those that are over,
    the latest first. One query; row level security says which."""
    require(by, READS)
    over = (State.REPORTED, State.CANCELLED)
    found = _counted().filter(state__in=over) if ended else _counted().exclude(state__in=over)
    return _rows(found.order_by("-starts_at" if ended else "starts_at", "pk")[:MOST])


def today(by: Actor, begin: datetime, end: datetime) -> list[Row]:
    """Those announced or under way that touch a span of time, and those that ended in it: the briefing's. One query."""
    require(by, READS)
    during = Q(starts_at__lt=end, ends_at__gt=begin, state__in=(State.ANNOUNCED, State.RUNNING, State.ENDED))
    return _rows(_counted().filter(during | Q(state=State.RUNNING)).order_by("starts_at", "pk")[:MOST])


def mine(by: Actor, at: datetime) -> list[Row]:
    """Announced and running operations my unit takes part in, for the phone; and what ended within a week. One query."""
    require(by, READS)
    if by.unit_id is None:
        return []
    found = _counted().filter(
        Q(state__in=(State.ANNOUNCED, State.RUNNING)) | Q(state=State.ENDED, ended_at__gt=at - timedelta(days=7))
    )
    return _rows(found.filter(parties__unit=by.unit_id).order_by("starts_at", "pk")[:20])


def _counted() -> QuerySet[Operation]:
    return Operation.objects.select_related("lead", "lead_unit").annotate(
        n_steps=Count("steps", distinct=True),
        n_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
        n_units=Count("parties", distinct=True),
    )


def _rows(found: QuerySet[Operation]) -> list[Row]:
    return [Row(one, getattr(one, "n_steps"), getattr(one, "n_done"), getattr(one, "n_units")) for one in found]  # noqa: B009 - annotations


@dataclass(frozen=True, slots=True)
class Whole:
    """One operation with everything on it. `verbs`: what is possible now for whoever looks."""

    operation: Operation
    units: Sequence[tuple[UUID, str]]
    steps: Sequence[Step]
    lines: Sequence[Line]
    about: Sequence[Matter]
    came_of_it: Sequence[Matter]
    hidden: int
    leads: bool
    takes_part: bool
    verbs: frozenset[str]

    @property
    def done(self) -> list[Step]:
        return [step for step in self.steps if step.done_at is not None]

    @property
    def undone(self) -> list[Step]:
        return [step for step in self.steps if step.done_at is None]


def whole(by: Actor, operation_id: UUID) -> Whole:
    """One operation on one page. Linked matters the reader may not see are counted (`hidden`), not shown. Raises NotFound."""
    require(by, READS)
    operation = Operation.objects.select_related("lead", "lead_unit", "made_by").filter(pk=operation_id).first()
    if operation is None:
        raise NotFound(_("没有这次行动，或者您没有参加。"))
    linked = list(operation.linked.order_by("at", "pk").values_list("matter_id", "came_of_it"))
    seen = {matter.id: matter for matter in Matter.objects.filter(pk__in=[pk for pk, _came in linked])}
    lead, part = leads(by, operation), takes_part(by, operation)
    mine_too = {"tick", "excuse", "note", "link"}
    possible = {
        verb for verb in flow.FLOW if flow.possible(verb, operation.state) and (lead or (part and verb in mine_too))
    }
    return Whole(
        operation=operation,
        units=list(operation.parties.order_by("unit__name").values_list("unit_id", "unit__name")),
        steps=list(operation.steps.select_related("unit", "account", "done_by").order_by("number")),
        lines=list(operation.lines.select_related("account").order_by("-at", "-pk")[:200]),
        about=[seen[pk] for pk, came in linked if not came and pk in seen],
        came_of_it=[seen[pk] for pk, came in linked if came and pk in seen],
        hidden=sum(pk not in seen for pk, _came in linked),
        leads=lead,
        takes_part=part,
        verbs=frozenset(possible),
    )


def people_of(units: Sequence[UUID], at: datetime) -> list[tuple[UUID, UUID, str]]:
    """(unit, account, name) of whoever holds a post in these units: whom a step may name."""
    with as_system():
        rows = Post.objects.filter(unit__in=units, valid__contains=at, account__is_active=True).order_by(
            "account__name"
        )
        return list(dict.fromkeys(rows.values_list("unit_id", "account_id", "account__name")))


def leaders(by: Actor, at: datetime) -> list[tuple[UUID, str]]:
    """Who may lead an operation in the actor's scope: people in a post of a unit there."""
    posts = Post.objects.filter(valid__contains=at, unit__isnull=False, account__is_active=True)
    if by.scope != "*":
        posts = posts.filter(place_code__startswith=by.scope or "-")
    posts = posts.filter(
        role__in=("unit_head", "duty_officer", "leader", "dispatcher", "social_worker", "grid_worker")
    )
    rows = posts.select_related("account", "unit").order_by("unit__place_code", "unit__name", "account__name")[:400]
    found: dict[UUID, str] = {}
    for post in rows:
        if post.unit is not None:
            found.setdefault(post.account_id, f"{post.account.name} · {post.unit.name}")
    return list(found.items())
