"""What a supervisor looks into 监督清单: overdue, given back, reopened, extended, paused long, wrongly merged; with why.

Each list but the overdue has an index of just its matters (`models.matter.LISTED`), read from a date on: so a list costs
what it holds in the time asked about, at any size. The overdue are where the queue's own index has them, by state and date.

By date a page is read in the order of the index and stops. By how often, or by unit, what the list holds in the time asked
about is put in order anew (`RANKS`): some thousands of keys at the most a district has.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from linli.kernel.access import Actor, Sees, require
from linli.kernel.catalogue.registry import catalogue

from ..models import OPEN
from .cursor import as_number, read_cursor, read_ranked, write_cursor, write_ranked
from .reasons import reasons_of
from .taking import note, page_by_page

DAYS = (30, 90, 365)
PAUSED_LONG = 7
"""Days after which a pause is a long one."""
BOUND = 1000
CAP = 20_000
_WIDTHS = (6, 9, 12)


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: the condition its index has, the date it is sorted by, and whether the time asked about narrows it."""

    condition: str
    by: str = "opened_at"
    period: bool = True
    first: str = "new"
    often: str = ""
    """How often it happened, as SQL on `m`; "" where a list knows no such number."""


LISTS: dict[str, Listed] = {
    "overdue": Listed("", "order_at", period=False, first="old", often="m.given_back + m.reopened + m.extended"),
    "returned": Listed("m.given_back >= 2", often="m.given_back"),
    "reopened": Listed("m.reopened >= 1", often="m.reopened"),
    "extended": Listed("m.extended >= 1", often="m.extended"),
    "extended_again": Listed("m.extended >= 2", often="m.extended"),
    "paused": Listed("m.paused_at IS NOT NULL", "paused_at", period=False, first="old"),
    "unmerged": Listed("m.unmerged >= 1", often="m.unmerged"),
}
SORTS = ("old", "new", "often", "unit")
_NOBODY = "~"
"""After every place code: what no unit leads stands last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which list, where, of whom; reported in the last `days`. `sort`: one of SORTS, "" as the list has it."""

    name: str = "overdue"
    place: str = ""
    unit: UUID | None = None
    kind: str = ""
    days: int = 90
    sort: str = ""

    @property
    def listed(self) -> Listed:
        return LISTS[self.name]

    @property
    def newest(self) -> bool:
        return (self.sort if self.sort in ("old", "new") else self.listed.first) == "new"

    @property
    def rank(self) -> str:
        """What comes before the date in the order: "often", "unit", or "" when nothing does."""
        return self.sort if self.sort == "unit" or (self.sort == "often" and self.listed.often) else ""

    def but(self, **changes: Any) -> Asked:
        return replace(self, **changes)

    def write(self) -> dict[str, str]:
        """As parameters of an address, without the name; `read` gives the same back."""
        plain = Asked()
        return {
            f.name: str(getattr(self, f.name))
            for f in fields(self)
            if f.name != "name" and getattr(self, f.name) not in ("", None, getattr(plain, f.name))
        }


def read(name: str, params: Mapping[str, str]) -> Asked:
    """What an address asks for; what makes no sense is left out."""
    found: dict[str, Any] = {"name": name}
    place = params.get("place", "").strip()
    if place.isdecimal() and place.isascii() and len(place) <= 30:
        found["place"] = place
    if (kind := params.get("kind", "")) in catalogue().kinds:
        found["kind"] = kind
    if (days := params.get("days", "")) in {str(n) for n in DAYS}:
        found["days"] = int(days)
    if (sort := params.get("sort", "")) in SORTS and (sort != "often" or LISTS[name].often):
        found["sort"] = sort
    with suppress(ValueError):
        found["unit"] = UUID(params.get("unit", ""))
    return Asked(**found)


@dataclass(frozen=True)
class Page:
    """Rows as plain values with `reasons`, instants as ISO strings; `next_cursor` is where the next page begins."""

    rows: list[dict[str, Any]]
    next_cursor: str | None


