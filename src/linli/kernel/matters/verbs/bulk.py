"""The bulk door: matters another system already had, thousands at a time, by set instead of one by one.

A batch is one transaction: copied into a passing table, then inserted where the constraints, the row policies
and the chain of the audit hold as they do for a single matter. Memory holds two batches, so whoever brings a
million rows brings them in batches. What was taken in before, by (source, source_key), is left as it is.

Each batch passes three steps: *checked* against the database, *reckoned* into columns without it, and
*written*. While PostgreSQL writes one batch, a thread reckons the next: both cores work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, NotAllowed, Role, covers, look_as, require
from linli.kernel.access.sizes import know_the_size
from linli.kernel.audit.bulk import Records, append_all
from linli.kernel.audit.ids import uuid7
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places
from linli.kernel.places.models import Place

from . import staging
from .ahead import prompt
from .bringing import Brought
from .columns import Leads, Writer
from .incoming import Incoming, Past, faults
from .reckoning import Reckoner

__all__ = ["Incoming", "Past", "Taken", "take_in", "take_in_all"]


@dataclass(slots=True)
class Taken:
    """What became of a batch, by position in it: ids of what is new, what was there already, and why not."""

    new: dict[int, UUID] = field(default_factory=dict)
    already: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)


def take_in(rows: Sequence[Incoming], *, by: Actor, at: datetime, dry_run: bool = False) -> Taken:
    """Take in a batch. Needs `matters.import` over each place; `past` acts only from the system itself.

    A faulty row is refused with its sentence and does not hold up the others. Matters arrive in their final
    state with their dates; open ones get the clock they would have. Search finds them at once.
    """
    return next(take_in_all([rows], by=by, at=at, dry_run=dry_run))


def take_in_all(
    batches: Iterable[Sequence[Incoming]], *, by: Actor, at: datetime, dry_run: bool = False
) -> Iterator[Taken]:
    """Take in batch after batch, each in a transaction of its own; yields what became of each, in order.

    A row that another batch of this run or another import has brought is told as `already`, in a dry run too.
    """
    require(by, "matters.import")
    if dry_run:
        yield from _tried(batches, by, at)
        return
    with prompt(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="reckon") as reckon:
        waiting: tuple[_Batch, Future[None]] | None = None
        for rows in batches:
            batch = _checked(rows, by, at)
            coming = reckon.submit(copy_context().run, batch.reckon)
            if waiting is not None:
                yield _written(*waiting)
            waiting = batch, coming
        if waiting is not None:
            yield _written(*waiting)


def _tried(batches: Iterable[Sequence[Incoming]], by: Actor, at: datetime) -> Iterator[Taken]:
    """What would become of each batch. A key is remembered by its hash, so that it is told when it comes again."""
    seen: set[int] = set()
    for rows in batches:
        taken = Taken()
        with transaction.atomic():
            look_as(SYSTEM)
            good = list(_sound(rows, taken, by, at))
            look_as(by)
        for position, row in good:
            key = hash((row.source, row.source_key))
            if key in seen:
                taken.already.add(position)
            else:
                seen.add(key)
                taken.new[position] = row.lead_unit_id or UUID(int=0)
        yield taken


@dataclass(slots=True)
class _Batch:
    """The rows of a batch that can be written, and what writing them needs to know."""

    by: Actor
    at: datetime
    taken: Taken
    good: list[tuple[int, Incoming]]
    numbers: list[int]
    writer: Writer
    ids: list[UUID] = field(default_factory=list)
    matters: bytes = b""
    records: Records = field(default_factory=Records)
    brought: Brought = field(default_factory=Brought)

    def reckon(self) -> None:
        """Make the lines to copy; asks no database, so it may run beside the connection at work."""
        self.ids = [uuid7() for _row in self.good]
        lines, line = [], self.writer.line
        for (_position, row), matter_id, number in zip(self.good, self.ids, self.numbers, strict=True):
            written, lead = line(row, matter_id, number)
            lines.append(written)
            if row.past:
                self.records.add_all(_told(row, matter_id, lead))
            if row.way:
                self.brought.add(row.way, matter_id, row.place_code)
        self.matters = "".join(lines).encode()


def _checked(rows: Sequence[Incoming], by: Actor, at: datetime) -> _Batch:
    taken = Taken()
    with transaction.atomic():
        look_as(SYSTEM)
        good = list(_sound(rows, taken, by, at))
        writer = Writer(catalogue(), Reckoner(at), Leads(at), timezone.get_current_timezone())
        batch = _Batch(by, at, taken, good, staging.numbers(len(good)), writer)
        look_as(by)
    return batch


def _written(batch: _Batch, reckoned: Future[None]) -> Taken:
    reckoned.result()
    if batch.good:
        with transaction.atomic():
            look_as(SYSTEM)
            _write(batch)
            look_as(batch.by)
    return batch.taken


def _sound(rows: Sequence[Incoming], taken: Taken, by: Actor, at: datetime) -> Iterator[tuple[int, Incoming]]:
    """The rows that can be written, with their positions; the others are told in `taken`."""
    if by.role is not Role.SYSTEM and any(row.past or row.way for row in rows):
        raise NotAllowed(_("只有系统本身可以补记过去的办理过程。"), code="past")
    rows = _standing(rows)
    known = _places({row.place_code for row in rows})
    before = _taken_before(rows)
    words = catalogue()
    for position, row in enumerate(rows):
        key = (row.source, row.source_key)
        if row.source_key and key in before:
            taken.already.add(position)
            continue
        why = next(faults(row, words, at), "") or _place_fault(row, known, by)
        if why:
            taken.refused[position] = why
            continue
        before.add(key)
        yield position, row


def _place_fault(row: Incoming, known: set[str], by: Actor) -> str:
    if row.place_code not in known:
        return _("没有编码为 %(code)s 的地方。") % {"code": row.place_code or "—"}
    if len(row.place_code) < 6:
        return _("地点太大：至少要说明是哪个区。")
    return "" if covers(by, row.place_code) else _("这个地方不在您的管辖范围内。")


def _standing(rows: Sequence[Incoming]) -> Sequence[Incoming]:
    """Old matters bring old codes: each row at what its place is called today."""
    given = {row.place_code for row in rows}
    closed = Place.objects.filter(code__in=given, valid_to__isnull=False).values_list("code", flat=True)
    became = {code: places.now_called(code) or code for code in set(closed)}
    if not became:
        return rows
    return [replace(row, place_code=became.get(row.place_code, row.place_code)) for row in rows]


def _places(codes: set[str]) -> set[str]:
    return set(Place.objects.filter(code__in=codes, valid_to=None).values_list("code", flat=True))


def _taken_before(rows: Sequence[Incoming]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    with connection.cursor() as cursor:
        for source in {row.source for row in rows}:
            keys = [row.source_key for row in rows if row.source == source and row.source_key]
            cursor.execute(
                "SELECT source, source_key FROM matters_matter WHERE source = %s AND source_key = ANY(%s)"
                " AND source_key <> ''",
                [source, keys],
            )
            found.update(cursor.fetchall())
    return found


def _write(batch: _Batch) -> None:
    taken, ids = batch.taken, batch.ids
    known = staging.insert_matters(batch.matters, len(ids))
    batch.brought.write(without=known)
    staging.tell(batch.by, batch.at)
    staging.done()
    if known:
        batch.records.keep(f"matter:{matter_id}" for matter_id in ids if matter_id not in known)
    append_all(batch.records)
    know_the_size(len(ids) - len(known), "matters_matter", "matters_assignment", "audit_head")
    for (position, _row), matter_id in zip(batch.good, ids, strict=True):
        if matter_id in known:
            taken.already.add(position)
        else:
            taken.new[position] = matter_id


def _told(row: Incoming, matter_id: UUID, lead: UUID | None) -> Iterator[staging.RecordRow]:
    """The past acts a row brought, oldest first."""
    persons = [row.reporter_id] if row.reporter_id else []
    where = staging.Seen(f"matter:{matter_id}", row.place_code, [lead] if lead else [], persons)
    for past in row.past:
        yield staging.record(past, where)
