"""How the fields of a verb's form are read: what a browser sends becomes what a verb takes.

Whatever does not fit is a `Fault` with a sentence; the form is then shown again with everything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.kernel.matters.models import Matter

Word = str | Promise


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    SELECT = "select"
    CHOICE = "choice"
    TICK = "tick"
    YES_NO = "yes_no"
    MOMENT = "moment"
    FILES = "files"
    ID = "id"
    IDS = "ids"
    HELPERS = "helpers"
    SPAN = "span"
    MATTER = "matter"
    SPOT = "spot"
    PARTS = "parts"
    CODES = "codes"
    SHARES = "shares"
    DATE = "date"
    NUMBER = "number"
    HIDDEN = "hidden"
    HIDDEN_ID = "hidden_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `name` is the verb's argument. `options` and `start` name functions of choices.py."""

    name: str
    label: Word
    kind: Kind = Kind.LINE
    options: str = ""
    start: str = ""
    optional: bool = False
    hint: Word = ""
    bulk: bool = True


class Fault(ValueError):
    """What is wrong with one field, as a sentence."""


Reader = Callable[[Field, QueryDict], dict[str, Any]]


def read(field: Field, data: QueryDict) -> dict[str, Any]:
    """The verb's arguments this field gives; {} for an optional one left empty. Raises Fault."""
    return _READERS[field.kind](field, data)


def _text(field: Field, data: QueryDict) -> dict[str, Any]:
    value = data.get(field.name, "").replace("\0", "").strip()
    if not value and field.optional:
        return {}
    if not value:
        raise Fault(_("请填写这一项。"))
    return {field.name: value}


def _chosen(field: Field, data: QueryDict) -> dict[str, Any]:
    value = data.get(field.name, "")
    if not value and field.optional:
        return {}
    if not value:
        raise Fault(_("请选择一项。"))
    return {field.name: value}


def _tick(field: Field, data: QueryDict) -> dict[str, Any]:
    return {field.name: data.get(field.name) == "1"}


def _yes_no(field: Field, data: QueryDict) -> dict[str, Any]:
    return {name: value == "yes" for name, value in _chosen(field, data).items()}


def _moment(field: Field, data: QueryDict) -> dict[str, Any]:
    found = _text(field, data)
    if not found:
        return {}
    try:
        moment = datetime.fromisoformat(found[field.name])
    except ValueError:
        raise Fault(_("请写成 2026-03-01 17:30 这样的时间。")) from None
    _must_be_in_our_time(moment)
    return {field.name: moment if moment.tzinfo else timezone.make_aware(moment)}


def _id(field: Field, data: QueryDict) -> dict[str, Any]:
    found = _chosen(field, data)
    return {name: _uuid(value) for name, value in found.items()}


def _ids(field: Field, data: QueryDict) -> dict[str, Any]:
    """Any number of a list that was ticked."""
    chosen = [_uuid(value) for value in data.getlist(field.name) if value]
    if not chosen and not field.optional:
        raise Fault(_("请至少勾选一项。"))
    return {field.name: chosen} if chosen else {}


def _files(field: Field, data: QueryDict) -> dict[str, Any]:
    """Files were stored when they arrived (uploads.py); here are their ids."""
    return {field.name: [_uuid(value) for value in data.getlist(field.name)]}


def _helpers(field: Field, data: QueryDict) -> dict[str, Any]:
    task = data.get("helper_task", "").strip()
    return {field.name: [(_uuid(unit), task, None) for unit in data.getlist(field.name) if unit]}


def _span(field: Field, data: QueryDict) -> dict[str, Any]:
    amount, unit = data.get(f"{field.name}_amount", "").strip(), data.get(f"{field.name}_unit", "")
    if not amount and field.optional:
        return {field.name: ""}
    if not amount.isdecimal() or not 0 < int(amount) <= 999:
        raise Fault(_("请填写 1 到 999 之间的整数。"))
    return {field.name: f"{int(amount)} {unit}"}


def _matter(field: Field, data: QueryDict) -> dict[str, Any]:
    """A matter by its number, as people say it, or by id from a list of likely ones."""
    number = _text(field, data)[field.name]
    try:
        return {field.name: UUID(number)}
    except ValueError:
        pass
    found = Matter.objects.filter(number=number.upper()).values_list("id", flat=True).first()
    if found is None:
        raise Fault(_("没有编号为“%(number)s”的事项，或者您无权查看。") % {"number": number[:30]})
    return {field.name: found}


