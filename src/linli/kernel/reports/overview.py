"""Counts of many neighbourhoods at once, without opening a sheet: by histograms PostgreSQL makes, one for the elements that stand
alone in a condition and one for each group that stands together. What a value means is decided by `columns.Cond`, as in a sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

from linli.kernel.declare import Element

from .columns import AGE, Column, Conds, Kind, Table
from .filling import share, total

ROOM = "64MB"
"""For a statement that groups a district; given back after it."""
# hood → [(values by name, how many)]
Histogram = dict[str, list[tuple[dict[str, Any], int]]]

_ONE = """
SELECT element, left(place_code, 12), value, print, count(*) FROM registers_fact
WHERE state = 'in_force' AND about = %(about)s AND element = ANY(%(names)s)
  AND place_code >= %(root)s AND place_code < %(root)s || ':'
GROUP BY 1, 2, 3, 4
"""
_PERSONS = """
SELECT left(place_code, 12), birth_year, count(*) FROM people_person
WHERE erased_at IS NULL AND place_code >= %(root)s AND place_code < %(root)s || ':' GROUP BY 1, 2
"""
_OWN = """
SELECT s.place_code, f.element, f.value FROM registers_fact f JOIN registers_site s ON s.id = f.subject
WHERE f.state = 'in_force' AND f.about = 'place' AND f.element = ANY(%(names)s) AND length(s.place_code) = 12
  AND f.place_code >= %(root)s AND f.place_code < %(root)s || ':'
"""


# Whoever an age is asked of counts, also somebody of whom nothing is known.
_EVERYBODY = """(SELECT id AS subject, left(place_code, 12) AS hood, birth_year FROM people_person
  WHERE erased_at IS NULL AND place_code >= %(root)s AND place_code < %(root)s || ':') b"""
_SUBJECTS = """(SELECT DISTINCT subject, left(place_code, 12) AS hood FROM registers_fact
  WHERE state = 'in_force' AND about = %(about)s AND element = ANY(%(names)s)
    AND place_code >= %(root)s AND place_code < %(root)s || ':') b"""


def overview(table: Table, root: str, elements: Mapping[str, Element], on: date) -> dict[str, list[Any]]:
    """The cells of every neighbourhood below `root` that has any, by its code; of a table of counts. With the eyes of the
    connection. Two queries, and one for each group of elements that conditions name together and no larger group has in it."""
    wanted = [_names(column) for column in table.columns]
    groups = {names for names in wanted if names}
    if table.about == "person" and _all(table):
        groups.add((AGE,))
    widest = _widest(groups)
    found = {names: _histogram(names, table.about, root, elements) for names in widest if len(names) > 1}
    found |= _single({n for names in widest if len(names) == 1 for n in names} - {AGE}, table.about, root)
    if (AGE,) in widest:
        found[(AGE,)] = _ages(root)
    own = _own(table.own_elements, root)
    hoods = sorted({hood for histogram in found.values() for hood in histogram} | set(own))
    made = {names: _Grid(histogram, hoods, elements, on) for names, histogram in found.items()}
    grids = {names: made[_covering(names, widest)] for names in groups}
    columns = [
        _column(column, names, hoods, grids, own) for column, names in zip(table.columns, wanted, strict=True)
    ]
    return {hood: [cells[n] for cells in columns] for n, hood in enumerate(hoods)}


class _Grid:
    """How many of each combination of values there are in each neighbourhood. A condition is asked of a combination once,
    and counted in all neighbourhoods by one product."""

    def __init__(self, histogram: Histogram, hoods: list[str], elements: Mapping[str, Element], on: date) -> None:
        self.elements, self.on = elements, on
        self.combinations: list[dict[str, Any]] = []
        where: dict[str, int] = {}
        cells: list[tuple[int, int, int]] = []
        for row, hood in enumerate(hoods):
            for values, n in histogram.get(hood, ()):
                key = repr(sorted(values.items()))
                if key not in where:
                    where[key] = len(self.combinations)
                    self.combinations.append(values)
                cells.append((row, where[key], n))
        self.counts = np.zeros((len(hoods), max(1, len(self.combinations))), dtype=np.int64)
        for row, combination, n in cells:
            self.counts[row, combination] += n
        self.known: dict[Conds, NDArray[np.bool_]] = {}

    def meeting(self, conds: Conds) -> NDArray[np.bool_]:
        """Which combinations meet all conditions."""
        if conds not in self.known:
            met = [_meets(conds, values, self.elements, self.on) for values in self.combinations] or [False]
            self.known[conds] = np.array(met, dtype=np.bool_)
        return self.known[conds]

    def count(self, *conds: Conds) -> list[int]:
        met = np.logical_and.reduce([self.meeting(one) for one in conds])
        return [int(n) for n in self.counts @ met.astype(np.int64)]

    def total(self, conds: Conds, element: str) -> list[Any]:
        """Of numbers exactly: decimals are added as they are."""
        met = self.meeting(conds)
        said = [
            (n, values[element][0]) for n, values in enumerate(self.combinations) if met[n] and element in values
        ]
        return [total(Decimal(str(value)) * int(row[n]) for n, value in said if row[n]) for row in self.counts]


def _column(
    column: Column,
    names: tuple[str, ...],
    hoods: list[str],
    grids: Mapping[tuple[str, ...], _Grid],
    own: Mapping[str, Mapping[str, Any]],
) -> list[Any]:
    """The cells of a column, one for each neighbourhood."""
    if column.kind is Kind.OWN:
        return [own.get(hood, {}).get(column.element) for hood in hoods]
    grid = grids[names]
    if column.kind is Kind.COUNT:
        return list(grid.count(column.when))
    if column.kind is Kind.SUM:
        return grid.total(column.when, column.element)
    if column.of:
        parts, wholes = grid.count(column.when, column.of), grid.count(column.of)
    else:
        parts, wholes = grid.count(column.when), grids[(AGE,)].count(())
    return [share(part, whole) for part, whole in zip(parts, wholes, strict=True)]


def _names(column: Column) -> tuple[str, ...]:
    if column.kind is Kind.OWN:
        return ()
    named = {cond.element for cond in (*column.when, *column.of)} | ({column.element} if column.element else set())
    return tuple(sorted(named))


def _widest(groups: Collection[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Groups that lie in no other: a histogram of more elements says what one of fewer would."""
    sets = {names: frozenset(names) for names in groups}
    widest = [names for names in groups if not any(sets[names] < other for other in sets.values())]
    return sorted(widest, key=lambda names: (len(names), names))


