"""What is known: facts in force of one subject, for whoever builds on them. Reading a person's facts on a page is a verb
(`verbs.read_facts`), because it is written down; this is what it and reports are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.kernel.sealed import unseal

from ..models import Fact, State


@dataclass(frozen=True, slots=True)
class Known:
    """A fact in force. `value` is None where it is `sealed`. `seen_at` is when it was last seen to be so; `contested`: the
    person it is about says it is wrong, and is not answered yet."""

    fact_id: UUID
    subject: UUID
    element: str
    value: Any
    sealed: bool
    source: str
    author: str
    entry_id: UUID | None
    observed_at: datetime
    seen_at: datetime
    recorded_at: datetime
    keep_until: date
    contested: bool


def known(subject: UUID, elements: Collection[str] | None = None) -> dict[str, Known]:
    """What is in force about one subject, by element; all of it when no elements are named. One query, with the eyes of
    the connection."""
    return {one.element: one for one in _known([subject], elements)}


def known_of(subjects: Collection[UUID], elements: Collection[str]) -> dict[tuple[UUID, str], Known]:
    """The same of many subjects: by (subject, element). One query."""
    return {(one.subject, one.element): one for one in _known(subjects, elements)}


def opened(fact_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Sealed values in plain (JSON), for verbs that have asked permission and write it down."""
    rows = Fact.objects.filter(pk__in=list(fact_ids), sealed__isnull=False).values_list("id", "sealed")
    return {key: unseal(sealed) for key, sealed in rows if sealed is not None}


def _known(subjects: Collection[UUID], elements: Collection[str] | None) -> list[Known]:
    rows = Fact.objects.filter(subject__in=list(subjects), state=State.IN_FORCE)
    if elements is not None:
        rows = rows.filter(element__in=list(elements))
    columns = (
        "id", "subject", "element", "value", "source", "author__name", "entry_id", "observed_at", "seen_at",
        "recorded_at", "keep_until", "contested",
    )  # fmt: skip
    return [
        Known(
            fact_id=row["id"],
            subject=row["subject"],
            element=row["element"],
            value=row["value"],
            sealed=row["value"] is None,
            source=row["source"],
            author=row["author__name"] or "",
            entry_id=row["entry_id"],
            observed_at=row["observed_at"],
            seen_at=row["seen_at"],
            recorded_at=row["recorded_at"],
            keep_until=row["keep_until"],
            contested=row["contested"],
        )
        for row in rows.values(*columns)
    ]
