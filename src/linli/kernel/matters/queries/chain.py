"""责任链: who decided what about a matter, when, on which level and why; and how long it was in whose hands.

Read from the records, like the story, by whoever sees the matter. Of a person no more than their post and their name as
staff; who reported is called the reporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.access import REPORTERS, Actor, Level, Role, as_system, level_of_scope
from linli.kernel.access.prepared import read
from linli.kernel.audit.models import Record
from linli.kernel.clock.queries import calendar_for
from linli.kernel.declare import Span, Unit
from linli.kernel.people.models import Unit as PeopleUnit

from ..holding import Hands, Stretch, Told, stretches, total
from . import story as stories
from .story import Step

DECISIONS = frozenset(
    [
        "open",
        "take_in",
        "accept",
        "decline",
        "reclassify",
        "move",
        "assign",
        "go",
        "take",
        "hand_over",
        "give_back",
        "finish_part",
        "ask",
        "answer",
        "pause",
        "resume",
        "ask_extension",
        "decide_extension",
        "ask_write_off",
        "decide_write_off",
        "report_done",
        "verify",
        "close",
        "reopen",
        "withdraw",
        "merge",
        "unmerge",
        "split",
        "supervise",
        "pass_order",
        "reply_order",
        "return_order",
        "settle_order",
        "urge_order",
        "withdraw_order",
        "supervised",
        "order_missed",
        "recode",
        "ended_with",
        "alarm_again",
    ]
)
"""The steps of the story that are somebody's decision, or that the clock took in somebody's place."""

_POSTS = "SELECT p.id, u.name FROM people_post p LEFT JOIN people_unit u ON u.id = p.unit_id WHERE p.id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Link:
    """One decision: the step, on which level (access.Level), by which unit, in which role, and the name as staff."""

    step: Step
    level: int
    unit: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of time with the name of the unit that had it."""

    stretch: Stretch
    unit: str


@dataclass(frozen=True, slots=True)
class Chain:
    """`working` says whether times are working time; `owners` are the sums by holder, the longest first."""

    links: Sequence[Link]
    held: Sequence[Held]
    owners: Sequence[tuple[Held, timedelta]]
    total: timedelta
    still: timedelta
    working: bool
    erased: bool


def chain(matter: dict[str, Any], by: Actor, *, at: datetime) -> Chain:
    """The chain of a matter (its `detail`) up to now. As many queries however long it is; empty for who sees no story."""
    records = stories.records(UUID(str(matter["id"])))
    told = [_told(record) for record in records]
    unit = Span.parse(matter["finish_span"]).unit
    found = stretches(told, now=at, unit=unit, calendar=calendar_for(matter["place_code"]))
    names = _unit_names({s.holder.unit_id for s in found if s.holder.unit_id})
    held = [Held(s, names.get(s.holder.unit_id, "") if s.holder.unit_id else "") for s in found]
    return Chain(
        links=_links(records, by),
        held=held,
        owners=_owners(held),
        total=total(found),
        still=sum((s.until - s.since for s in found if s.holder.hands is Hands.STILL), timedelta()),
        working=unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.DAY),
        erased=any(record.after is None for record in records),
    )


def _told(record: Record) -> Told:
    return Told(
        record.happened_at,
        stories.verb_of(record),
        record.after or {},
        record.actor_account,
        record.actor_name or "",
    )


def _links(records: Sequence[Record], by: Actor) -> list[Link]:
    steps = {step.id: step for step in stories.steps(records, by)}
    decided = [r for r in records if r.id in steps and stories.verb_of(r) in DECISIONS]
    units = _units_of_posts([r.actor_post for r in decided if r.actor_post])
    found = []
    for record in decided:
        outside = record.actor_role in REPORTERS
        scope = record.actor_scope or ""
        found.append(
            Link(
                step=steps[record.id],
                level=int(Level.NONE if outside or record.actor_role == Role.SYSTEM else level_of_scope(scope)),
                unit=units.get(record.actor_post, "") if record.actor_post and not outside else "",
                role=record.actor_role,
                name="" if outside or record.actor_role == Role.SYSTEM else record.actor_name or "",
            )
        )
    return found


def _owners(held: Sequence[Held]) -> list[tuple[Held, timedelta]]:
    """The time of each holder; a unit's people together."""
    sums: dict[tuple[Hands, UUID | None], tuple[Held, timedelta]] = {}
    for one in held:
        holder = one.stretch.holder
        if holder.hands is Hands.STILL:
            continue
        key = (holder.hands, holder.unit_id)
        first, spent = sums.get(key, (one, timedelta()))
        sums[key] = (first, spent + one.stretch.spent)
    whole = [(replace(first, stretch=_nameless(first.stretch)), spent) for first, spent in sums.values()]
    return sorted(whole, key=lambda pair: -pair[1])


def _nameless(stretch: Stretch) -> Stretch:
    return replace(stretch, holder=replace(stretch.holder, account_id=None, account=""))


def _unit_names(ids: set[UUID]) -> dict[UUID, str]:
    with as_system():
        return dict(PeopleUnit.objects.filter(id__in=ids).values_list("id", "name")) if ids else {}


def _units_of_posts(posts: list[UUID]) -> dict[UUID, str]:
    """A unit's name is no secret, so the system's eyes read it."""
    if not posts:
        return {}
    with as_system():
        return {post: name or "" for post, name in read(_POSTS, [posts])}
