"""How every verb on a notice runs: seen, locked, allowed, changed, recorded, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import (
    SYSTEM,
    Actor,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    covers,
    holds,
    look_as,
    looking_as,
)
from linli.kernel.audit import append

from .. import flow
from ..models import Notice, Version

_QUIET = {"id", "changes", "next_tick_at", "counted_at"}
_WATCHED = [f.attname for f in Notice._meta.concrete_fields if f.attname not in _QUIET]


@dataclass(slots=True)
class Doing:
    """One verb being done: the locked notice, and what the record will say beside what changed."""

    verb: str
    notice: Notice
    by: Actor
    at: datetime
    was: dict[str, Any]
    says: dict[str, Any] = field(default_factory=dict)
    note: str | None = None

    def version(self, number: int) -> Version:
        return self.notice.versions.get(number=number)

    def pending(self) -> Version | None:
        return self.notice.versions.filter(state="pending").first()

    def finish(self) -> None:
        notice = self.notice
        notice.changes += 1
        notice.save()
        now = watched(notice)
        changed = [name for name in now if self.was.get(name) != now[name]]
        record(
            notice,
            by=self.by,
            at=self.at,
            verb=self.verb,
            before={name: self.was.get(name) for name in changed if name in self.was},
            after={**{name: now[name] for name in changed}, **self.says},
            note=self.note,
        )


def record(
    notice: Notice,
    *,
    by: Actor,
    at: datetime,
    verb: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    append(
        by=by,
        at=at,
        verb=f"notices.{verb}",
        stream=notice.stream,
        place_code=notice.place_code,
        unit_ids=[notice.unit_id],
        before=before,
        after=after,
        note=note,
    )


@contextmanager
def act(verb: str, notice_id: UUID, *, by: Actor, at: datetime, changes: int | None = None) -> Iterator[Doing]:
    """Run one verb. `changes` is what the page was drawn from; whoever saw an older notice is refused."""
    with transaction.atomic(), looking_as(by):
        if not any(holds(by, need) for need in flow.VERBS[verb].needs):
            raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
        look_as(SYSTEM)
        notice = Notice.objects.select_for_update(of=("self",)).filter(pk=notice_id).first()
        if notice is None or not covers(by, notice.place_code):
            raise NotFound(_("没有这条通知，或者它不在您的管辖范围内。"))
        if changes is not None and changes != notice.changes:
            raise Conflict(_("这条通知刚刚有了变化，请看最新的内容再操作。"), code="stale")
        flow.require(verb, notice, by)
        doing = Doing(verb, notice, by, at, watched(notice))
        yield doing
        doing.finish()


def watched(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in _WATCHED}


def whoever(by: Actor) -> UUID:
    """The account that acts: a notice names who wrote and who let it out. Raises NotAllowed for who has none."""
    if by.account_id is None:
        raise NotAllowed(_("请先登录。"), code="role")
    return by.account_id


def refuse(**fields: str) -> Invalid:
    return Invalid(_("还有内容要改。"), fields=fields)
