"""What a round changed is written: readings, present states, standings of rules, tallies, dead letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection

from linli.kernel.access.prepared import read

from .. import rolling
from ..instants import at_us, us
from ..models import DeadLetter
from ..rules import Sample, State
from ..streams.isolating import plain
from ..wire import Dead, Entry, Flag, Met
from . import late, rows
from .calm import Key
from .course import Course
from .minutes import MINUTE
from .present import Last
from .round import Round

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode
_EPOCH = date(1970, 1, 1)
_TEMP = """
CREATE TEMP TABLE IF NOT EXISTS readings_now (n integer, thing integer, at timestamptz, received_at timestamptz,
  changed_at timestamptz, "values" double precision[], repeats bigint[]) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS readings_over (round integer, thing integer, slot smallint, at timestamptz, n integer,
  least double precision, sum double precision, most double precision, last double precision) ON COMMIT DELETE ROWS
"""
_PRESENT = """
INSERT INTO readings_latest AS l (thing, at, received_at, changed_at, "values", repeats)
SELECT thing, at, received_at, changed_at, "values", repeats FROM readings_now WHERE n = %s
ON CONFLICT (thing) DO UPDATE SET at = excluded.at, received_at = excluded.received_at,
  changed_at = excluded.changed_at, "values" = excluded.values, repeats = excluded.repeats
