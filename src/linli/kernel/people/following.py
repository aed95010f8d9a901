"""What points at a person follows, when two registrations turn out to be one: in every room, and back again.

A foreign key needs no word: it is found in the models. What points at a person without one says so when its room starts
(`pointings.add`), and what must stay where it is says that (`pointings.apart`). `project/tests/test_following.py` finds a
column nobody spoke for. Where more is to be done than pointing elsewhere, a `Keeper` has `joined` and `parted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InternalError, connection, models, transaction
from psycopg import sql

from .models import Double, Merging, Person


@dataclass(frozen=True, slots=True)
class Pointing:
    """A column that points at persons. An `array` names several: the one who stands is added to it."""

    table: str
    column: str
    key: str = "id"
    array: bool = False

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(slots=True)
class Pointings:
    """What rooms said when they started."""

    named: list[Pointing] = field(default_factory=list)
    kept_apart: set[type[models.Model]] = field(default_factory=lambda: {Double, Merging})

    def add(self, pointing: Pointing) -> None:
        if pointing not in self.named:
            self.named.append(pointing)

    def apart(self, model: type[models.Model]) -> None:
        """Rows of this model stay with the registration they were made for."""
        self.kept_apart.add(model)

    def every(self) -> list[Pointing]:
        return [*self._keys(), *self.named]

    def _keys(self) -> Iterator[Pointing]:
        hidden_too = Person._meta.get_fields(include_hidden=True)
        for relation in (found for found in hidden_too if isinstance(found, models.ManyToOneRel)):
            model = relation.related_model
            if model in self.kept_apart or not model._meta.managed:
                continue
            pointing: Any = relation.field
            key: Any = model._meta.pk
            yield Pointing(model._meta.db_table, pointing.column, key.column)


pointings = Pointings()
Keys = dict[str, list[str]]
_POINT_BACK = "UPDATE {t} SET {c} = %(new)s WHERE {k}::text = ANY(%(keys)s) AND {c} = %(old)s"
_TAKE_OUT = "UPDATE {t} SET {c} = array_remove({c}, %(old)s) WHERE {k}::text = ANY(%(keys)s) AND %(old)s = ANY({c})"


def follow(alias: UUID, standing: UUID) -> tuple[Keys, Keys]:
    """Everything that points at `alias` points at `standing`. Returns the keys of what moved, and of what could not:
    the one who stands has the same already."""
    moved: Keys = {}
    stayed: Keys = {}
    for pointing in pointings.every():
        went, left = _add(pointing, alias, standing) if pointing.array else _point(pointing, alias, standing)
        if went:
            moved[pointing.name] = went
        if left:
            stayed[pointing.name] = left
    return moved, stayed


def back(alias: UUID, standing: UUID, moved: Keys) -> None:
    """What followed goes back, as far as it is there and still points at the one who stands.

    Raises IntegrityError where the alias has the same again.
    """
    for pointing in pointings.every():
        if not (keys := moved.get(pointing.name)):
            continue
        text = _TAKE_OUT if pointing.array else _POINT_BACK
        _run(text, pointing, {"old": standing, "new": alias, "keys": keys})


def _point(pointing: Pointing, alias: UUID, standing: UUID) -> tuple[list[str], list[str]]:
    """All at once; row by row only where one of them cannot."""
    given = {"old": alias, "new": standing}
    every = "UPDATE {t} SET {c} = %(new)s WHERE {c} = %(old)s RETURNING {k}::text"
    try:
        with transaction.atomic():
            return _run(every, pointing, given), []
    except (IntegrityError, InternalError):
        pass
    went: list[str] = []
    left: list[str] = []
    for key in _run("SELECT {k}::text FROM {t} WHERE {c} = %(old)s ORDER BY 1", pointing, given):
        try:
            with transaction.atomic():
                one = "UPDATE {t} SET {c} = %(new)s WHERE {c} = %(old)s AND {k}::text = %(key)s RETURNING {k}::text"
                went += _run(one, pointing, {**given, "key": key})
        except (IntegrityError, InternalError):
            left.append(key)
    return went, left


def _add(pointing: Pointing, alias: UUID, standing: UUID) -> tuple[list[str], list[str]]:
    add = (
        "UPDATE {t} SET {c} = {c} || %(new)s::uuid WHERE {c} @> ARRAY[%(old)s::uuid]"
        " AND NOT {c} @> ARRAY[%(new)s::uuid] RETURNING {k}::text"
    )
    return _run(add, pointing, {"old": alias, "new": standing}), []


def _run(text: str, pointing: Pointing, given: dict[str, Any]) -> list[str]:
    statement = sql.SQL(text).format(
        t=sql.Identifier(pointing.table), c=sql.Identifier(pointing.column), k=sql.Identifier(pointing.key)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(cursor.connection), given)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []
