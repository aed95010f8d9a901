"""A file's lines brought into the table: what is new is added, what differs is changed, the rest stays.

The same file a second time changes nothing. A line that does not fit is refused with its number and reason; the
good ones beside it are kept. New places make one audit record together, each changed place makes its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import access
from linli.kernel.access import Actor, Refused
from linli.kernel.places import verbs
from linli.kernel.places.exchange.reading import Batch, Line
from linli.kernel.places.models import Place
from linli.kernel.places.rows import Address, PlaceRow
from linli.kernel.places.verbs.ground import PERMISSION, day_of
from linli.kernel.places.words import say

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, and the sentence that says why."""

    line: int
    code: str
    reason: str


@dataclass(slots=True)
class Report:
    """What an import did, or in a dry run would do. The counts add up to the number of lines."""

    encoding: str
    dry_run: bool
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.added + self.changed + self.unchanged + len(self.refused)

    def to_csv(self) -> str:
        """The refused lines as a CSV file for Excel."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([_("行"), _("代码"), _("原因")])
        writer.writerows((r.line, r.code, r.reason) for r in self.refused)
        return "\ufeff" + out.getvalue()


def load(batch: Batch, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Bring a file's lines in; a dry run does it all and takes it back. Raises NotAllowed."""
    access.require(by, PERMISSION)
    report = Report(batch.encoding, dry_run)
    with transaction.atomic():
        good = _allowed(batch.lines, by, report)
        standing = _standing([row.code for _, row in good])
        fresh: list[tuple[int, PlaceRow]] = []
        known: list[tuple[int, PlaceRow]] = []
        for line, row in good:
            (fresh if _is_new(row, standing.get(row.code, [])) else known).append((line, row))
        _add(fresh, by, at, report)
        for line, row in known:
            _bring(line, row, standing[row.code], by, at, report)
        report.refused.sort(key=lambda refusal: refusal.line)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _allowed(lines: Sequence[Line], by: Actor, report: Report) -> list[tuple[int, PlaceRow]]:
    """The lines that could be read, lie in the actor's scope and say what no line before them said."""
    good = []
    first: dict[tuple[str, date | None], int] = {}
    for line in lines:
        if line.fault is not None or line.row is None:
            reason = say(line.fault) if line.fault else _("这一行读不懂。")
            report.refused.append(Refusal(line.number, line.code, reason))
        elif not access.covers(by, line.row.code):
            report.refused.append(Refusal(line.number, line.code, _("这个地点不在您的管辖范围内。")))
        elif (line.row.code, line.row.valid_to) in first:
            earlier = first[line.row.code, line.row.valid_to]
            reason = _("第 %(line)s 行已经写过这个代码。") % {"line": earlier}
            report.refused.append(Refusal(line.number, line.code, reason))
        else:
            first[line.row.code, line.row.valid_to] = line.number
            good.append((line.number, line.row))
    return good


def _standing(wanted: Sequence[str]) -> dict[str, list[Place]]:
    """The rows of these codes, closed ones too."""
    found: dict[str, list[Place]] = {}
    for i in range(0, len(wanted), _CHUNK):
        for place in Place.objects.filter(code__in=wanted[i : i + _CHUNK]).order_by("valid_from"):
            found.setdefault(place.code, []).append(place)
    return found


def _is_new(row: PlaceRow, rows: Sequence[Place]) -> bool:
    """Whether the row is one to add; otherwise `_bring` compares it with what is there."""
    if row.valid_to is None:
        return all(place.valid_to is not None for place in rows)
    same_end = any(place.valid_to == row.valid_to for place in rows)
    ends_open = any(p.valid_to is None and row.valid_from in (None, p.valid_from) for p in rows)
    return not (same_end or ends_open)


def _add(fresh: list[tuple[int, PlaceRow]], by: Actor, at: datetime, report: Report) -> None:
    rows = [row for _, row in fresh]
    faults = verbs.faults_of(rows, at=at)
    for i, why in faults.items():
        report.refused.append(Refusal(fresh[i][0], rows[i].code, say(why)))
    good = [row for i, row in enumerate(rows) if i not in faults]
    report.added += verbs.bulk_add(good, by=by, at=at) if good else 0


def _bring(line: int, row: PlaceRow, rows: list[Place], by: Actor, at: datetime, report: Report) -> None:
    """Make a place that stands agree with its line."""
    try:
        changes = _changes(row, rows, by, at)
        if not changes:
            report.unchanged += 1
            return
        with transaction.atomic():
            for change in changes:
                change()
        report.changed += 1
    except Refused as refused:
        report.refused.append(Refusal(line, row.code, refused.sentence))


def _changes(row: PlaceRow, rows: list[Place], by: Actor, at: datetime) -> list[Callable[[], object]]:
    if row.valid_to is None:
        return _differences(row, next(place for place in rows if place.valid_to is None), by, at)
    ended = next((place for place in rows if place.valid_to == row.valid_to), None)
    if ended is not None:
        if ended.name != row.name:
            raise access.Conflict(_("这是历史，不能改：那时的名称是“%(name)s”。") % {"name": ended.name})
        return []
    note = _("由导入文件关闭")
    return [lambda: verbs.close_place(by=by, at=at, code=row.code, on=row.valid_to, note=note)]


def _differences(row: PlaceRow, place: Place, by: Actor, at: datetime) -> list[Callable[[], object]]:
    """The verbs that make the place agree with the row. An empty cell asks for nothing."""
    on = row.valid_from if row.valid_from and row.valid_from > place.valid_from else day_of(at, None)
    changes: list[Callable[[], object]] = []
    if " ".join(row.name.split()) != place.name:
        changes.append(lambda: verbs.rename_place(by=by, at=at, code=row.code, name=row.name, on=on))
    if row.boundary is not None and dict(row.boundary) != place.boundary:
        drawn = row.boundary
        changes.append(lambda: verbs.move_boundary(by=by, at=at, code=row.code, boundary=drawn, on=on))
    point = None if row.lon is None or row.lat is None else (row.lon, row.lat)
    if point == (place.lon, place.lat):
        point = None
    parts = {part: value for part, value in asdict(row.address).items() if value}
    moved = {part for part, value in parts.items() if getattr(place, part) != value}
    new_names = [alias for alias in row.aliases if alias not in place.aliases]
    if point or moved or new_names:
        changes.append(lambda: _describe(row, point, bool(moved), bool(new_names), by, at))
    return changes


def _describe(
    row: PlaceRow, point: tuple[float, float] | None, moved: bool, renamed: bool, by: Actor, at: datetime
) -> None:
    """Details on top of what is there now: a rename just before may have added an alias."""
    place = Place.objects.get(code=row.code, valid_to=None)
    given = {part: value or getattr(place, part) for part, value in asdict(row.address).items()}
    verbs.change_details(
        by=by,
        at=at,
        code=row.code,
        point=point,
        address=Address(**given) if moved else None,
        aliases=tuple(dict.fromkeys((*place.aliases, *row.aliases))) if renamed else None,
    )
