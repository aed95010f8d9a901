"""How every verb on a matter runs: seen, locked, allowed, changed, recorded, in one transaction.

    with act("accept", matter_id, by=by, at=at, version=version) as doing:
        doing.matter.state = State.ACCEPTED

The matter is looked for with the actor's own eyes (who does not see it is told there is none) and locked, so
that of two people the second finds what the first did. On leaving the block the difference is saved and one
audit record appended; when the block raises nothing has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, look_as
from linli.kernel.access.prepared import ask
from linli.kernel.audit import append
from linli.kernel.audit.queries import story
from linli.kernel.clock.calendar import WorkingCalendar
from linli.kernel.clock.queries import calendar_for

from .. import flow
from ..facts import Facts, facts_of
from ..models import FINAL, Matter
from ..numbers import Numbers, numbers_for
from ..queries import row
from ..timers import next_tick
from .showing import show

LONGEST = 4000  # characters of a text: three pages

_QUIET = {"id", "version", "contact_sealed", "p4", "p6", "p9", "p12", "order_at", "next_tick_at"}
_WATCHED = [f.attname for f in Matter._meta.concrete_fields if f.attname not in _QUIET]
_SAVED = [f for f in Matter._meta.concrete_fields if f.name not in {"id", "number", "source"} and not f.generated]
_SAVE = f"UPDATE matters_matter SET {', '.join(f'{f.column} = %s' for f in _SAVED)} WHERE id = %s RETURNING id"  # noqa: S608


@dataclass(slots=True)
class Doing:
    """One verb being done: the locked matter, what the table needed to know, and what the record will say."""

    verb: str
    matter: Matter
    by: Actor
    at: datetime
    facts: Facts
    was: dict[str, Any]
    says: dict[str, Any] = field(default_factory=dict)
    note: str | None = None

    @property
    def calendar(self) -> WorkingCalendar:
        return calendar_for(self.matter.place_code)

    @property
    def numbers(self) -> Numbers:
        return numbers_for(self.matter.kind, self.matter.place_code, self.matter.urgency)

    def attach(self, files: Iterable[UUID], purpose: str, *, for_reporter: bool = True) -> None:
        """Show files with the matter; the record names them."""
        if shown := show(files, self.matter, purpose, by=self.by, at=self.at, for_reporter=for_reporter):
            self.says["files"] = shown

    def finish(self) -> None:
        matter = self.matter
        matter.next_tick_at = None if matter.state in FINAL else next_tick(matter)
        matter.version += 1
        # As `save`, by a statement that is written and planned once.
        if not ask(_SAVE, [*(getattr(matter, f.attname) for f in _SAVED), matter.id]):
            raise DatabaseError(f"matter {matter.id} was locked and could not be written")
        before, after = difference(self.was, watched(matter))
        append(
            by=unnamed(self.by, matter),
            at=self.at,
            verb=f"matters.{self.verb}",
            stream=matter.stream,
            place_code=matter.place_code,
            unit_ids=matter.unit_ids,
            person_ids=matter.person_ids,
            before=before,
            after={**after, **self.says},
            note=self.note,
        )


@contextmanager
def act(
    verb: str, matter_id: UUID, *, by: Actor, at: datetime, version: int | None = None, rule: str | None = None
) -> Iterator[Doing]:
    """Run one verb. `rule` names the row of the transition table when it is not the verb's own (the clock's)."""
    with transaction.atomic():
        look_as(by)
        matter = locked(matter_id)
        facts = facts_of(matter, at)
        if version is not None and version != matter.version:
            raise Conflict(_who_was_faster(matter), code="stale")
        if rule != "":
            flow.require(rule or verb, matter, facts, by)
        look_as(SYSTEM)
        doing = Doing(verb, matter, by, at, facts, watched(matter))
        yield doing
        doing.finish()
        look_as(by)


def unnamed(by: Actor, matter: Matter) -> Actor:
    """Who acts, as the record names them: the reporter of an anonymous matter is not named."""
    own = by.person_id is not None and by.person_id == matter.reporter_id
    return replace(by, name="", address="") if matter.anonymous and own else by


def locked(matter_id: UUID) -> Matter:
    matter = row.locked(matter_id)
    if matter is None:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
    return matter


def watched(matter: Matter) -> dict[str, Any]:
    return {name: getattr(matter, name) for name in _WATCHED}


def difference(was: dict[str, Any], now: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [name for name in now if was[name] != now[name]]
    return {name: was[name] for name in changed}, {name: now[name] for name in changed}


def needed(**texts: str) -> None:
    """Raise Invalid, naming every text that was left empty, or is too long."""
    empty = {name: _("请填写这一项。") for name, text in texts.items() if not text.strip()}
    if empty:
        raise Invalid(_("还有必填的内容没有填写。"), fields=empty)
    fitting(**texts)


def fitting(longest: int = LONGEST, /, **texts: str) -> None:
    """Raise Invalid, naming every text that is too long: what somebody wrote is kept whole, or not at all."""
    over = {name: len(text.strip()) for name, text in texts.items() if len(text.strip()) > longest}
    if over:
        sentence = _("太长了：最多 %(most)d 字，现在有 %(n)d 字。")
        fields = {name: sentence % {"most": longest, "n": n} for name, n in over.items()}
        raise Invalid(_("有的内容太长了。"), fields=fields)


def _who_was_faster(matter: Matter) -> str:
    last = story(matter.stream).last()
    if last is None:
        return _("这件事刚刚有了变化，请看最新情况后再处理。")
    verb = last.verb.partition(".")[2]
    rule = flow.VERBS.get(verb)
    return _("%(who)s 已在 %(when)s 办了“%(what)s”，您看到的还是那以前的情况。") % {
        "who": last.actor_name or (_("上报人") if last.actor_person else _("系统")),
        "when": format_date(timezone.localtime(last.happened_at), _("n月j日 H:i")),
        "what": rule.word if rule else _("变更"),
    }
