"""Many facts at once: an office's table, an import, the demo. One transaction, one entry, one record.

Facts about what nothing was known of are in force at once; where something was known the rule is asked, subject by subject.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, require
from linli.kernel.access.sizes import know_the_size
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.lines import line
from linli.kernel.declare import About, Element, Source
from linli.kernel.sealed import seal

from ..defined import elements as defined
from ..models import Entry
from ..subjects import Subject
from ..values import Value, print_of
from .common import ENTERS, act, kept_until, put_in_force

_COLUMNS = "id, subject, element, place_code, value, sealed, print, keep_until, observed_at"
_BATCH = 20_000
_MAKE = """
CREATE TEMP TABLE incoming_fact (id uuid, subject uuid, element text COLLATE "C", place_code text COLLATE "C", value jsonb,
  sealed bytea, print bytea, keep_until date, observed_at timestamptz) ON COMMIT DROP
"""
_KNOWN = """
SELECT DISTINCT i.subject, i.place_code, i.element FROM incoming_fact i
JOIN registers_fact f ON f.subject = i.subject AND f.element = i.element AND f.state IN ('in_force', 'beside')
"""
# Of several lines about one thing the last seen is in force, as the rule would say: they are of one source.
_KEEP = """
WITH ranked AS (
  SELECT i.*, row_number() OVER (PARTITION BY subject, element ORDER BY observed_at DESC, id DESC) AS nth FROM incoming_fact i)
INSERT INTO registers_fact (id, about, subject, element, place_code, value, sealed, print, source, entry_id, author_id,
  observed_at, recorded_at, seen_at, keep_until, state, contested)
SELECT id, %(about)s, subject, element, place_code, value, sealed, print, %(source)s, %(entry)s, %(author)s,
  observed_at, %(at)s, observed_at, keep_until,
  CASE WHEN nth = 1 AND NOT EXISTS (SELECT FROM registers_fact f WHERE f.subject = r.subject AND f.element = r.element
    AND f.state = 'in_force') THEN 'in_force' ELSE 'beside' END, false
FROM ranked r ORDER BY subject, element, id
"""


@dataclass(frozen=True, slots=True)
class NewFact:
    """A checked line (`values.clean`). `place_code` is where its subject lies; `observed_at` None: when the table says."""

    subject: UUID
    place_code: str
    element: str
    value: Value
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    entry: Entry
    facts: int
    known: int
    """Of how many something was known before, so that the rule was asked."""


def bulk_facts(
    *,
    by: Actor,
    at: datetime,
    about: About,
    form: str,
    source: Source,
    source_name: str,
    place_code: str,
    observed_at: datetime,
    rows: Iterable[NewFact],
) -> Taken:
    """Write facts of one kind of subject at a place, with one entry behind them; rows are trusted to be checked, and their
    subjects to be there. Flat in memory.

    Needs `registers.enter` at the place, which holds all of them. Raises NotAllowed, Invalid (a row lies elsewhere); what the database refuses it refuses whole.
    """
    require(by, ENTERS, place_code)
    with act():
        entry = Entry.objects.create(
            form=form, version=1, about=about, subject=None, place_code=place_code, source=source,
            source_name=source_name[:120], author_id=by.account_id, observed_at=observed_at, recorded_at=at,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_MAKE)
            count = _copy(cursor, rows, observed_at)
            cursor.execute(
                "SELECT place_code FROM incoming_fact WHERE NOT starts_with(place_code, %s) LIMIT 1", [place_code]
            )
            if stray := cursor.fetchone():
                raise Invalid(_("有的行不在“%(place)s”，没有导入。") % {"place": stray[0]})
            cursor.execute("ANALYZE incoming_fact")
            cursor.execute(_KNOWN)
            known = cursor.fetchall()
            given: dict[str, Any] = {
                "about": about,
                "source": source,
                "entry": entry.id,
                "author": by.account_id,
                "at": at,
            }
            cursor.execute(_KEEP, given)
            cursor.execute("DROP TABLE incoming_fact")
        know_the_size(count, "registers_fact")
        _reckon(about, known, at)
        after = {"form": form, "source": source, "table": source_name[:120], "facts": count, "entry": entry.id}
        audit.append(
            by=by,
            at=at,
            verb="registers.bulk_facts",
            stream=f"entry:{entry.id}",
            place_code=place_code,
            after=after,
        )
    return Taken(entry, count, len(known))


def _copy(cursor: Any, rows: Iterable[NewFact], observed_at: datetime) -> int:
    known: dict[str, Element] = {}
    count = 0
    with cursor.copy(f"COPY incoming_fact ({_COLUMNS}) FROM STDIN") as copy:
        for lines in _batches(_lines(rows, known, observed_at)):
            copy.write("".join(lines).encode())
            count += len(lines)
    return count


def _lines(rows: Iterable[NewFact], known: dict[str, Element], observed_at: datetime) -> Iterator[str]:
    for row in rows:
        element = known.get(row.element)
        if element is None:
            element = known[row.element] = defined([row.element])[row.element].element
        when = row.observed_at or observed_at
        said = json.dumps(row.value, ensure_ascii=False)
        hidden = element.sealed
        yield line(
            (
                uuid7(), row.subject, row.element, row.place_code, None if hidden else said,
                seal(said) if hidden else None, print_of(element, row.value) if hidden else None,
                kept_until(element, when).isoformat(), when,
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
    for (subject, code), names in sorted(by_subject.items(), key=lambda item: str(item[0])):
        put_in_force(Subject(about, subject, code, ""), names, at)
