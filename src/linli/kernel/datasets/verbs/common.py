"""What the verbs of this room share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, covers, require
from linli.kernel.access import act as act

from ..models import Dataset


def locked_set(dataset_id: UUID, by: Actor, permission: str) -> Dataset:
    """The data set, locked; for who has the permission where it lies. Raises NotFound, NotAllowed, Conflict (closed)."""
    dataset = Dataset.objects.select_for_update(of=("self",)).filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound(_("没有这个数据集。"))
    require(by, permission, dataset.place_code)
    if dataset.closed_at is not None:
        raise Conflict(_("这个数据集已经停用。"))
    return dataset


def near(by: Actor, place_code: str) -> bool:
    """Whether a data set concerns somebody: it lies where they work, or they work within what it covers."""
    return covers(by, place_code) or (bool(by.scope) and by.scope.startswith(place_code))


def record(
    by: Actor,
    at: datetime,
    verb: str,
    dataset: Dataset,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
    units: Iterable[UUID] = (),
    persons: Iterable[UUID] = (),
) -> None:
    """One record in the data set's own history."""
    audit.append(
        by=by,
        at=at,
        verb=f"datasets.{verb}",
        stream=f"dataset:{dataset.id}",
        place_code=dataset.place_code,
        unit_ids=[dataset.owner_id, *units],
        person_ids=list(persons),
        before=before,
        after=after,
        note=note,
    )
