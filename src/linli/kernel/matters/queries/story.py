"""What happened to a matter as a story, first to last: for colleagues everything, for its reporter what is theirs.

Two queries however long the story is: the records, and the names of the units and posts they speak of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BinaryField
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, Role
from linli.kernel.access.prepared import read
from linli.kernel.audit.models import Record
from linli.kernel.people.queries.units import unit_names

from .sayings import SAYINGS
from .told import Told

# What the reporter is not told: how colleagues talk among themselves, requests that may be refused, and
# warnings that are for those who handle.
_NOT_FOR_REPORTER = frozenset(
    {
        "hand_over",
        "finish_part",
        "ask_extension",
        "ask_write_off",
        "link",
        "reply_order",
        "pass_order",
        "return_order",
        "settle_order",
        "urge_order",
        "withdraw_order",
        "warned",
        "order_reminded",
        "order_missed",
        "part_reminded",
        "go",
        "arrive",
        "found",
        "alarm_again",
        "alarm_stepped",
        "alarm_joined",
        "alarm_cleared",
        "alarm_ended",
    }
)
_REPORTERS = REPORTERS | {Role.PARTNER}
# The links of the chain stay where they are.
SAID_FIELDS = [f.attname for f in Record._meta.concrete_fields if not isinstance(f, BinaryField)]
_TEXTS = [SAID_FIELDS.index(name) for name in ("before", "after")]
_STORY = f"SELECT {', '.join(SAID_FIELDS)} FROM matters_story(%s)"  # noqa: S608 - made of the model's own names


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story, in the reader's language. `who` is a unit for the reporter, a name for colleagues."""

    id: UUID
    at: datetime
    verb: str
    sentence: str
    who: str = ""
    quote: str = ""
    lines: tuple[str, ...] = ()
    tone: str = ""
    files: tuple[UUID, ...] = ()


def story(matter_id: UUID, by: Actor) -> list[Step]:
    """The story of a matter the actor sees; an empty list for one they do not."""
    return steps(records(matter_id), by)


def records(matter_id: UUID) -> list[Record]:
    """Every record of a matter the connection's eyes see, first to last."""
    return [of_row(row) for row in read(_STORY, [matter_id])]


def steps(found: Iterable[Record], by: Actor) -> list[Step]:
    """What the records say to the actor: those that are for them, each with its sentence."""
    to_reporter = by.role in _REPORTERS
    told = [record for record in found if _is_told(record, to_reporter)]
    units, posts = _names(told)
    return [_step(record, units, posts, to_reporter) for record in told]


def step_of(record: Record, *, to_reporter: bool) -> Step | None:
    """One record alone, as a notice or a live message tells it; None when it is not for the reporter."""
    if not _is_told(record, to_reporter):
        return None
    return _step(record, *_names([record]), to_reporter)


def of_row(row: tuple[Any, ...]) -> Record:
    """A record from its `SAID_FIELDS`, as `access.prepared.read` gives them."""
    values = list(row)
    for place in _TEXTS:
        values[place] = None if row[place] is None else orjson.loads(row[place])
    return Record.from_db(DEFAULT_DB_ALIAS, SAID_FIELDS, values)


def verb_of(record: Record) -> str:
    return record.verb.partition(".")[2]


def _is_told(record: Record, to_reporter: bool) -> bool:
    verb = verb_of(record)
    if verb not in SAYINGS:
        return False
    if not to_reporter:
        return True
    after = record.after or {}
    if verb == "comment":
        return bool(after.get("for_reporter"))
    if verb in ("decide_extension", "decide_write_off"):
        return bool((after.get("request") or {}).get("granted"))
    return verb not in _NOT_FOR_REPORTER


def _step(record: Record, units: dict[str, str], posts: dict[str, str], to_reporter: bool) -> Step:
    verb = verb_of(record)
    said = SAYINGS[verb](Told(record, units, to_reporter))
    unit = posts.get(str(record.actor_post), "")
    name = _("系统") if record.actor_role == Role.SYSTEM else record.actor_name or ""
    return Step(
        id=record.id,
        at=record.happened_at,
        verb=verb,
        sentence=said.sentence,
        who=_who(record, unit) if to_reporter else " ".join(filter(None, (unit, name))),
        quote=said.quote,
        lines=said.lines,
        tone=said.tone,
        files=_files(record, to_reporter),
    )


def _who(record: Record, unit: str) -> str:
    """For the reporter: the unit, nobody for what they did themselves, and by name whom they had named."""
    if record.actor_role == Role.PROXY:
        return _("代办人%(name)s") % {"name": record.actor_name or ""}
    return "" if record.actor_role in _REPORTERS else unit


def _files(record: Record, to_reporter: bool) -> tuple[UUID, ...]:
    """The files a step brought. Proof of a check is among colleagues, as the words of the check are."""
    if to_reporter and verb_of(record) == "verify":
        return ()
    return tuple(UUID(file) for file in (record.after or {}).get("files") or [])


def _names(records: Iterable[Record]) -> tuple[dict[str, str], dict[str, str]]:
    """Names of the units the records speak of, by unit id and by post id."""
    units: set[UUID] = set()
    posts: set[UUID] = set()
    for record in records:
        after = record.after or {}
        units |= {UUID(part["unit"]) for part in after.get("parts") or [] if part.get("unit")}
        orders = [after.get("order") or {}, *(after.get("orders") or [])]
        units |= {UUID(unit) for unit in (after.get("unit"), *(o.get("unit") for o in orders)) if unit}
        posts |= {record.actor_post} if record.actor_post else set()
    return unit_names(units, posts)
