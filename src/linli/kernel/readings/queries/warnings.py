"""Warnings as people ask for them: the queue, one of them, the history of a thing, the figures of a rule or a device.

Which rows are seen row level security decides again; the conditions here find the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require, shortest
from linli.kernel.access.prepared import read

from . import storms
from .sentences import sentence, word
from .storms import Storm

__all__ = ["Figures", "Page", "Row", "figures", "history", "of_incident", "of_matter", "one", "queue", "waiting"]

PAGE = 50
BOUND = 1000
"""Tabs count up to here and then say "999+"."""
TABS = ("open", "cleared", "closed")

_COLUMNS = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}
_ROW = """
SELECT json_build_object('id', w.id, 'rule', w.rule, 'thing_id', w.thing_id, 'subject', w.subject,
  'place_code', w.place_code, 'severity', w.severity, 'highest', w.highest, 'state', w.state, 'version', w.version,
  'raised_at', w.raised_at, 'recorded_at', w.recorded_at, 'times', w.times, 'says', w.says,
  'acknowledged_at', w.acknowledged_at, 'acknowledged_by', (SELECT name FROM people_account WHERE id = w.acknowledged_by),
  'cleared_at', w.cleared_at, 'closed_at', w.closed_at, 'cause', w.cause, 'cause_note', w.cause_note,
  'incident_id', w.incident_id, 'members', i.members, 'matter_id', w.matter_id, 'trouble', w.trouble,
  'name', t.name, 'model', t.model, 'spot', t.spot, 'lon', t.lon, 'lat', t.lat, 'thing_state', t.state)
