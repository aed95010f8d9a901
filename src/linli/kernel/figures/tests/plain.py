"""The figures again, the slow way: from what a test saw of its matters after every act, in plain Python.

Knows nothing of turns in the database, of kept counts or of SQL. Of each matter it remembers how it stood; when one
that had ended is open again, what stood before is one turn, over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

from linli.kernel.access import as_system
from linli.kernel.matters.models import FINAL, Matter

ZONE = ZoneInfo("Asia/Shanghai")
ENDED = ("closed", "declined", "written_off", "merged", "withdrawn")


@dataclass
class Story:
    """One matter: the turns that are over, and how it stands."""

    over: list[SimpleNamespace] = field(default_factory=list)
    last: SimpleNamespace | None = None

    def see(self, at: datetime) -> None:
        assert self.last is not None
        now = _seen(self.last.id)
        if self.last.state in ("closed", "declined") and now.state not in FINAL:
            self.last.again = True
            self.over.append(self.last)
            now.since, now.turn = at, self.last.turn + 1
        else:
            now.since, now.turn = self.last.since, self.last.turn
            now.granted = self.last.granted
            if self.last.state == "closed" and now.state == "closed":
                now.reporter = self.last.reporter or now.reporter  # was asked, and asked to be forgotten afterwards
        now.granted += now.grants - self.last.grants
        self.last = now

    @property
    def turns(self) -> list[SimpleNamespace]:
        assert self.last is not None
        return [*self.over, self.last]


def begin(matter_id: UUID) -> Story:
    story = Story(last=_seen(matter_id))
    assert story.last is not None
    story.last.since, story.last.turn = story.last.opened, 0
    story.last.granted = 0
    return story


def _seen(matter_id: UUID) -> SimpleNamespace:
    with as_system():
        m = Matter.objects.get(id=matter_id)
        return SimpleNamespace(
            id=m.id, state=m.state, opened=m.opened_at, kind=m.kind, place=m.place_code, unit=m.lead_unit_id,
            source=m.source, answer_due=m.answer_due, answered=m.answered_at, finish_due=m.finish_due, done=m.done_at,
            ended=m.ended_at, paused=m.paused_at, rating=m.rating, reporter=m.reporter_id is not None, again=False,
            since=None, turn=0, granted=0, orders=list(m.orders.filter(withdrawn=False).values_list("ordered_at", flat=True)),
            grants=m.requests.filter(what="extension", granted=True).count(),
            parts=[(a.unit_id, a.assigned_at, a.given_back_at is not None) for a in m.assignments.filter(part="lead")],
        )  # fmt: skip


def day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


def fate(turn: SimpleNamespace, due: datetime, kept: datetime | None) -> str:
    if kept is not None:
        return "in" if kept <= due else "late"
    if turn.ended is not None:
        return "out" if turn.ended <= due else "late"
    if turn.paused is not None and turn.paused <= due:
        return "out"
    return "late"  # once the date has passed, and nobody asks before


def counted(
    stories: list[Story], first: date, last: date, at: datetime, group: str, prefix: str, kind: str = "",
    only: UUID | None = None,
) -> dict[str, Counter]:  # fmt: skip
    """Counts by key of the matters below a prefix, of a kind and of a unit, of a period, up to an instant."""
    found: dict[str, Counter] = {}

    def add(name: str, when: datetime | None, story: Story, unit: UUID | None, amount: int = 1) -> None:
        assert story.last is not None
        if when is None or when > at or not first <= day(when) <= last or not story.last.place.startswith(prefix):
            return
        if kind not in ("", story.last.kind) or only not in (None, unit):
            return
        key = {
            "": "", "unit": str(unit) if unit else "-", "kind": story.last.kind, "day": day(when).isoformat(),
            "place": story.last.place[: {4: 6, 6: 9, 9: 12}.get(len(prefix), 4)],
        }[group]  # fmt: skip
        found.setdefault(key, Counter())[name] += amount

    for story in stories:
        assert story.last is not None
        for turn in story.turns:
            unit = turn.unit
            add("reported" if turn.turn == 0 else "reopened", turn.since, story, unit)
            if turn.turn == 0 and turn.source != "reading":
                name = {"in": "answer_in", "out": "answer_out", "late": "answer_late"}
                add(name[fate(turn, turn.answer_due, turn.answered)], turn.answer_due, story, unit)
            done = turn.done or (turn.ended if turn.state == "closed" else None)
            was = fate(turn, turn.finish_due, done)
            add(f"finish_{was}", turn.finish_due, story, unit)
            if was != "out":
                add("extended", turn.finish_due, story, unit, turn.granted > 0)
                ordered = any(
                    turn.since <= o and (turn.ended is None or o <= turn.ended) for o in story.last.orders
                )
                add("supervised", turn.finish_due, story, unit, ordered)
            if turn.ended is not None:
                add(turn.state, turn.ended, story, unit)
                asked = turn.state == "closed" and (turn.reporter or turn.rating is not None)
                add("again", turn.ended, story, unit, turn.again)
                add("asked", turn.ended, story, unit, asked)
                add("rated", turn.ended, story, unit, asked and turn.rating is not None)
                add("satisfied", turn.ended, story, unit, asked and (turn.rating or 0) >= 4)
        for unit, when, returned in story.last.parts:
            add("assigned", when, story, unit)
            add("returned", when, story, unit, returned)
    return {key: +counts for key, counts in found.items() if +counts}


def open_at(stories: list[Story], at: datetime, prefix: str) -> tuple[int, int]:
    """How many were open at an instant, and of these overdue."""
    opened = overdue = 0
    for story in stories:
        assert story.last is not None
        for turn in story.turns:
            if not story.last.place.startswith(prefix) or turn.since > at or (turn.ended and turn.ended <= at):
                continue
            opened += 1
            done = turn.done or (turn.ended if turn.state == "closed" else None)
            promises = [(turn.finish_due, done)]
            if turn.turn == 0 and turn.source != "reading":
                promises.append((turn.answer_due, turn.answered))
            overdue += any(
                due <= at and (kept is None or kept > at) and fate(turn, due, kept) == "late"
                for due, kept in promises
            )
    return opened, overdue


DAY = timedelta(days=1)