"""
_MINUTES = f"""
INSERT INTO readings_minute AS m (thing, slot, at, n, least, sum, most, last)
SELECT thing, slot, at, n, least, sum, most, last FROM readings_over WHERE round = %s
{rolling.REPLACES}
"""  # noqa: S608 - words of ours
_UPTO = """
UPDATE readings_rolled r SET upto = u.upto FROM unnest(%s::smallint[], %s::timestamptz[]) u(shard, upto)
WHERE r.shard = u.shard
"""
_STATES = """
INSERT INTO readings_state (rule, subject, shard, state, due_at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::smallint[], %s::bytea[], %s::timestamptz[])
ON CONFLICT (rule, subject) DO UPDATE SET shard = excluded.shard, state = excluded.state, due_at = excluded.due_at
"""
_GONE = "DELETE FROM readings_state WHERE (rule, subject) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
_TALLY = """
INSERT INTO readings_tally AS t (thing, day, what, n) SELECT * FROM unnest(%s::int[], %s::date[], %s::text[], %s::int[])
ON CONFLICT (thing, day, what) DO UPDATE SET n = t.n + excluded.n
"""
_DIRTY = """
INSERT INTO readings_dirty (thing, minute) SELECT * FROM unnest(%s::int[], %s::timestamptz[]) ORDER BY 1, 2
ON CONFLICT (thing, minute) DO UPDATE SET minute = excluded.minute
"""
_BESIDE = """
SELECT u.n, (extract(epoch FROM r.at) * 1000000)::bigint, r.values
FROM unnest(%s::int[], %s::timestamptz[]) WITH ORDINALITY u(thing, at, n)
JOIN readings_reading r ON r.thing = u.thing AND r.at >= u.at AND r.at < u.at + interval '1 millisecond'
"""
_LATE = """
INSERT INTO readings_reading (thing, at, received_at, flags, "values")
SELECT thing, at, received_at, flags, v::double precision[]
FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::smallint[], %s::text[]) u(thing, at, received_at, flags, v)
"""


def begin() -> None:
    """What a session needs before its first round."""
    with connection.cursor() as cursor:
        cursor.execute(_TEMP)


def write(course: Course, done: Round, *, all_present: bool) -> None:
    """Everything but warnings, in the caller's transaction.

    With `all_present` every present state that changed is written. Without, only what the readings do not tell again:
    which messages without a time of their own are known.
    """
    with connection.cursor() as cursor:
        for day, packed in done.fresh.items():
            table = f"readings_reading_{_EPOCH + timedelta(days=day):%Y%m%d}"
            _copy(cursor, f'{table} (thing, at, received_at, flags, "values")', packed)
        kept = _late(done)  # after what is new: it is compared with that too
        if not done.careful:  # else what is new is among it, and was fed
            late.look(course, kept, done)
        course.pending |= done.touched
        if present := course.pending if all_present else done.messages:
            _copy(cursor, "readings_now", course.presents(sorted(present), done.nth))
            cursor.execute(_PRESENT, [done.nth])
            course.pending = course.pending - present
        _states(cursor, course, done.states | course.gone)
        course.gone = set()
        if done.tallies:
            things, days, whats = zip(*done.tallies, strict=True)
            dates = [_EPOCH + timedelta(days=day) for day in days]
            cursor.execute(_TALLY, [list(things), dates, list(whats), list(done.tallies.values())])
        _rolled(cursor, course, done)
        if done.dirty:
            marks = [(thing, at_us(minute * MINUTE)) for thing, minute in done.dirty]
            cursor.execute(_DIRTY, [list(column) for column in zip(*marks, strict=True)])


def _rolled(cursor: Any, course: Course, done: Round) -> None:
    if done.rolled:
        whose = course.present.thing
        _copy(cursor, "readings_over", [rows.minutes(done.nth, part, whose[part.row]) for part in done.rolled])
        cursor.execute(_MINUTES, [done.nth])
    if done.upto:
        cursor.execute(_UPTO, [list(done.upto), [at_us(until) for until in done.upto.values()]])


def _copy(cursor: Any, into: str, packed: Any) -> None:
    with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(rows.SIGNATURE + b"".join(packed) + rows.END)


def _states(cursor: Any, course: Course, keys: set[Key]) -> None:
    kept = [key for key in sorted(keys) if _worth(course, key)]
    gone = sorted(keys - set(kept))
    course.written |= set(kept)
    course.written -= set(gone)
    if kept:
        names, subjects = zip(*kept, strict=True)
        watchers = [course.watchers[key] for key in kept]
        states = [course.states[key] for key in kept]
        dues = [machine.due(state) for (_rule, machine, _thing), state in zip(watchers, states, strict=True)]
        values = [
            list(names),
            list(subjects),
            [thing.shard for _rule, _machine, thing in watchers],
            [_pack(state) for state in states],
            [None if due is None else at_us(due * 1000) for due in dues],
        ]
        cursor.execute(_STATES, values)
    if gone:
        cursor.execute(_GONE, [list(column) for column in zip(*gone, strict=True)])


def _worth(course: Course, key: Key) -> bool:
    state = course.states.get(key)
    return state is not None and not course.watchers[key][1].idle(state)


def _late(done: Round) -> list[Entry]:
    """Readings older than their thing's last: the same again is dropped, another of the same instant is kept beside. Returns
    those that are kept."""
    if not done.late:
        return []
    waiting = sorted(done.late, key=lambda entry: (entry.thing, entry.at))
    at = [at_us(entry.at * 1000) for entry in waiting]
    there: dict[tuple[int, int], list[tuple[int, list[float | None]]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [[entry.thing for entry in waiting], at])
        seen = set()
        for n, moment, values in cursor.fetchall():
            entry = waiting[n - 1]
            if (entry.thing, moment) not in seen:
                seen.add((entry.thing, moment))
                there[entry.thing, entry.at].append((moment, values))
        kept = [(entry, row) for entry in waiting if (row := _beside(entry, there[entry.thing, entry.at], done))]
        if kept:
            cursor.execute(_LATE, [list(column) for column in zip(*(row for _entry, row in kept), strict=True)])
    return [entry for entry, _row in kept]


def _beside(entry: Entry, there: list[tuple[int, list[float | None]]], done: Round) -> tuple[Any, ...] | None:
    at = entry.at * 1000
    day = at // 86_400_000_000
    if any(values == entry.values for _moment, values in there):
        done.tally(entry.thing, day, Met.REPEATED)
        return None
    at = max([at, *(moment + 1 for moment, _values in there)])
    there.append((at, entry.values))
    if not done.careful:
        done.tally(entry.thing, day, Met.LATE)
    done.count += 1
    done.dirty.add((entry.thing, at // MINUTE))
    written = "{" + ",".join("NULL" if value is None else repr(value) for value in entry.values) + "}"
    return entry.thing, at_us(at), at_us(entry.received * 1000), entry.flags | Flag.LATE, written


def letters(dead: Sequence[Dead], course: Course) -> None:
    """What could not be read, laid down for a person to look at."""
    made = []
    for one in dead:
        thing = course.book.things.get(one.thing)
        made.append(
            DeadLetter(
                at=at_us(one.received * 1000),
                key=plain(one.key)[:64],
                thing_id=thing.id if thing else None,
                place_code=thing.place_code if thing else "",
                via=one.via[:16],
                topic=plain(one.topic)[:255],
                codec=one.codec[:32],
                why=one.why,
                says=plain(one.says)[:200],
                payload=one.payload,
                size=one.size,
            )
        )
    DeadLetter.objects.bulk_create(made, batch_size=1000)


def ensure_days(days: set[int]) -> None:
    """Make the partitions of days since 1970, each in a moment of its own."""
    for day in sorted(days):
        read("SELECT readings_ensure(%s::date)", [_EPOCH + timedelta(days=day)])


_NEWER = """
SELECT t.no, r.at, r.received_at, r.values FROM things_thing t LEFT JOIN readings_latest l ON l.thing = t.no
JOIN readings_reading r ON r.thing = t.no AND r.at > coalesce(l.at, '-infinity')
WHERE t.shard = ANY(%s::smallint[]) ORDER BY r.at
"""


@dataclass(slots=True)
class Standing:
    """Where the things and rules of some shards stand: what was written, and the readings that are newer."""

    last: dict[int, Last]
    states: list[tuple[Key, State]]
    newer: list[tuple[int, int, int, list[float | None]]]


def read_back(shards: set[int]) -> Standing:
    """As the database has it."""
    wanted = [str(n) for n in sorted(shards)]
    last = {}
    query = (
        "SELECT l.thing, l.at, l.received_at, l.changed_at, l.values, l.repeats FROM readings_latest l"
        " JOIN things_thing t ON t.no = l.thing WHERE t.shard = ANY(%s::smallint[])"
    )
    for thing, at, received, changed, values, repeats in read(query, [wanted]):
        last[thing] = Last(us(at), us(received), us(changed), values, repeats)
    states = read("SELECT rule, subject, state FROM readings_state WHERE shard = ANY(%s::smallint[])", [wanted])
    newer = [(no, us(at), us(received), values) for no, at, received, values in read(_NEWER, [wanted])]
    return Standing(last, [((rule, subject), _unpack(state)) for rule, subject, state in states], newer)


_LATELY = """
SELECT r.thing, (extract(epoch FROM r.at) * 1000)::bigint, r.values
FROM unnest(%s::int[], %s::timestamptz[]) u(thing, since) JOIN readings_reading r ON r.thing = u.thing AND r.at > u.since
ORDER BY r.at
"""


def lately(windows: dict[int, int]) -> list[Sample]:
    """The last readings of things, of each those after an instant (µs), oldest first."""
    if not windows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [list(windows), [at_us(since) for since in windows.values()]])
        return [Sample(*row) for row in cursor.fetchall()]