FROM readings_warning w LEFT JOIN things_thing t ON t.id = w.thing_id
LEFT JOIN readings_incident i ON i.id = w.incident_id
"""
_STANDS = storms.STANDS.format("w")

# Of an incident the row counts, as the list shows it: where any member stands it stands, where nobody has seen a member
# it waits. What is not closed is few, and read once for all four numbers.
_COUNTED = {
    "open": "stands",
    "raised": "raised",
    "loud": "loud",
    "cleared": "NOT stands",
}
_COUNT = f"""
SELECT {", ".join(f"count(*) FILTER (WHERE {one})" for one in _COUNTED.values())} FROM (
  SELECT bool_or({_STANDS}) AS stands, bool_or(w.state = 'raised') AS raised,
    bool_or(w.state = 'raised' AND w.severity >= 3) AS loud
  FROM readings_warning w WHERE {{where}} AND w.state IN ('raised', 'acknowledged', 'cleared')
  GROUP BY coalesce(w.incident_id, w.id)
) rows
"""  # noqa: S608 - of our parts


@dataclass(frozen=True, slots=True)
class Row:
    """One warning with what a list shows of it. Instants are aware."""

    id: UUID
    rule: str
    thing_id: UUID | None
    subject: str
    place_code: str
    severity: int
    highest: int
    state: str
    version: int
    raised_at: datetime
    recorded_at: datetime
    times: int
    says: Mapping[str, Any]
    acknowledged_at: datetime | None
    acknowledged_by: str
    cleared_at: datetime | None
    closed_at: datetime | None
    cause: str
    cause_note: str
    incident_id: UUID | None
    members: int
    matter_id: UUID | None
    trouble: str
    name: str
    model: str
    spot: str
    lon: float | None
    lat: float | None
    thing_state: str

    @property
    def sentence(self) -> str:
        return sentence(self)

    @property
    def rule_word(self) -> str:
        return word("rule", self.rule)

    @property
    def stands(self) -> bool:
        return self.state in ("raised", "acknowledged")


@dataclass(frozen=True, slots=True)
class Page:
    """`storms`: of each incident on the page how many it is."""

    rows: list[Row]
    next_cursor: str = ""
    storms: Mapping[UUID, Storm] = field(default_factory=dict)


def queue(
    by: Actor,
    *,
    tab: str = "open",
    place: str = "",
    rule: str = "",
    incident: UUID | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """Warnings within the actor's scope and a place in it: of those that stand the gravest first and of these the
    oldest; of those that cleared or closed the latest first. An incident is one row (`storms`); with `incident` it is
    its members that are asked for. `after` is the cursor of the page before; another text is no cursor and begins at
    the beginning."""
    require(by, "warnings.read")
    tab = tab if tab in TABS else "open"
    prefixes = _prefixes(by, place)
    found: list[tuple[Any, ...]] = []
    for prefix in prefixes:
        found += _page(_Asked(tab, prefix, prefixes, rule, incident), _cursor(after), limit + 1)
    found.sort(key=lambda row: row[1:], reverse=tab != "open")
    rows = [_row(raw) for raw, *_key in found[: limit + 1]]
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    rows = rows[:limit]
    gathered = {} if incident else storms.of(by, [row.incident_id for row in rows if row.incident_id], prefixes)
    return Page(rows, _written(last) if last else "", gathered)


@dataclass(frozen=True, slots=True)
class _Asked:
    tab: str
    prefix: str
    prefixes: tuple[str, ...]
    rule: str
    incident: UUID | None


def _page(asked: _Asked, after: tuple[int, str, str] | None, limit: int) -> list[tuple[Any, ...]]:
    where, values = _narrowed(asked.prefix, asked.rule, asked.incident)
    if asked.tab == "open":
        where.append(_STANDS)
        order, key = "w.severity DESC, w.raised_at, w.id", "-w.severity, w.raised_at, w.id"
        if after:
            where.append("(-w.severity, w.raised_at, w.id) > (%s::int, %s::timestamptz, %s::uuid)")
            # Said again in the columns of the index, where PostgreSQL looks for a place to begin.
            where.append("w.severity <= %s::int")
            values += [str(-after[0]), after[1], after[2], str(after[0])]
    else:
        where.append(f"w.state = '{asked.tab}'")
        order, key = "w.raised_at DESC, w.id DESC", "w.raised_at, w.id"
        if after:
            where.append("(w.raised_at, w.id) < (%s::timestamptz, %s::uuid)")
            values += [after[1], after[2]]
    join = ""
    if asked.incident is None:
        join, shown, joined = storms.shown_by(asked.tab, asked.prefixes)
        values = [*joined, *values, *(joined if asked.tab != "open" else ())]
        where.append(shown)
    # Cut before device, person and incident are looked up: for the rows of a page, not for a whole storm.
    inner = f"(SELECT w.* FROM readings_warning w {join} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT {int(limit)}) w"  # noqa: S608
    query = _ROW.replace("\nFROM readings_warning w", f", {key}\nFROM {inner}", 1)
    return read(f"{query} ORDER BY {order}", values)


def _narrowed(prefix: str, rule: str, incident: UUID | None) -> tuple[list[str], list[Any]]:
    where, values = _below(prefix)
    if rule:
        where.append("w.rule = %s")
        values.append(rule)
    if incident:
        where.append("w.incident_id = %s")
        values.append(incident)
    return where, values


def _below(prefix: str) -> tuple[list[str], list[Any]]:
    """Conditions that find a place and what lies below: the stored prefix, and the rest of the code."""
    stored = max((n for n in _COLUMNS if n <= len(prefix)), default=0)
    if not stored:
        return (["starts_with(w.place_code, %s)"], [prefix]) if prefix else (["true"], [])
    where, values = [f"w.{_COLUMNS[stored]} = %s"], [prefix[:stored]]
    if stored < len(prefix):
        where.append("starts_with(w.place_code, %s)")
        values.append(prefix)
    return where, values


def _prefixes(by: Actor, place: str) -> tuple[str, ...]:
    """The narrower of scope and asked place, for each prefix the scope has; none when nothing can match."""
    if by.scope == "*":
        return (place,)
    found = []
    for scope in by.scopes:
        if place.startswith(scope):
            found.append(place)
        elif scope.startswith(place):
            found.append(scope)
    return shortest(found)


def waiting(by: Actor, *, place: str = "", rule: str = "", incident: UUID | None = None) -> dict[str, int]:
    """How many stand, how many of these nobody has acknowledged and how many of those are orange or red, and how many
    cleared: each up to `BOUND`; of a place, a rule and an incident as `queue` has them, so an incident counts once."""
    require(by, "warnings.read")
    prefixes = _prefixes(by, place)
    if not prefixes:
        return dict.fromkeys(_COUNTED, 0)
    anywhere: list[str] = []
    values: list[Any] = []
    for prefix in prefixes:
        where, of_place = _below(prefix)
        anywhere.append(" AND ".join(where))
        values += of_place
    more, of_rest = _narrowed("", rule, incident)
    query = _COUNT.format(where=" AND ".join([f"({' OR '.join(anywhere)})", *more]))
    if incident:
        query = query.replace("coalesce(w.incident_id, w.id)", "w.id")
    (numbers,) = read(query, [*values, *of_rest])
    return {name: min(BOUND, number) for name, number in zip(_COUNTED, numbers, strict=True)}


def one(by: Actor, warning_id: UUID) -> Row:
    """Raises NotFound when there is none or the actor does not see it."""
    require(by, "warnings.read")
    rows = read(_ROW + "WHERE w.id = %s", [warning_id])
    if not rows:
        raise NotFound(_("没有找到这条预警，或者您无权查看。"))
    return _row(rows[0][0])


def of_incident(by: Actor, incident_id: UUID, limit: int = 200) -> list[Row]:
    """The members of an incident, those that stand first."""
    require(by, "warnings.read")
    order = (
        f"ORDER BY w.closed_at IS NOT NULL, NOT ({_STANDS}), w.severity DESC, w.raised_at, w.id LIMIT {int(limit)}"
    )
    return [_row(raw) for (raw,) in read(f"{_ROW} WHERE w.incident_id = %s {order}", [incident_id])]


def of_matter(by: Actor, matter_id: UUID, limit: int = 20) -> list[Row]:
    """The warnings a matter is about, those that stand first."""
    require(by, "warnings.read")
    order = f"ORDER BY NOT ({_STANDS}), w.severity DESC, w.raised_at, w.id LIMIT {int(limit)}"
    return [_row(raw) for (raw,) in read(f"{_ROW} WHERE w.matter_id = %s {order}", [matter_id])]


def of_matters(by: Actor, matter_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """The gravest warning of each of several matters. One query."""
    require(by, "warnings.read")
    query = _ROW.replace("SELECT json", "SELECT DISTINCT ON (w.matter_id) json", 1)
    order = f"ORDER BY w.matter_id, NOT ({_STANDS}), w.severity DESC, w.raised_at, w.id"
    rows = [_row(raw) for (raw,) in read(f"{query} WHERE w.matter_id = ANY (%s) {order}", [list(matter_ids)])]
    return {row.matter_id: row for row in rows if row.matter_id}


def history(by: Actor, thing_id: UUID, limit: int = PAGE) -> list[Row]:
    """What was warned of a thing, the latest first."""
    require(by, "warnings.read")
    order = f"ORDER BY w.raised_at DESC, w.id DESC LIMIT {int(limit)}"
    return [_row(raw) for (raw,) in read(f"{_ROW} WHERE w.thing_id = %s {order}", [thing_id])]


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the warnings of a rule or a device, from `since` on.

    Every share says of what: `verified` of `raised`, `real` of `verified`, `in_time` of `answerable`, which are those
    acknowledged and those that have waited longer than `within`. What nobody has verified counts for neither side.
    """

    since: datetime
    within: timedelta
    raised: int = 0
    times: int = 0
    open: int = 0
    answerable: int = 0
    in_time: int = 0
    verified: int = 0
    real: int = 0
    false: dict[str, int] = field(default_factory=dict)

    @property
    def unverified(self) -> int:
        return self.raised - self.verified

    @property
    def precision(self) -> float | None:
        """The share of real ones among those that were verified; None when none was."""
        return self.real / self.verified if self.verified else None


