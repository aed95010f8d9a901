"""Rows of a data set as a page shows them: open values as they are, of sensitive ones only that they are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require

from ..models import Dataset, Row
from ..saying import told

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    after: str
    """The key behind which the next page begins, "" on the last."""


def rows(by: Actor, dataset: Dataset, *, place: str = "", how: str = "", after: str = "") -> Page:
    """Rows the actor sees, by key; narrowed to a place, or to those whose matching of places went so."""
    require(by, "datasets.read")
    found = Row.objects.filter(dataset=dataset)
    if place:
        found = found.filter(place_code__startswith=place)
    if how:
        found = found.filter(found__place__how=how)
    if after:
        found = found.filter(key__gt=after)
    page = list(found.order_by("key")[: PAGE + 1])
    return Page(page[:PAGE], page[PAGE - 1].key if len(page) > PAGE else "")


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a row comes from, and who decided what it means."""

    row: Row
    values: list[tuple[str, Any, str]]
    """(label, value, unit); a sensitive value is None."""
    matches: list[tuple[str, str, list[str], Any]]
    """(subject, how, reasons, the question somebody decided or has to)."""


def lineage(by: Actor, row_id: UUID) -> Lineage:
    require(by, "datasets.read")
    row = (
        Row.objects.select_related(
            "dataset__owner", "job", "first_job", "place_doubt", "person_doubt", "thing_doubt", "thing"
        )
        .defer("job__content", "first_job__content")
        .filter(pk=row_id)
        .first()
    )
    if row is None:
        raise NotFound(_("没有这一行，或者它不在您的辖区内。"))
    declared = row.dataset.declared
    values = [(c.label, None if c.sensitive else row.values.get(c.name, ""), c.unit) for c in declared.columns]
    matches = [
        (subject, said["how"], told(said["reasons"]), getattr(row, f"{subject}_doubt"))
        for subject, said in row.found.items()
    ]
    return Lineage(row, values, matches)