_ROW = """json_build_object('id', m.id, 'number', m.number, 'title', m.title, 'kind', m.kind, 'state', m.state,
  'stage', m.stage, 'climbed', m.climbed, 'place_code', m.place_code, 'address', m.address, 'opened_at', m.opened_at,
  'due_at', m.due_at, 'paused_at', m.paused_at, 'ended_at', m.ended_at, 'given_back', m.given_back,
  'reopened', m.reopened, 'extended', m.extended, 'unmerged', m.unmerged, 'unit', u.name, 'account', a.name)"""


def listed(actor: Actor, asked: Asked, *, at: datetime, after: str | None = None, limit: int = 50) -> Page:
    """One page of a list with the reasons of its matters: three queries at most.

    Raises NotAllowed for a role that reads no matters, Invalid for a cursor we did not write.
    """
    require(actor, "matters.read")
    by, way = asked.listed.by, " DESC" if asked.newest else ""
    rank, cursor_at = read_ranked(after) if asked.rank else ("", read_cursor(after))
    selects, values = _selects(actor, asked, at, limit + 1, cursor_at)
    if not selects:
        return Page([], None)
    every = " UNION ALL ".join(f"({part})" for part in selects)
    beyond, given = _beyond(asked, rank, cursor_at)
    order = f"{_RANKED[asked.rank]}{by}{way}, id{way}"
    text = f"""
        SELECT {_ROW}::text, m.{by}, m.id, chosen.rank FROM (
          SELECT * FROM (SELECT e.id, e.{by}, {_RANKS[asked.rank]} AS rank FROM ({every}) e {_NAMED[asked.rank]}) ranked
          {beyond} ORDER BY {order} LIMIT {limit + 1}
        ) chosen JOIN matters_matter m ON m.id = chosen.id
        LEFT JOIN people_unit u ON u.id = m.lead_unit_id LEFT JOIN people_account a ON a.id = m.lead_account_id
        ORDER BY {_RANKED[asked.rank]}m.{by}{way}, m.id{way}
    """  # noqa: S608 - put together from the parts of this file; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(text, [*values, *given])
        found = cursor.fetchall()
    more = len(found) > limit
    del found[limit:]
    rows = [orjson.loads(row[0]) for row in found]
    why = reasons_of(asked.name, [UUID(row["id"]) for row in rows])
    for row in rows:
        row["reasons"] = why.get(row["id"], [])
    if not more:
        return Page(rows, None)
    _row, when, key, last = found[-1]
    return Page(rows, write_ranked(str(last), when, key) if asked.rank else write_cursor(when, key))


# What stands before the date in the order, of the rows a list holds (`e`), and the joins that takes.
_RANKS = {"": "0", "often": "e.often", "unit": f"coalesce(n.place_code || n.name, '{_NOBODY}') COLLATE \"C\""}
_NAMED = {"": "", "often": "", "unit": "LEFT JOIN people_unit n ON n.id = e.unit"}
_RANKED = {"": "", "often": "rank DESC, ", "unit": "rank, "}


def _beyond(asked: Asked, rank: str, after: tuple[datetime, UUID] | None) -> tuple[str, list[Any]]:
    """Behind the last row of the page before, where more than the date decides."""
    if not asked.rank or after is None:
        return "", []
    by, way = asked.listed.by, "<" if asked.newest else ">"
    further, value = ("<", as_number(rank)) if asked.rank == "often" else (">", rank)
    return f"WHERE rank {further} %s OR rank = %s AND ({by}, id) {way} (%s, %s)", [value, value, *after]


def exported(actor: Actor, asked: Asked, *, at: datetime, most: int = CAP) -> list[dict[str, Any]]:
    """A list's matters with their reasons, at most `most`, for a file; one audit record says who took what.

    Raises NotAllowed.
    """
    require(actor, "matters.export")
    rows = list(page_by_page(lambda after, limit: listed(actor, asked, at=at, after=after, limit=limit), most))
    note(actor, at, list=asked.name, filter=asked.write(), rows=len(rows))
    return rows


