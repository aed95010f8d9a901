"""Rows of a list within an actor's scope, by the prefix that has an index with the list's order."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from linli.kernel.access import Actor, under

Row = TypeVar("Row", bound=Model)
_PREFIXES = {6: "p6", 9: "p9", 12: "p12"}


def within(rows: QuerySet[Row], by: Actor) -> QuerySet[Row]:
    """Also those under other codes of the scope, while rows are being carried."""
    if by.scope == "*":
        return rows
    column = _PREFIXES.get(len(by.scope))
    if column is None:
        return rows.filter(under(by.scopes))
    inside = Q(**{f"{column}": by.scope})
    return rows.filter(inside | under(by.also)) if by.also else rows.filter(inside)
