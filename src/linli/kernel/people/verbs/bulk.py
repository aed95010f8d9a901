"""Many persons at once: imports and the demo. One transaction, one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from linli.kernel import audit
from linli.kernel.access import Actor, require
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.lines import lines
from linli.kernel.sealed import fingerprint, seal

from ..models import Residence
from .common import act


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A checked row. Rows with the same `household` (any key, "" for none) live together at their place.

    `phone` and `identity` are as `numbers` returns them, or "".
    """

    name: str
    place_code: str
    phone: str = ""
    identity: str = ""
    birth_year: int | None = None
    household: str = ""
    relation: str = Residence.Relation.OTHER


_TABLES = {
    "people_household": "id, place_code",
    "people_person": "id, name, place_code, birth_year, phone_print, phone_sealed, identity_print, identity_sealed",
    "people_residence": "id, person_id, household_id, relation, valid",
}


def bulk_people(
    rows: Sequence[NewPerson], *, by: Actor, at: datetime, since: datetime | None = None, note: str = ""
) -> list[UUID]:
    """Register many persons and households; returns the persons' ids in the order of `rows`.

    Needs `people.import` over every place. Rows are trusted to be checked (`exchange` does it); an identity
    number that exists raises IntegrityError and nothing is kept. They live there from `since`, else `at`.
    """
    for code in {row.place_code for row in rows}:
        require(by, "people.import", code)
    if not rows:
        return []
    homes = {(row.household, row.place_code): uuid7() for row in rows if row.household}
    ids = [uuid7() for _row in rows]
    living = f"[{(since or at).isoformat()},)"
    residences = (
        (uuid7(), ids[number], homes[row.household, row.place_code], str(row.relation), living)
        for number, row in enumerate(rows)
        if row.household
    )
    with act():
        _copy("people_household", ((home, code) for (_key, code), home in homes.items()))
        _copy("people_person", map(_person, ids, rows))
        _copy("people_residence", residences)
        audit.append(
            by=by,
            at=at,
            verb="people.bulk_people",
            stream=f"people:{ids[0]}",
            place_code=_common([row.place_code for row in rows]),
            after={"persons": len(ids), "households": len(homes)},
            note=note or None,
        )
    return ids


def _person(person_id: UUID, row: NewPerson) -> tuple[object, ...]:
    return (
        person_id,
        row.name,
        row.place_code,
        row.birth_year,
        fingerprint(row.phone) if row.phone else None,
        seal(row.phone) if row.phone else None,
        fingerprint(row.identity) if row.identity else None,
        seal(row.identity) if row.identity else None,
    )


def _copy(table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """COPY into a passing table, then INSERT: PostgreSQL copies into no table under row level security."""
    columns = _TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")  # noqa: S608
        with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            copy.write(lines(rows))
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming")  # noqa: S608
        cursor.execute("DROP TABLE incoming")


def _common(codes: Iterable[str]) -> str:
    """The longest scope that holds every place: whose history this is."""
    first, last = min(found := list(codes)), max(found)
    return "".join(_same(first, last))


def _same(first: str, last: str) -> Iterator[str]:
    for left, right in zip(first, last, strict=False):
        if left != right:
            return
        yield left
