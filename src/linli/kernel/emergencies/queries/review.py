"""复盘: what happened when, and how long it took from one to the next; read from the records, not from what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.matters.queries import row as matters
from linli.kernel.readings.models import Warning

from ..models import Emergency, Task
from .course import Written, records
from .looking import tasks

Word = str | Promise


@dataclass(frozen=True, slots=True)
class Instant:
    """Something that happened for the first time. `by_phone`: when the phone of who did it said it was, where that is
    earlier than it arrived; spans are reckoned from it."""

    key: str
    words: Word
    at: datetime
    by_phone: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """How long from one instant to another; None where either is missing."""

    words: Word
    lasted: timedelta | None


@dataclass(frozen=True, slots=True)
class Review:
    """`helps` is how many called for help, `reached` how many of these somebody was with, `slowest` and `usual` (the
    median) how long that took. `late` counts tasks done after their time, `open` those never done nor dropped."""

    instants: tuple[Instant, ...]
    spans: tuple[Span, ...]
    tasks: int
    done: int
    late: int
    dropped: int
    open: int
    helps: int
    reached: int
    usual: timedelta | None
    slowest: timedelta | None
    zones: int


WORDS: dict[str, Word] = {
    "alarm": _("报警"),
    "declared": _("启动应急"),
    "told": _("通知居民"),
    "order": _("第一道任务"),
    "taken": _("第一个人出发"),
    "there": _("第一个人到现场"),
    "controlled": _("宣布已控制"),
    "ended": _("结束应急"),
}
_SPANS = (
    ("alarm", "declared"), ("declared", "told"), ("declared", "order"), ("order", "taken"), ("taken", "there"),
    ("alarm", "there"), ("declared", "controlled"), ("declared", "ended"),
)  # fmt: skip
_FIRST = {
    "declare": "declared", "told": "told", "set_task": "order", "ask_help": "order", "take_task": "taken",
    "arrive_task": "there", "end": "ended",
}  # fmt: skip


def review(emergency: Emergency, by: Actor) -> Review:
    """Everything the review page shows but the log itself. Four queries. The emergency must be one the looker sees."""
    found = records(emergency)
    instants = _instants(emergency, by, found)
    at = {one.key: one.at for one in instants}
    spans = tuple(
        Span(_said(a, b), at[b] - at[a] if a in at and b in at and at[b] >= at[a] else None) for a, b in _SPANS
    )
    helped = sorted(_helped(found))
    calls = sum(record[2] == "emergencies.ask_help" for record in found)
    return Review(
        instants, spans, **_tasks(tasks(emergency)), helps=calls, reached=len(helped),
        usual=timedelta(seconds=median(one.total_seconds() for one in helped)) if helped else None,
        slowest=helped[-1] if helped else None,
        zones=sum(record[2] == "emergencies.move_zone" for record in found),
    )  # fmt: skip


def _instants(emergency: Emergency, by: Actor, found: Sequence[Written]) -> tuple[Instant, ...]:
    first: dict[str, Instant] = {}
    if (alarm := _alarm(emergency, by)) is not None:
        first["alarm"] = Instant("alarm", WORDS["alarm"], alarm)
    for _id, at, verb, _role, _name, _post, _before, after, _note in found:
        key = _FIRST.get(verb.partition(".")[2], "")
        if not key:
            continue
        said = after.get("phone_at")
        when = datetime.fromisoformat(said) if said else at
        if key not in first or when < first[key].at:
            first[key] = Instant(key, WORDS[key], when, by_phone=bool(said))
    if emergency.controlled_at is not None:
        first["controlled"] = Instant("controlled", WORDS["controlled"], emergency.controlled_at)
    return tuple(sorted(first.values(), key=lambda one: one.at))


def _alarm(emergency: Emergency, by: Actor) -> datetime | None:
    """When it was first said: the warning's own instant, or the report's."""
    if emergency.warning_id is not None:
        found = Warning.objects.filter(pk=emergency.warning_id).values_list("raised_at", flat=True).first()
        if found is not None:
            return found
    matter = matters.seen(emergency.matter_id) if emergency.matter_id is not None else None
    return matter.opened_at if matter is not None else None


def _helped(found: Sequence[Written]) -> list[timedelta]:
    """How long each call for help waited until somebody was there."""
    asked: dict[str, datetime] = {}
    reached: dict[str, timedelta] = {}
    for _id, at, verb, _role, _name, _post, _before, after, _note in found:
        task = str(after.get("task") or "")
        if verb == "emergencies.ask_help":
            asked[task] = at
        elif verb == "emergencies.arrive_task" and task in asked and task not in reached:
            said = after.get("phone_at")
            reached[task] = (datetime.fromisoformat(said) if said else at) - asked[task]
    return list(reached.values())


def _tasks(every: Sequence[Task]) -> dict[str, int]:
    return {
        "tasks": len(every),
        "done": sum(task.done_at is not None for task in every),
        "late": sum(task.done_at is not None and task.done_at > task.due_at for task in every),
        "dropped": sum(task.dropped_at is not None for task in every),
        "open": sum(task.is_open for task in every),
    }


def _said(a: str, b: str) -> str:
    return f"{WORDS[a]} → {WORDS[b]}"
