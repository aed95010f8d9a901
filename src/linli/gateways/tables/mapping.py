"""A mapping file: which column says what, in which format, and what its values mean here.

name = "street-hotline"            # the source; with the key it says which matter a row is
columns = ["key", "time", …]       # only for a CSV without a header line
time_zone = "Asia/Shanghai"        # of times that do not say theirs
times = ["%Y-%m-%d %H:%M:%S"]      # tried in order; ISO 8601 is always understood

[take]                             # field = column, or the first of several that is not empty
source_key = "工单编号"
body = ["诉求内容", "标题"]

[join]                             # field = columns put together, empty ones left out
body = ["Complaint Type", "Descriptor"]

[values.kind]                      # pattern = value; * and ? as in file names, the first that fits wins
"*噪*" = "noise"

[default]                          # where nothing was found or nothing fits
kind = "complaint"
place_code = "990101"
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from linli.kernel.matters.models import FINAL
from linli.kernel.matters.titles import title_of
from linli.kernel.matters.verbs.incoming import Incoming

from .wire import Row, TableFault, text_of

TIMES = ("opened_at", "accepted_at", "assigned_at", "done_at", "verified_at", "ended_at")
TEXTS = ("source_key", "kind", "title", "body", "place_code", "state", "urgency", "address", "outcome", "reply")
NUMBERS = ("lon", "lat")
FIELDS = {*TIMES, *TEXTS, *NUMBERS, "name", "phone"}
TITLE, ADDRESS = 120, 200
_SILENT = dict.fromkeys(sorted(FIELDS), "")


class RowFault(ValueError):
    """One row cannot be taken in; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping file, read and checked."""

    name: str
    columns: tuple[str, ...]
    zone: ZoneInfo
    times: tuple[str, ...]
    take: Mapping[str, tuple[str, ...]]
    join: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    default: Mapping[str, Any]

    def needed(self) -> set[str]:
        """Every column the mapping names."""
        return {column for columns in (*self.take.values(), *self.join.values()) for column in columns}


def read_map(path: Path) -> Map:
    """Read a mapping file. Raises TableFault with a sentence for one that cannot be used."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        zone = ZoneInfo(given.get("time_zone", "Asia/Shanghai"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ZoneInfoNotFoundError, ValueError) as error:
        raise TableFault(_("对应文件 %(name)s 读不懂：%(why)s") % {"name": path.name, "why": error}) from error
    known = {"name", "columns", "time_zone", "times", "take", "join", "values", "default"}
    strange = set(given) - known
    for part in ("take", "join", "values", "default"):
        strange |= {f"{part}.{field}" for field in given.get(part, {}) if field not in FIELDS}
    if strange or not given.get("name"):
        what = "、".join(sorted(strange)) or "name"
        raise TableFault(_("对应文件 %(name)s 里有不认识或缺少的项：%(what)s") % {"name": path.name, "what": what})
    return Map(
        name=str(given["name"]),
        columns=tuple(given.get("columns", ())),
        zone=zone,
        times=tuple(given.get("times", ())),
        take={field: _names(columns) for field, columns in given.get("take", {}).items()},
        join={field: _names(columns) for field, columns in given.get("join", {}).items()},
        values=given.get("values", {}),
        default=given.get("default", {}),
    )


def _names(columns: str | list[str]) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns)


def incoming(row: Row, given: Map) -> tuple[Incoming, Mapping[str, str]]:
    """A row as a matter from elsewhere, its place perhaps still open; and what it said. Raises RowFault."""
    if row.fault:
        raise RowFault(row.fault)
    said = _SILENT | {field: _said(row, given, field) for field in (*given.take, *given.join)}
    texts = {field: _worded(given, field, said[field]) for field in TEXTS}
    times = {field: _time(said[field], given) if said[field] else None for field in TIMES}
    if times["opened_at"] is None:
        raise RowFault(_("没有上报时间。"))
    numbers = {field: _number(said[field]) for field in NUMBERS}
    body = texts["body"] or texts["title"]
    ended, state = times["ended_at"], texts["state"]
    if not state:
        state = "closed" if ended else "reported"
    if ended and state not in FINAL:
        times["ended_at"] = None  # the other system opened it again and kept the old date
    contact = {part: said[part] for part in ("name", "phone") if said[part]}
    title = texts["title"].splitlines()
    texts["title"] = title[0][:TITLE] if title else title_of(body)
    texts["address"] = texts["address"][:ADDRESS]
    texts["body"], texts["state"] = body, state
    return Incoming(source=f"import:{given.name}", contact=contact or None, **texts, **times, **numbers), said  # type: ignore[arg-type]


def _said(row: Row, given: Map, field: str) -> str:
    if field in given.join:
        parts = (text_of(row.cells.get(column)) for column in given.join[field])
        return "\n".join(dict.fromkeys(part for part in parts if part))
    cells = row.cells
    for column in given.take.get(field, ()):
        cell = cells.get(column)
        if text := cell.strip() if type(cell) is str else text_of(cell):
            return text
    return ""


def _worded(given: Map, field: str, said: str) -> str:
    """What a text means here: by the table of values where there is one, else as it stands, else the default."""
    if field in given.values:
        for pattern, value in given.values[field].items():
            if fnmatchcase(said, pattern):
                return value
        if field in given.default:
            return str(given.default[field])
        raise RowFault(_("不知道“%(said)s”对应什么（%(field)s）。") % {"said": said[:60], "field": field})
    return said or str(given.default.get(field, ""))


def _time(said: str, given: Map) -> datetime:
    for form in given.times:
        try:
            return datetime.strptime(said, form).replace(tzinfo=given.zone)
        except ValueError:
            continue
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise RowFault(_("看不懂的时间“%(said)s”。") % {"said": said[:40]}) from None
    return at if at.tzinfo else at.replace(tzinfo=given.zone)


def _number(said: str) -> float | None:
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        raise RowFault(_("“%(said)s”不是数字。") % {"said": said[:40]}) from None
    if not math.isfinite(number):
        raise RowFault(_("“%(said)s”不是数字。") % {"said": said[:40]})
    return number
