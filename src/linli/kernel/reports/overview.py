"""Counts of many neighbourhoods at once, without opening a sheet: by histograms PostgreSQL makes, one for the elements that stand
alone in a condition and one for each group that stands together. What a value means is decided by `columns.Cond`, as in a sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from psycopg import sql

from linli.kernel.declare import Element

from .columns import AGE, Column, Conds, Kind, Table
from .filling import share, total

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
    connection. Two queries, and one for each group of elements that conditions name together."""
    wanted = [_names(column) for column in table.columns]
    groups = {names for names in wanted if names}
    found = {names: _histogram(names, table.about, root) for names in groups if len(names) > 1}
    found |= _single({n for names in groups if len(names) == 1 for n in names} - {AGE}, table.about, root)
    ages = _ages(root) if table.about == "person" and (_all(table) or (AGE,) in groups) else {}
    found[(AGE,)] = ages
    own = _own(table.own_elements, root)
    hoods = {hood for histogram in found.values() for hood in histogram} | set(own)
    return {
        hood: [
            _cell(column, names, hood, found, ages, own, elements, on)
            for column, names in zip(table.columns, wanted, strict=True)
        ]
        for hood in sorted(hoods)
    }


def _names(column: Column) -> tuple[str, ...]:
    if column.kind is Kind.OWN:
        return ()
    named = {cond.element for cond in (*column.when, *column.of)} | ({column.element} if column.element else set())
    return tuple(sorted(named))


def _all(table: Table) -> bool:
    return any(column.kind is Kind.SHARE and not column.of for column in table.columns)


def _cell(
    column: Column,
    names: tuple[str, ...],
    hood: str,
    found: Mapping[tuple[str, ...], Histogram],
    ages: Histogram,
    own: Mapping[str, Mapping[str, Any]],
    elements: Mapping[str, Element],
    on: date,
) -> Any:
    if column.kind is Kind.OWN:
        return own.get(hood, {}).get(column.element)
    bars = found[names].get(hood, [])
    meeting = [(values, n) for values, n in bars if _meets(column.when, values, elements, on)]
    if column.kind is Kind.COUNT:
        return sum(n for _values, n in meeting)
    if column.kind is Kind.SUM:
        said = [(values.get(column.element), n) for values, n in meeting]
        return total(_times(value[0], n) for value, n in said if value is not None)
    if column.of:
        whole = sum(n for values, n in bars if _meets(column.of, values, elements, on))
        part = sum(n for values, n in meeting if _meets(column.of, values, elements, on))
    else:
        whole = sum(n for _values, n in ages.get(hood, []))
        part = sum(n for _values, n in meeting)
    return share(part, whole)


def _times(value: Any, n: int) -> Any:
    from decimal import Decimal

    return Decimal(str(value)) * n


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


def _single(names: set[str], about: str, root: str) -> dict[tuple[str, ...], Histogram]:
    found: dict[tuple[str, ...], Histogram] = {(name,): defaultdict(list) for name in names}
    with connection.cursor() as cursor:
        cursor.execute(_ONE, {"about": about, "names": sorted(names), "root": root})
        for element, hood, value, print_, n in cursor.fetchall():
            found[(element,)][hood].append(({element: (_read(value), bytes(print_) if print_ else None)}, n))
    return found


def _histogram(names: Sequence[str], about: str, root: str) -> Histogram:
    """How many subjects of each neighbourhood have each combination of values. Who lacks an element is counted too."""
    facts = [name for name in names if name != AGE]
    columns = [
        sql.SQL("{}.value, {}.print").format(sql.Identifier(f"f{n}"), sql.Identifier(f"f{n}"))
        for n in range(len(facts))
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
        groups=sql.SQL(", ").join(sql.Literal(n + 1) for n in range(1 + aged + 2 * len(facts))),
    )  # fmt: skip
    found: Histogram = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), {"about": about, "names": facts, "root": root})
        for row in cursor.fetchall():
            values: dict[str, Any] = {AGE: row[1]} if aged else {}
            rest = row[1 + aged : -1]
            for n, name in enumerate(facts):
                value, print_ = rest[2 * n], rest[2 * n + 1]
                if value is not None or print_ is not None:
                    values[name] = (_read(value), bytes(print_) if print_ else None)
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