def _spot(field: Field, data: QueryDict) -> dict[str, Any]:
    """A spot on the map, or an address, or both."""
    found: dict[str, Any] = {"address": data.get("address", "").strip()}
    lon, lat = data.get("lon", "").strip(), data.get("lat", "").strip()
    if lon or lat:
        try:
            found |= {"lon": float(lon), "lat": float(lat)}
        except ValueError:
            raise Fault(_("请在地图上重新选择位置。")) from None
    if len(found) == 1 and not found["address"]:
        raise Fault(_("请在地图上点一下，或写明地址。"))
    return found


def _parts(field: Field, data: QueryDict) -> dict[str, Any]:
    lists = (data.getlist(f"part_{name}") for name in ("kind", "title", "body"))
    rows = [(kind, title.strip(), body.strip()) for kind, title, body in zip(*lists, strict=False)]
    parts = [row for row in rows if row[1] or row[2]]
    if len(parts) < 2:
        raise Fault(_("拆分至少要写明两件事。"))
    for n, (_kind, title, body) in enumerate(rows, 1):
        if title and not body:
            raise Fault(_("第 %(n)d 件还没有说明。") % {"n": n})
        if body and not title:
            raise Fault(_("第 %(n)d 件还没有标题。") % {"n": n})
    return {field.name: parts}


def _codes(field: Field, data: QueryDict) -> dict[str, Any]:
    codes = [code for code in data.getlist(field.name) if code]
    if not codes and not field.optional:
        raise Fault(_("请至少勾选一项。"))
    return {field.name: codes}


def _shares(field: Field, data: QueryDict) -> dict[str, Any]:
    """New places, by code and name, and which of them takes which of those below, by the number of its line.

    Gives `into` (code → name), `children` (code → code) and `heir`.
    """
    rows = zip(data.getlist("share_code"), data.getlist("share_name"), strict=False)
    lines = [(code.strip(), name.strip()) for code, name in rows]
    filled = [line for line in lines if any(line)]
    if len(filled) < 2 or not all(all(line) for line in filled):
        raise Fault(_("至少写两个新地点，每个都要有代码和名称。"))
    if len({code for code, _name in filled}) < len(filled):
        raise Fault(_("几个新地点的代码不能相同。"))

    def code_on(line: str) -> str:
        return lines[int(line)][0] if line.isdecimal() and len(line) < 3 and int(line) < len(lines) else ""

    taken = {name.removeprefix("share:"): code_on(data[name]) for name in data if name.startswith("share:")}
    return {"into": dict(filled), "children": taken, "heir": code_on(data.get("heir", "")) or None}


def _date(field: Field, data: QueryDict) -> dict[str, Any]:
    found = _text(field, data)
    try:
        days = {name: date.fromisoformat(value) for name, value in found.items()}
    except ValueError:
        raise Fault(_("请写成 2026-03-01 这样的日期。")) from None
    for day in days.values():
        _must_be_in_our_time(day)
    return days


def in_our_time(day: date) -> bool:
    """Farther off lies a slip of the keyboard, and the end of the calendar, where nothing can be added to a day."""
    return 1900 <= day.year <= 2200


def _must_be_in_our_time(day: date) -> None:
    if not in_our_time(day):
        raise Fault(_("年份应在 1900 到 2200 之间。"))


def _number(field: Field, data: QueryDict) -> dict[str, Any]:
    found = _text(field, data)
    try:
        numbers = {name: float(value) for name, value in found.items()}
    except ValueError:
        raise Fault(_("请填写数字。")) from None
    if not all(isfinite(number) for number in numbers.values()):
        raise Fault(_("请填写数字。"))
    return numbers


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Fault(_("请从列表中重新选择。")) from None


_READERS: dict[Kind, Reader] = {
    Kind.LINE: _text,
    Kind.TEXT: _text,
    Kind.SELECT: _chosen,
    Kind.CHOICE: _chosen,
    Kind.TICK: _tick,
    Kind.YES_NO: _yes_no,
    Kind.MOMENT: _moment,
    Kind.FILES: _files,
    Kind.ID: _id,
    Kind.IDS: _ids,
    Kind.HELPERS: _helpers,
    Kind.SPAN: _span,
    Kind.MATTER: _matter,
    Kind.SPOT: _spot,
    Kind.PARTS: _parts,
    Kind.CODES: _codes,
    Kind.SHARES: _shares,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.HIDDEN: _text,
    Kind.HIDDEN_ID: _id,
}
