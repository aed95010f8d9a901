"""Facts of one entry written as a set: a staging table, one question what is known already, one INSERT.

PostgreSQL copies into no table under row level security, so facts pass through a table of the transaction's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from json import JSONEncoder
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid
from linli.kernel.access.sizes import know_the_size
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.lines import line
from linli.kernel.declare import About, Type
from linli.kernel.sealed import seal

from ..defined import Defined
from ..defined import elements as defined
from ..models import Entry
from ..subjects import Subject
from ..values import Value, print_of
from .common import kept_until, put_each_in_force

_COLUMNS = "id, subject, element, place_code, value, sealed, print, keep_until, observed_at"
_BATCH = 20_000
_MAKE = """
CREATE TEMP TABLE incoming_fact (id uuid, subject uuid, element text COLLATE "C", place_code text COLLATE "C", value jsonb,
  sealed bytea, print bytea, keep_until date, observed_at timestamptz) ON COMMIT DROP
"""
# One look at what is known of each line: whether anything is, and whether what is in force says the same.
_KNOWN = """
CREATE TEMP TABLE known_fact ON COMMIT DROP AS
SELECT i.id, bool_or(f.state = 'in_force' AND CASE
    WHEN f.print IS NOT NULL OR i.print IS NOT NULL THEN coalesce(f.print = i.print, false)
    WHEN i.element = ANY(%(decimals)s) THEN (f.value #>> '{}')::numeric = (i.value #>> '{}')::numeric
    ELSE f.value = i.value END) AS same
FROM incoming_fact i JOIN registers_fact f ON f.subject = i.subject AND f.element = i.element AND f.state IN ('in_force', 'beside')
GROUP BY i.id
"""
_SAME = "DELETE FROM incoming_fact i USING known_fact k WHERE k.id = i.id AND k.same"
# Of several lines about one thing the last seen is in force, as the rule would say: they are of one source.
_KEEP = """
WITH ranked AS (
  SELECT i.*, row_number() OVER (PARTITION BY subject, element ORDER BY observed_at DESC, id DESC) AS nth FROM incoming_fact i)
INSERT INTO registers_fact (id, about, subject, element, place_code, value, sealed, print, source, entry_id, author_id,
  observed_at, recorded_at, seen_at, keep_until, state, contested)
SELECT r.id, %(about)s, subject, element, place_code, value, sealed, print, %(source)s, %(entry)s, %(author)s,
  observed_at, %(at)s, observed_at, keep_until, CASE WHEN nth = 1 AND k.id IS NULL THEN 'in_force' ELSE 'beside' END, false
FROM ranked r LEFT JOIN known_fact k ON k.id = r.id ORDER BY subject, element, r.id
"""
_AGAIN = "SELECT DISTINCT i.subject, i.place_code, i.element FROM incoming_fact i JOIN known_fact k ON k.id = i.id"
_json = JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class NewFact:
    """A checked line (`values.clean`). `place_code` is where its subject lies; `observed_at` None: when the table says."""

    subject: UUID
    place_code: str
    element: str
    value: Value
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """`facts` were written; of `known` something was known before, so that the rule was asked; `same` were in force already."""

    facts: int
    known: int
    same: int = 0


def write_facts(
    entry: Entry, rows: Iterable[NewFact], at: datetime, *, within: str = "", repeats: bool = True
) -> Written:
    """Write facts of an entry, in the transaction of its verb. What nothing was known of is in force at once; for the rest
    the rule is asked. Without `repeats`, what is in force already is left out.

    Raises Invalid for a row that does not lie `within`. Flat in memory, but for what is known of already.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        count = _copy(cursor, rows, entry.observed_at)
        if within:
            _refuse_strays(cursor, within)
        cursor.execute("ANALYZE incoming_fact")
        cursor.execute("SELECT DISTINCT element FROM incoming_fact")
        known = defined(name for (name,) in cursor.fetchall())
        decimals = [name for name, one in known.items() if one.element.type is Type.DECIMAL]
        cursor.execute(_KNOWN, {"decimals": decimals})
        same = 0
        if not repeats:
            cursor.execute(_SAME)
            same = cursor.rowcount
        given: dict[str, Any] = {
            "about": entry.about, "source": entry.source, "entry": entry.id, "author": entry.author_id, "at": at,
        }  # fmt: skip
        cursor.execute(_KEEP, given)
        cursor.execute(_AGAIN)
        again = cursor.fetchall()
        cursor.execute("DROP TABLE incoming_fact, known_fact")
    know_the_size(count, "registers_fact")
    _reckon(About(entry.about), again, at)
    return Written(count - same, len(again), same)


def _refuse_strays(cursor: Any, within: str) -> None:
    cursor.execute("SELECT place_code FROM incoming_fact WHERE NOT starts_with(place_code, %s) LIMIT 1", [within])
    if stray := cursor.fetchone():
        raise Invalid(_("有的行不在“%(place)s”，没有导入。") % {"place": stray[0]})


def _copy(cursor: Any, rows: Iterable[NewFact], observed_at: datetime) -> int:
    count = 0
    with cursor.copy(f"COPY incoming_fact ({_COLUMNS}) FROM STDIN") as copy:
        for lines in _batches(_lines(rows, observed_at)):
            copy.write("".join(lines).encode())
            count += len(lines)
    return count


def _lines(rows: Iterable[NewFact], observed_at: datetime) -> Iterator[str]:
    known: dict[str, Defined] = {}
    until: dict[tuple[str, datetime], str] = {}
    for row in rows:
        one = known.get(row.element)
        if one is None:
            one = known[row.element] = defined([row.element])[row.element]
        element, when = one.element, row.observed_at or observed_at
        keep = until.get((row.element, when))
        if keep is None:
            keep = until[row.element, when] = kept_until(element, when).isoformat()
            if len(until) > _BATCH:
                until.clear()
        said = _json(row.value)
        hidden = element.sealed
        yield line(
            (
                uuid7(), row.subject, row.element, row.place_code, None if hidden else said,
                seal(said) if hidden else None, print_of(element, row.value) if hidden else None, keep, when,
            )
        )  # fmt: skip


def _batches(lines: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for one in lines:
        batch.append(one)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reckon(about: About, known: Iterable[tuple[UUID, str, str]], at: datetime) -> None:
    by_subject: dict[tuple[UUID, str], list[str]] = {}
    for subject, code, element in known:
        by_subject.setdefault((subject, code), []).append(element)
    several = [(Subject(about, key, code, ""), names) for (key, code), names in sorted(by_subject.items())]
    put_each_in_force(several, at)
