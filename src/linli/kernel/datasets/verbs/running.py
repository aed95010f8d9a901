"""A worker takes a table in: lines batch by batch, then all rows at once.

Reading and matching is slow and goes in batches, each a transaction that also moves the job's position on; a worker that
is killed leaves whole batches, and the next goes on behind them. Rows are written in one last transaction, so a table
is in, or it is not. The same table again finds every row as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.ids import uuid7
from linli.kernel.places.sentences import Sentence

from ..declared import Declared, read
from ..models import Job
from ..saying import pack
from ..tallying import Counts
from .common import record
from .reading import Reader
from .settling import settle

BATCH = 200
LEASE = timedelta(minutes=5)


class Given(Protocol):
    """A line as a gateway reads it."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> Mapping[str, Any]: ...
    @property
    def fault(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A job in a worker's hands. `content` is what was sent; `token` says whose hands."""

    id: UUID
    token: UUID
    file_name: str
    content: bytes
    declared: Declared


class Lost(Exception):
    """Another worker has the job: this one took too long."""


def take(*, at: datetime) -> Taken | None:
    """The oldest job that waits, or that a worker left in the middle; None for none."""
    from base64 import b64decode

    from linli.kernel.sealed import unseal

    with transaction.atomic(), as_system():
        free = Q(taken_at=None) | Q(taken_at__lt=at - LEASE)
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(free, ended_at=None)
            .order_by("queued_at", "id")
            .first()
        )
        if job is None or job.content is None:
            return None
        job.state, job.taken_at, job.taken_by = Job.State.RUNNING, at, uuid7()
        job.save(update_fields=["state", "taken_at", "taken_by"])
        content = b64decode(unseal(job.content))
        return Taken(job.id, job.taken_by, job.file_name, content, read(job.declaration))


def run(
    *, job: Taken, rows: Iterable[Given], about: int, at: datetime, clock: Callable[[], datetime] | None = None
) -> Counts:
    """Take the rows in; returns what it came to. Raises Lost, and whatever reading the rows raises.

    `clock` renews the lease with each batch: a long table takes longer than one.
    """
    moment = clock or (lambda: at)
    with as_system():
        reader = Reader(job.id, job.declared, ZoneInfo(settings.TIME_ZONE))
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            with transaction.atomic():
                held = _held(job)
                fresh = [row for row in batch if row.line > held.position]
                if fresh:
                    reader.take(fresh, held)
                held.about, held.taken_at = max(about, held.position), moment()
                held.save(update_fields=["about", "taken_at", "position", "counts"])
        with transaction.atomic():
            held = _held(job)
            counts = settle(held, job.declared, at=at)
            held.state, held.ended_at, held.content, held.taken_by = Job.State.DONE, at, None, None
            held.counts = counts.kept()
            held.save()
            dataset = held.dataset
            dataset.arrived_at = max(at, dataset.arrived_at or at)
            dataset.save(update_fields=["arrived_at"])
            record(SYSTEM, at, "take_in", dataset, after={"job": str(job.id), **counts.kept()})
    return counts


def fail(*, job: Taken, at: datetime, why: Sentence) -> None:
    """The table cannot be taken in; its lines and content go, and the reason stays."""
    with transaction.atomic(), as_system():
        held = _held(job)
        held.lines.all().delete()
        held.state, held.ended_at, held.content, held.taken_by = Job.State.FAILED, at, None, None
        held.fault, held.counts = pack(why), {}
        held.save()
        record(SYSTEM, at, "job_failed", held.dataset, after={"job": str(job.id)}, note=str(why))


def _held(job: Taken) -> Job:
    held = (
        Job.objects.select_for_update(of=("self",))
        .select_related("dataset")
        .filter(pk=job.id, taken_by=job.token, ended_at=None)
        .first()
    )
    if held is None:
        raise Lost
    return held