def _covering(names: tuple[str, ...], widest: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return next(one for one in widest if set(names) <= set(one))


def _all(table: Table) -> bool:
    return any(column.kind is Kind.SHARE and not column.of for column in table.columns)


def _meets(conds: Conds, values: Mapping[str, Any], elements: Mapping[str, Element], on: date) -> bool:
    for cond in conds:
        if cond.element == AGE:
            born = values.get(AGE)
            if born is None or not cond.holds(None, on.year - born):
                return False
            continue
        held = values.get(cond.element)
        if held is None or not cond.holds(elements.get(cond.element), *held):
            return False
    return True


@contextmanager
def _roomy() -> Iterator[Any]:
    """A cursor whose statement counts in memory: a million rows that are sorted on the disk take twice as long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('work_mem')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('work_mem', %s, true)", [ROOM])
        yield cursor
        cursor.execute("SELECT set_config('work_mem', %s, true)", [before])


def _single(names: set[str], about: str, root: str) -> dict[tuple[str, ...], Histogram]:
    found: dict[tuple[str, ...], Histogram] = {(name,): defaultdict(list) for name in names}
    if not names:
        return found
    with _roomy() as cursor:
        cursor.execute(_ONE, {"about": about, "names": sorted(names), "root": root})
        for element, hood, value, print_, n in cursor.fetchall():
            found[(element,)][hood].append(({element: (_read(value), bytes(print_) if print_ else None)}, n))
    return found


def _histogram(names: Sequence[str], about: str, root: str, elements: Mapping[str, Element]) -> Histogram:
    """How many subjects of each neighbourhood have each combination of values. Who lacks an element is counted too."""
    facts = [name for name in names if name != AGE]
    sealed = [name in elements and elements[name].sealed for name in facts]
    # What is sealed is told apart by its print, all else by its value: one column of each, for a million rows are grouped by it.
    columns = [
        sql.SQL("{}.print" if hidden else "{}.value").format(sql.Identifier(f"f{n}"))
        for n, hidden in enumerate(sealed)
    ]
    aged = AGE in names
    base = sql.SQL(_EVERYBODY if aged else _SUBJECTS)
    joins = sql.SQL(" ").join(
        sql.SQL(
            "LEFT JOIN registers_fact {f} ON {f}.subject = b.subject AND {f}.element = {e} AND {f}.state = 'in_force'"
        ).format(f=sql.Identifier(f"f{n}"), e=sql.Literal(name))
        for n, name in enumerate(facts)
    )
    born = sql.SQL(", b.birth_year" if aged else "")
    statement = sql.SQL("SELECT b.hood{born}, {columns}, count(*) FROM {base} {joins} GROUP BY {groups}").format(
        born=born, columns=sql.SQL(", ").join(columns), base=base, joins=joins,
        groups=sql.SQL(", ").join(sql.Literal(n + 1) for n in range(1 + aged + len(facts))),
    )  # fmt: skip
    found: Histogram = defaultdict(list)
    with _roomy() as cursor:
        cursor.execute(statement.as_string(cursor.connection), {"about": about, "names": facts, "root": root})
        for row in cursor.fetchall():
            values: dict[str, Any] = {AGE: row[1]} if aged else {}
            rest = row[1 + aged : -1]
            for name, hidden, said in zip(facts, sealed, rest, strict=True):
                if said is not None:
                    values[name] = (None, bytes(said)) if hidden else (_read(said), None)
            found[row[0]].append((values, row[-1]))
    return found


def _ages(root: str) -> Histogram:
    found: Histogram = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_PERSONS, {"root": root})
        for hood, born, n in cursor.fetchall():
            found[hood].append(({AGE: born}, n))
    return found


def _own(names: Sequence[str], root: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    if names:
        with connection.cursor() as cursor:
            cursor.execute(_OWN, {"names": list(names), "root": root})
            for hood, element, value in cursor.fetchall():
                found[hood][element] = _read(value)
    return found


def _read(value: Any) -> Any:
    """A jsonb as the plain cursor gives it: text."""
    import json

    return json.loads(value) if isinstance(value, str) else value