def _selects(
    actor: Actor,
    asked: Asked,
    at: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> tuple[list[str], list[Any]]:
    """One SELECT a (prefix, state) for the overdue, one a district for what has an index of its own."""
    if actor.sees not in (Sees.PLACE, Sees.UNIT, Sees.ALL) or (actor.sees is Sees.UNIT and not actor.unit_id):
        return [], []
    by, way = asked.listed.by, " DESC" if asked.newest else ""
    unit = actor.unit_id if actor.sees is Sees.UNIT else asked.unit
    shared, given = conditions(asked, unit, at)
    if after and not asked.rank:
        shared.append(f"(m.{by}, m.id) {'<' if asked.newest else '>'} (%s, %s)")
        given.extend(after)
    more = {"": "", "often": f", {asked.listed.often} AS often", "unit": ", m.lead_unit_id AS unit"}[asked.rank]
    page = "" if asked.rank else f" ORDER BY m.{by}{way}, m.id{way} LIMIT {limit:d}"
    selects: list[str] = []
    values: list[Any] = []
    for place, of_place in _places(actor, asked):
        for state in [s.value for s in OPEN] if asked.name == "overdue" else [""]:
            of_state, its = (["m.state = %s"], [state]) if state else ([], [])
            where = " AND ".join([*place, *of_state, *shared])
            selects.append(
                f"SELECT m.id, m.{by}{more} FROM matters_matter m WHERE {where}{page}"  # noqa: S608 - see listed
            )
            values += [*of_place, *its, *given]
    return selects, values


def conditions(asked: Asked, unit: UUID | None, at: datetime) -> tuple[list[str], list[Any]]:
    """What belongs to a list beside its place, as SQL conditions on `m` and their values."""
    sql: list[str] = [asked.listed.condition] if asked.listed.condition else []
    values: list[Any] = []

    def add(condition: str, *given: Any) -> None:
        sql.append(condition)
        values.extend(given)

    if asked.name == "overdue":
        add("m.order_at < %s AND m.paused_at IS NULL", at)
    if asked.name == "paused":
        add("m.paused_at < %s", at - timedelta(days=PAUSED_LONG))
    if asked.listed.period:
        add("m.opened_at >= %s", at - timedelta(days=asked.days))
    if asked.kind:
        add("m.kind = %s", asked.kind)
    if unit:
        add("m.lead_unit_id = %s", unit)
    return sql, values


def _places(actor: Actor, asked: Asked) -> list[tuple[list[str], list[Any]]]:
    """The places to read, each as conditions on the stored prefixes: the district's first, which every list's index has.

    Wider than a district, one for each district that has matters at all.
    """
    scopes = ("",) if actor.scope == "*" else actor.scopes
    wanted = {w for scope in scopes if (w := _narrower(scope, asked.place)) is not None}
    found: list[tuple[list[str], list[Any]]] = []
    for prefix in sorted(w for w in wanted if not any(w != o and w.startswith(o) for o in wanted)):
        if len(prefix) < _WIDTHS[0]:
            found += [_equal(district) for district in districts(prefix)]
        else:
            found.append(_equal(prefix))
    return found


def _narrower(scope: str, place: str) -> str | None:
    if place.startswith(scope):
        return place
    return scope if scope.startswith(place) else None


def _equal(prefix: str) -> tuple[list[str], list[Any]]:
    widths = [w for w in _WIDTHS if w <= len(prefix)]
    sql = [f"m.p{w} = %s" for w in widths]
    values: list[Any] = [prefix[:w] for w in widths]
    if len(prefix) not in _WIDTHS:
        sql.append("starts_with(m.place_code, %s)")
        values.append(prefix)
    return sql, values


# Every district below a city (or everywhere), read by leaps over the index: one probe a district.
_DISTRICTS = """
WITH RECURSIVE district(p6) AS (
  (SELECT m.p6 FROM matters_matter m WHERE m.p6 >= %(from)s ORDER BY m.p6 LIMIT 1)
  UNION ALL
  SELECT (SELECT m.p6 FROM matters_matter m WHERE m.p6 > d.p6 ORDER BY m.p6 LIMIT 1)
  FROM district d WHERE starts_with(d.p6, %(from)s)
) SELECT p6 FROM district WHERE starts_with(p6, %(from)s)
"""


def districts(prefix: str) -> list[str]:
    """The districts below a wider place that have matters."""
    with connection.cursor() as cursor:
        cursor.execute(_DISTRICTS, {"from": prefix})
        return [district for (district,) in cursor.fetchall()]
