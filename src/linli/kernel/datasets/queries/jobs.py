"""Intake jobs: how far they are, what they came to, and which lines were refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require

from ..models import Dataset, Job, Line
from ..saying import told

MOST = 100


def jobs(by: Actor, dataset: Dataset | None = None) -> list[Job]:
    """The latest jobs the actor sees, the newest first."""
    require(by, "datasets.read")
    found = Job.objects.select_related("dataset").defer("content", "declaration")
    if dataset is not None:
        found = found.filter(dataset=dataset)
    return list(found.order_by("-queued_at", "-id")[:MOST])


def job(by: Actor, job_id: UUID) -> Job:
    require(by, "datasets.read")
    found = Job.objects.select_related("dataset__owner").defer("content").filter(pk=job_id).first()
    if found is None:
        raise NotFound(_("没有这个作业。"))
    return found


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken, and why, in the reader's language."""

    line: int
    key: str
    doubled: bool
    reasons: list[str]


def refused(by: Actor, asked: Job, limit: int | None = None) -> Iterator[Refused]:
    """The lines of a job that were not taken, in the order of the table."""
    require(by, "datasets.read")
    found = asked.lines.exclude(state=Line.State.TAKEN).order_by("number")
    for line in found[:limit] if limit else found.iterator():
        yield Refused(line.number, line.key, line.state == Line.State.DOUBLED, told(line.faults))
