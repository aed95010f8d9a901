"""What has just happened in a place, as short sentences: the line at the foot of a wall.

No quotes and no names: a wall is read by whoever stands before it. A wide place walks back through the newest records of
all, so many and no more; a street or a neighbourhood, in which little happens among much, goes by its own matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, Sees, as_system, require
from linli.kernel.access.prepared import read
from linli.kernel.audit.models import Record
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries.looking import Part, inside

from ..models import FINAL, OPEN
from .sayings import SAYINGS
from .story import SAID_FIELDS, of_row, verb_of
from .told import Told

SHOWN = 24
LOOKED = 200_000
"""So many of the newest transactions, of whatever, a wide place looks through at most: what is older is no news."""
RECENT = timedelta(days=2)
MOST = 1_500
"""Open matters a street or a neighbourhood looks at. No order is asked for: it would be read from an index that has every
matter there ever was."""

_FIELDS = ", ".join(f"r.{name}" for name in SAID_FIELDS)
# The order of the index, so that it is walked from its end and left as soon as there is enough.
_WIDE = """
SELECT {fields}, m.id, m.number, m.kind, m.place_code FROM (
  SELECT * FROM audit_record r
  WHERE r.era = (SELECT audit_present_era()) AND r.verb = ANY(%s) AND {where} AND r.tx > (
    SELECT greatest(0, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - {looked:d})::text::xid8)
  ORDER BY r.tx DESC, r.seq DESC LIMIT {limit:d}
) r CROSS JOIN LATERAL (
  SELECT id, number, kind, place_code FROM matters_matter m WHERE m.id = substr(r.stream, 8)::uuid LIMIT 1
) m ORDER BY r.recorded_at DESC
"""
_NARROW = """
SELECT {fields}, m.id, m.number, m.kind, m.place_code FROM (
  (SELECT id, number, kind, place_code FROM matters_matter m WHERE {where} AND m.state = ANY(%s) LIMIT {most})
  UNION ALL
  (SELECT id, number, kind, place_code FROM matters_matter m WHERE {where} AND m.state = ANY(%s)
   AND m.order_at >= %s ORDER BY m.order_at DESC LIMIT {most})
) m CROSS JOIN LATERAL (
  SELECT * FROM audit_record r WHERE r.stream = 'matter:' || m.id AND r.verb = ANY(%s) AND r.recorded_at >= %s
  ORDER BY r.stream_seq DESC LIMIT 8
) r ORDER BY r.recorded_at DESC LIMIT {limit:d}
"""
# What colleagues do among themselves is no news on a wall, and neither is who looked at what.
_QUIET = frozenset(
    {"comment", "link", "recode", "redact", "forget_words", "reporter_left", "part_reminded", "publish"}
)
# A line of a wall says what happened; what was promised is on the matter's page.
_PROMISED = frozenset({"answer_due", "finish_due"})
_VERBS = [f"matters.{verb}" for verb in SAYINGS if verb not in _QUIET]


@dataclass(frozen=True, slots=True)
class News:
    """One sentence about one matter. `id` is the record's: a wall that has it already does not show it again."""

    id: UUID
    at: datetime
    verb: str
    sentence: str
    tone: str
    matter_id: UUID
    number: str
    kind: str
    place_code: str


def stream(by: Actor, place: str, *, at: datetime, limit: int = SHOWN) -> list[News]:
    """The newest first: of a street or less from at most two days. Two or three queries."""
    require(by, "matters.read")
    if by.sees not in (Sees.PLACE, Sees.ALL):
        return []
    rows = _narrow(by, place, at, limit) if len(place) >= Level.STREET.digits else _wide(by, place, limit)
    records = [(of_row(row[:-4]), *row[-4:]) for row in rows]
    units = _units(record for record, *_matter in records)
    return [_news(record, units, *matter) for record, *matter in records]


def _wide(by: Actor, place: str, limit: int) -> list[tuple[Any, ...]]:
    where = _of_records(by, place)
    text = _WIDE.format(fields=_FIELDS, where=where.sql, limit=limit, looked=LOOKED)
    return read(text, [_VERBS, *where.values])


def _of_records(by: Actor, place: str) -> Part:
    wanted = [place] if by.scope == "*" or place.startswith(by.scopes) else list(by.scopes)
    return Part("(" + " OR ".join(["starts_with(r.place_code, %s)"] * len(wanted)) + ")", tuple(wanted))


def _narrow(by: Actor, place: str, at: datetime, limit: int) -> list[tuple[Any, ...]]:
    where = inside(by, place, "m")
    if where is None:
        return []
    text = _NARROW.format(fields=_FIELDS, where=where.sql, most=MOST, limit=limit)
    states = [state.value for state in OPEN], [state.value for state in FINAL]
    return read(
        text,
        [*where.values, states[0], *where.values, states[1], at - RECENT, _VERBS, at - RECENT],
    )


def _news(record: Record, units: dict[str, str], matter_id: UUID, number: str, kind: str, code: str) -> News:
    verb = verb_of(record)
    record.after = {name: value for name, value in (record.after or {}).items() if name not in _PROMISED}
    said = SAYINGS[verb](Told(record, units))
    return News(record.id, record.happened_at, verb, said.sentence, said.tone, matter_id, number, kind, code)


def _units(records: Iterable[Record]) -> dict[str, str]:
    """Names of the units that are spoken of. A unit's name is no secret, so the system's eyes read it."""
    wanted: set[UUID] = set()
    for record in records:
        after = record.after or {}
        wanted |= {UUID(part["unit"]) for part in after.get("parts") or [] if part.get("unit")}
        wanted |= {UUID(after["unit"])} if after.get("unit") else set()
    if not wanted:
        return {}
    with as_system():
        return dict(read("SELECT id::text, name FROM people_unit WHERE id = ANY(%s)", [list(wanted)]))
