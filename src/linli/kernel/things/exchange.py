"""Things from a table: every line is checked, what is right is kept, what is not says why. The same file again takes
in nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, as_system, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Unit
from linli.kernel.people.tables import Line, read_content
from linli.kernel.places import queries as places

from .verbs.many import BATCH, New, NewThing, register_many

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("编号", "设备编号", "设备号", "key"),
    "model": ("型号", "设备型号", "类型", "model"),
    "place": ("地点代码", "地点", "地址", "place"),
    "name": ("名称", "设备名称", "name"),
    "spot": ("安装位置", "位置", "spot"),
    "lon": ("经度", "lon", "longitude"),
    "lat": ("纬度", "lat", "latitude"),
    "owner": ("归属单位", "单位", "owner"),
    "every": ("上报间隔", "上报间隔（秒）", "上报间隔(秒)", "every"),
    "waits": ("待安装", "waits"),
}
NEEDED = ("key", "model", "place")
_CALLED = {"place_code": "place"}  # what a verb's argument is called in a table
LARGEST = 20 * 1024 * 1024
_YES = frozenset({"是", "1", "y", "yes", "true", "√", "待安装"})
_NO = frozenset({"", "否", "0", "n", "no", "false", "已安装"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken, the column at fault, and why in a sentence."""

    line: int
    key: str
    column: str
    sentence: str


@dataclass(slots=True)
class Report:
    """What became of every line: new + already + refused is all of them."""

    dry_run: bool
    new: list[New] = field(default_factory=list)
    already: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return len(self.new) + self.already + len(self.refused)


def take_in(content: bytes, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Register the things of a file (CSV in UTF-8 or GBK, XLSX). Needs `things.change`.

    Models are named as declared or as they are called in Chinese or English; a place by its code or an address that
    fits one place. Batches are kept one by one. Raises Invalid for what is no such table.
    """
    require(by, "things.change")
    if len(content) > LARGEST:
        sentence = _("文件太大，最多 %(n)s MB。") % {"n": LARGEST // 1024 // 1024}
        raise Invalid(sentence, fields={"file": sentence})
    report, reading = Report(dry_run), _Reading(by, at)
    every = read_content(content, COLUMNS, NEEDED)
    seen: set[str] = set()
    while chunk := list(islice(every, BATCH)):
        read = list(reading.rows(chunk, report, seen))
        taken = register_many([row for _line, row in read], by=by, at=at, dry_run=dry_run)
        report.new += [new for _position, new in sorted(taken.new.items())]
        report.already += len(taken.already)
        for position, (column, sentence) in taken.refused.items():
            line, row = read[position]
            report.refused.append(Refusal(line, row.key, _CALLED.get(column, column), sentence))
    report.refused.sort(key=lambda refusal: refusal.line)
    return report


class _Reading:
    """Cells into things, with what every line needs looked up once."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by = by
        words = catalogue()
        self.models = {
            said.casefold(): name
            for name in words.devices
            for said in (name, words.word("device", name, "zh"), words.word("device", name, "en"))
        }
        with as_system():
            rows = Unit.objects.filter(valid__contains=at).values_list("name", "place_code", "id")
            self.units: dict[str, list[tuple[str, UUID]]] = {}
            for name, code, unit_id in rows:
                self.units.setdefault(name, []).append((code, unit_id))

    def rows(self, chunk: Iterable[Line], report: Report, seen: set[str]) -> Iterator[tuple[int, NewThing]]:
        chunk = list(chunk)
        known = places.names({cell for line in chunk if (cell := line.cells.get("place", "")).isdigit()})
        found: dict[str, str] = {}
        for line in chunk:
            key = line.cells.get("key", "")
            try:
                if key and key in seen:
                    sentence = _("这个编号在表里出现了不止一次。")
                    raise Invalid(sentence, fields={"key": sentence})
                row = self._row(line.cells, known, found)
            except Invalid as refused:
                column, sentence = next(iter(refused.fields.items()), ("", refused.sentence))
                report.refused.append(Refusal(line.number, key, column, sentence))
                continue
            seen.add(key)
            yield line.number, row

    def _row(self, cells: Mapping[str, str], known: Mapping[str, str], found: dict[str, str]) -> NewThing:
        model = self.models.get(cells["model"].casefold())
        if model is None:
            sentence = _("没有“%(model)s”这种型号。") % {"model": cells["model"][:40] or "—"}
            raise Invalid(sentence, fields={"model": sentence})
        said = cells["place"]
        if said not in found:
            found[said] = place_named(said, self.by, field="place", known=known)
        return NewThing(
            key=cells["key"],
            model=model,
            place_code=found[said],
            name=cells.get("name", ""),
            spot=cells.get("spot", ""),
            lon=_number(cells, "lon"),
            lat=_number(cells, "lat"),
            owner_id=self._owner(cells.get("owner", ""), found[said]),
            every=_whole(cells, "every"),
            waits=_yes(cells, "waits"),
        )

    def _owner(self, name: str, place_code: str) -> UUID | None:
        """The unit of this name that is nearest above the place; where none is, the only one of the name."""
        if not name:
            return None
        units = self.units.get(name, [])
        above = [unit for unit in units if place_code.startswith(unit[0])]
        if above:
            return max(above, key=lambda unit: len(unit[0]))[1]
        if len(units) == 1:
            return units[0][1]
        sentence = _("没有找到单位“%(name)s”。") % {"name": name[:40]}
        raise Invalid(sentence, fields={"owner": sentence})


def _number(cells: Mapping[str, str], column: str) -> float | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        sentence = _("“%(said)s”不是数字。") % {"said": text[:40]}
        raise Invalid(sentence, fields={column: sentence})
    return number


def _whole(cells: Mapping[str, str], column: str) -> int | None:
    number = _number(cells, column)
    if number is not None and number != int(number):
        sentence = _("“%(said)s”不是整数。") % {"said": cells[column][:40]}
        raise Invalid(sentence, fields={column: sentence})
    return None if number is None else int(number)


def _yes(cells: Mapping[str, str], column: str) -> bool:
    text = cells.get(column, "").strip().casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    sentence = _("这里只能填“是”或“否”。")
    raise Invalid(sentence, fields={column: sentence})
