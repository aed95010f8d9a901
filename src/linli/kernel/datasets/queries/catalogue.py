"""The catalogue: every data set that concerns somebody, those of others and Linli's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, require, under
from linli.kernel.people.models import Unit

from ..models import Dataset, Job, OwnCount, Row
from ..own import OWN
from ..tallying import Counts
from ..verbs.common import near


@dataclass(frozen=True, slots=True)
class Shown:
    """A data set in a list. `rows` None: not counted yet. `late` by how much a delivery is overdue."""

    name: str
    title: str
    owner: str
    purpose: str
    every: int | None
    comes: str
    arrived_at: datetime | None
    late: timedelta | None
    rows: int | None
    counted_at: datetime | None
    counts: Counts | None
    personal: bool
    closed: bool
    id: UUID | None = None


def catalogue(by: Actor, *, at: datetime) -> list[Shown]:
    """Those that lie where the actor works or cover it, then Linli's own. Needs `datasets.read`. Three queries."""
    require(by, "datasets.read")
    with as_system():  # how many rows there are tells nothing of any
        last = Job.objects.filter(dataset=OuterRef("pk"), state=Job.State.DONE).order_by("-ended_at")
        counted = Row.objects.filter(dataset=OuterRef("pk")).order_by().values("dataset").annotate(n=Count("*"))
        found = (
            Dataset.objects.select_related("owner")
            .annotate(last_counts=Subquery(last.values("counts")[:1]), n=Subquery(counted.values("n")))
            .order_by("closed_at", "title")
        )
        shown = [_shown(dataset, at) for dataset in found if near(by, dataset.place_code)]
    return [*shown, *_own()]


def one(by: Actor, name: str) -> Dataset:
    """A data set that concerns the actor. Raises NotFound."""
    require(by, "datasets.read")
    dataset = Dataset.objects.select_related("owner").filter(name=name).first()
    if dataset is None or not near(by, dataset.place_code):
        raise NotFound(_("没有这个数据集，或者它与您的辖区无关。"))
    return dataset


def _shown(dataset: Any, at: datetime) -> Shown:
    declared = dataset.declared
    return Shown(
        dataset.name,
        dataset.title,
        dataset.owner.name,
        declared.purpose,
        dataset.every,
        "",
        dataset.arrived_at,
        None if dataset.closed_at else dataset.late_by(at),
        dataset.n or 0,
        at,
        Counts.of(dataset.last_counts) if dataset.last_counts else None,
        declared.personal,
        dataset.closed_at is not None,
        dataset.id,
    )


def _own() -> list[Shown]:
    counted = {row.name: row for row in OwnCount.objects.all()}
    return [
        Shown(
            own.name,
            str(own.title),
            _("邻里系统"),
            str(own.purpose),
            None,
            str(own.comes),
            kept.latest_at if (kept := counted.get(own.name)) else None,
            None,
            kept.rows if kept else None,
            kept.counted_at if kept else None,
            None,
            any(sensitive for *_rest, sensitive in own.fields),
            False,
        )
        for own in OWN.values()
    ]


def owners(by: Actor, *, at: datetime) -> list[Unit]:
    """The units of the actor's place that may own a data set."""
    require(by, "datasets.read")
    return list(Unit.objects.filter(under(by.scopes), valid__contains=at).order_by("place_code", "name")[:500])
