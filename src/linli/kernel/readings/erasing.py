"""What a thing said is erased, when whoever it is about agrees no more (`things.erasing`): readings, what was rolled up of
them, how far rules were, what could not be read, what warnings said of it. A warning that stands is closed.

Rounds of evaluators and the rolling up hold `readings_rolling` while they write; this waits for them, and they for this.
So none writes afterwards what it had read before, and every round that begins later sees the tombstone (`evaluating`).
Warnings and their matters stay as what they are, the record of who was sent and when, without what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from linli.kernel.access import SYSTEM
from linli.kernel.access.prepared import read
from linli.kernel.audit.verbs import Entry, append_each
from linli.kernel.audit.verbs import erase as erase_records
from linli.kernel.things.models import Thing

from . import rolling
from .models import DeadLetter, RuleNumber, State, Warning

_TABLES = ("reading", "minute", "hour", "day", "latest", "tally", "dirty", "usual", "spoken", "unwell")
ENDED: Mapping[str, str] = {"ended": "agreement"}
"""What a warning says when nothing is left of what was measured."""


def erase(thing: Thing, at: datetime) -> dict[str, int]:
    """In the transaction of the verb that ends the agreement. Returns how many rows went, by kind."""
    rolling.stop()
    counts = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM readings_{table} WHERE thing = %s", [thing.no])  # noqa: S608 - names of ours
            counts[f"{table}s" if table == "reading" else table] = cursor.rowcount
        cursor.execute("DELETE FROM readings_state WHERE subject = %s", [str(thing.no)])
    counts["letters"] = DeadLetter.objects.filter(thing=thing).delete()[0]
    RuleNumber.objects.filter(thing=thing).delete()
    counts["warnings"] = _warnings(thing, at)
    return {what: n for what, n in counts.items() if n}


def _warnings(thing: Thing, at: datetime) -> int:
    """Nothing of what was measured stays in them, in their histories and in the notes people made."""
    said = list(
        Warning.objects.select_for_update(of=("self",))
        .filter(thing=thing)
        .exclude(says=ENDED, cause_note="", trouble="", closed_at__isnull=False)
        .order_by("rule", "subject")
    )
    entries = []
    for warning in said:
        if warning.closed_at is None:
            entries.append(
                Entry(
                    warning.stream, warning.place_code, before={"state": warning.state},
                    after={"state": "closed", "why": "agreement"},
                )
            )  # fmt: skip
            warning.state, warning.closed_at = State.CLOSED, at
        warning.says, warning.cause_note, warning.trouble = dict(ENDED), "", ""
        warning.version += 1
    Warning.objects.bulk_update(said, ["state", "closed_at", "says", "cause_note", "trouble", "version"])
    # Of the histories only what the evaluator wrote holds measurements, and what people noted.
    erase_records(at=at, streams=[warning.stream for warning in said], saying='"says"|cause_note')
    append_each(entries, by=SYSTEM, at=at, verb="readings.close")
    return len(said)


_ENDED = "SELECT id, no FROM things_erasure WHERE id > %s ORDER BY id"


def latest() -> int:
    ((number,),) = read("SELECT coalesce(max(id), 0) FROM things_erasure")
    return int(number)


def ended_since(last: int) -> list[tuple[int, int]]:
    """Tombstones after one, as (number, thing). Asked by a round that holds `rolling.hold`, so that none is missed."""
    return [(int(number), int(no)) for number, no in read(_ENDED, [last])]