_FIGURES = """
SELECT count(*), coalesce(sum(times), 0), count(*) FILTER (WHERE closed_at IS NULL),
  count(*) FILTER (WHERE acknowledged_at IS NOT NULL OR coalesce(closed_at, %s::timestamptz) - recorded_at > %s::interval),
  count(*) FILTER (WHERE acknowledged_at - recorded_at <= %s::interval),
  count(*) FILTER (WHERE cause <> ''), count(*) FILTER (WHERE cause = 'real'),
  (SELECT jsonb_object_agg(cause, n) FROM (SELECT cause, count(*) n FROM readings_warning
    WHERE {which} = %s AND raised_at >= %s::timestamptz AND cause NOT IN ('', 'real') GROUP BY cause) causes)
FROM readings_warning WHERE {which} = %s AND raised_at >= %s::timestamptz
"""


def figures(
    by: Actor,
    *,
    at: datetime,
    rule: str = "",
    thing_id: UUID | None = None,
    days: int = 30,
    within: timedelta = timedelta(minutes=2),
) -> Figures:
    """The figures of one rule, or of one thing, over the last days, as far as the actor's eyes see them."""
    require(by, "warnings.read")
    since = at - timedelta(days=days)
    which, value = ("thing_id", thing_id) if thing_id else ("rule", rule)
    limit = f"{within.total_seconds()} seconds"
    values: list[Any] = [at, limit, limit, value, since, value, since]
    ((raised, times, open_, answerable, in_time, verified, real, false),) = read(
        _FIGURES.format(which=which), values
    )
    causes = orjson.loads(false) if false else {}
    return Figures(since, within, raised, int(times), open_, answerable, in_time, verified, real, causes)


_IDS = ("id", "thing_id", "incident_id", "matter_id")
_INSTANTS = ("raised_at", "recorded_at", "acknowledged_at", "cleared_at", "closed_at")
_TEXTS = ("acknowledged_by", "name", "model", "spot", "thing_state")


def _row(raw: dict[str, Any]) -> Row:
    values = dict(raw)
    for name in _IDS:
        values[name] = UUID(values[name]) if values[name] else None
    for name in _INSTANTS:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in _TEXTS:
        values[name] = values[name] or ""
    values["members"] = values["members"] or 1
    return Row(**values)


def _written(row: Row) -> str:
    return f"{row.severity}_{row.raised_at.isoformat()}_{row.id}"


def _cursor(text: str) -> tuple[int, str, str] | None:
    try:
        severity, raised_at, key = text.split("_")
        return int(severity), datetime.fromisoformat(raised_at).isoformat(), str(UUID(key))
    except ValueError:
        return None
