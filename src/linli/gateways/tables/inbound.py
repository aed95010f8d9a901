"""Rows of a file into matters, batch by batch: accepted, refused with the reason, or known already."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.access import Actor
from linli.kernel.matters.verbs.bulk import Incoming, Taken, caught_up, take_in
from linli.kernel.places import queries as places

from .mapping import Map, RowFault, incoming
from .wire import Row, Table, TableFault, open_table

BATCH = 2000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Counts:
    """What became of the rows; the four add up to `rows`."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    duplicates: int = 0
    encoding: str = ""

    @property
    def whole(self) -> bool:
        return self.rows == self.accepted + self.refused + self.duplicates


def run(
    path: Path,
    given: Map,
    *,
    by: Actor,
    at: datetime,
    dry_run: bool = False,
    report: Path | None = None,
    progress: Progress | None = None,
) -> Counts:
    """Import a file. With `dry_run` nothing is kept and the report is the same. Raises TableFault."""
    table = open_table(path, given.columns or None)
    counts = Counts(encoding=table.encoding)
    with _report(report) as tell:
        for rows in _batches(_checked(table, given)):
            _take(rows, given, by, at, dry_run, counts, tell)
            if progress is not None:
                progress(counts.rows, table.about)
    if not dry_run:
        caught_up()
    return counts


def _checked(table: Table, given: Map) -> Iterator[Row]:
    """The rows, once the first shows that every column the mapping names is there."""
    for number, row in enumerate(table.rows):
        if number == 0 and not row.fault and table.form != "json":
            missing = sorted(given.needed() - set(row.cells))
            if missing:
                raise TableFault(
                    _("文件里没有这些列：%(missing)s。现有的列：%(present)s。")
                    % {"missing": "、".join(missing), "present": "、".join(row.cells) or _("无")}
                )
        yield row


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _take(
    rows: list[Row], given: Map, by: Actor, at: datetime, dry_run: bool, counts: Counts, tell: Callable[..., None]
) -> None:
    read: list[tuple[Row, Incoming]] = []
    for row in rows:
        try:
            read.append((row, _placed(incoming(row, given)[0])))
        except RowFault as fault:
            counts.refused += 1
            tell(row.line, "", "refused", str(fault))
    taken: Taken = take_in([matter for _row, matter in read], by=by, at=at, dry_run=dry_run)
    for index, (row, matter) in enumerate(read):
        if index in taken.refused:
            counts.refused += 1
            tell(row.line, matter.source_key, "refused", taken.refused[index])
        elif index in taken.already:
            counts.duplicates += 1
            tell(row.line, matter.source_key, "duplicate", _("以前已经导入过。"))
        else:
            counts.accepted += 1
            tell(row.line, matter.source_key, "accepted", "")
    counts.rows += len(rows)


def _placed(matter: Incoming) -> Incoming:
    """With its place: the code the mapping found, else where the position lies, else what the address names."""
    if matter.place_code:
        return matter
    if matter.lon is not None and matter.lat is not None:
        if code := places.locate(matter.lon, matter.lat):
            return replace(matter, place_code=code)
        raise RowFault(_("位置 %(lon)s, %(lat)s 不在任何地点之内。") % {"lon": matter.lon, "lat": matter.lat})
    if matter.address and (found := places.find(matter.address)):
        return replace(matter, place_code=found[0].code)
    raise RowFault(_("没有说明在哪里。"))


@contextmanager
def _report(path: Path | None) -> Iterator[Callable[..., None]]:
    """A CSV with a line for each row: line, key, result, reason. Excel reads its UTF-8 by the mark."""
    if path is None:
        yield lambda *_cells: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: Any = csv.writer(file)
        writer.writerow(["line", "key", "result", "reason"])
        yield lambda *cells: writer.writerow(cells)
