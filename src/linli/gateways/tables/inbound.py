"""Rows of a file into matters, batch by batch: accepted, refused with the reason, or known already."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linli.kernel.access import Actor
from linli.kernel.matters.verbs.ahead import ahead
from linli.kernel.matters.verbs.bulk import Incoming, Taken, take_in_all
from linli.kernel.places import queries as places

from .mapping import Map, RowFault, incoming
from .wire import Row, Table, TableFault, open_table

BATCH = 2000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Said:
    """A row as read: the matter it speaks of, or why it is none."""

    line: int
    matter: Incoming | None
    fault: str = ""


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
    placed: deque[list[Said]] = deque()

    def arriving() -> Iterator[list[Incoming]]:
        for batch in ahead(_read(_checked(table, given), given)):
            placed.append([_placed(said) for said in batch])
            yield [said.matter for said in placed[-1] if said.matter is not None]

    with _report(report) as tell:
        for taken in take_in_all(arriving(), by=by, at=at, dry_run=dry_run):
            _tally(placed.popleft(), taken, counts, tell)
            if progress is not None:
                progress(counts.rows, table.about)
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


def _read(rows: Iterator[Row], given: Map) -> Iterator[list[Said]]:
    """The rows as matters, or why not, in batches."""
    while batch := [_said(row, given) for row in islice(rows, BATCH)]:
        yield batch


def _said(row: Row, given: Map) -> Said:
    try:
        return Said(row.line, incoming(row, given)[0])
    except RowFault as fault:
        return Said(row.line, None, str(fault))


def _placed(said: Said) -> Said:
    """With its place: the code the mapping found, else where the position lies, else what the address names."""
    matter = said.matter
    if matter is None or matter.place_code:
        return said
    if matter.lon is not None and matter.lat is not None:
        if code := places.locate(matter.lon, matter.lat):
            return Said(said.line, replace(matter, place_code=code))
        where = {"lon": matter.lon, "lat": matter.lat}
        return Said(said.line, None, _("位置 %(lon)s, %(lat)s 不在任何地点之内。") % where)
    if matter.address and (found := places.find(matter.address)):
        return Said(said.line, replace(matter, place_code=found[0].code))
    return Said(said.line, None, _("没有说明在哪里。"))


def _tally(batch: list[Said], taken: Taken, counts: Counts, tell: Callable[..., None]) -> None:
    """Count what became of each row and tell it, in the order of the file."""
    index = 0
    for said in batch:
        if said.matter is None:
            counts.refused += 1
            tell(said.line, "", "refused", said.fault)
            continue
        key = said.matter.source_key
        if index in taken.refused:
            counts.refused += 1
            tell(said.line, key, "refused", taken.refused[index])
        elif index in taken.already:
            counts.duplicates += 1
            tell(said.line, key, "duplicate", _("以前已经导入过。"))
        else:
            counts.accepted += 1
            tell(said.line, key, "accepted", "")
        index += 1
    counts.rows += len(batch)


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
