"""Values of elements: read as people write them, kept in one form, shown and masked.

Kept are text, whole numbers, decimals as text ("12.50"), days as "2026-11-27", true or false, the name of a choice or a list
of them, digits of a phone or an identity number, a place's code, a file's id.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.declare import Element, Type
from linli.kernel.declare.elements import CHOSEN
from linli.kernel.people import numbers
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint

Value = str | int | bool | list[str]
_LARGEST = 10**15
SURE = 0.9
"""How well an address must fit its place to be taken without asking."""
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES = {"yes", "true", "1", "是", "有", "y"}
_NO = {"no", "false", "0", "否", "无", "没有", "n"}


class Misfit(ValueError):
    """A value does not fit its element; the sentence says why."""


def clean(element: Element, raw: object, labels: Mapping[str, str] | None = None) -> Value | None:
    """A value as it is kept; None for nothing. `labels` are the words of choices, which may be given in their place.

    Full-width digits and signs are read as their plain ones. Raises Misfit.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
        return None
    if element.type in CHOSEN:
        return _chosen(element, raw, labels or {})
    if isinstance(raw, bool) and element.type is not Type.YES_NO:
        raise Misfit(_("这里要填的不是“是”或“否”。"))
    if not isinstance(raw, str | int | bool | float | Decimal | date):
        raise Misfit(_("这一项看不懂，请重新填写。"))
    text = raw.isoformat()[:10] if isinstance(raw, date) else str(raw)
    if element.type is Type.TEXT:
        return _text(element, text)
    return _READERS[element.type](element, unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip())


def says(element: Element | None, value: Value) -> str:
    """Equal for two values that say the same."""
    if element is not None and element.type is Type.DECIMAL:
        return str(Decimal(str(value)).normalize())
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def print_of(element: Element, value: Value) -> bytes:
    """By which an equal sealed value of the same element is found."""
    return fingerprint(f"fact:{element.name}:{says(element, value)}")


def shown(element: Element, value: Value | None, labels: Mapping[str, str], place: str = "") -> str:
    """A value as people read it. `place` is the name of the place a PLACE says, where it was looked up before."""
    if value is None:
        return ""
    if element.type is Type.YES_NO:
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(labels.get(one, one) for one in value)
    if element.type is Type.CHOICE:
        return labels.get(str(value), str(value))
    if element.type is Type.PLACE:
        return place or places.label(str(value)) or str(value)
    if element.type is Type.FILE:
        return _("附件")
    return f"{value} {element.unit}".strip()


def masked(element: Element, value: Value) -> str:
    """What of a sensitive value is shown before somebody says why they need all of it."""
    if element.type is Type.IDENTITY:
        return numbers.mask_identity(str(value))
    if element.type is Type.PHONE:
        return numbers.mask_phone(str(value))
    return "＊＊＊"


def _text(element: Element, text: str) -> str | None:
    plain = _INVISIBLE.sub("", text.replace("\r\n", "\n")).strip()
    if len(plain) > element.longest:
        raise Misfit(_("最多 %(n)s 个字。") % {"n": element.longest})
    return plain or None


def _integer(element: Element, text: str) -> int:
    plain = text.replace(",", "").removesuffix(element.unit).strip()
    if not re.fullmatch(r"[+-]?\d{1,16}(\.0+)?", plain):
        raise Misfit(_("请填写整数。"))
    return int(_in_range(element, Decimal(plain)))


def _decimal(element: Element, text: str) -> str:
    try:
        number = Decimal(text.replace(",", "").removesuffix(element.unit).strip())
    except InvalidOperation:
        raise Misfit(_("请填写数字。")) from None
    if not number.is_finite():
        raise Misfit(_("请填写数字。"))
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > element.digits:
        raise Misfit(_("最多 %(n)s 位小数。") % {"n": element.digits})
    return f"{_in_range(element, number):.{element.digits}f}"


def _in_range(element: Element, number: Decimal) -> Decimal:
    low = element.low if element.low is not None else -_LARGEST
    high = element.high if element.high is not None else _LARGEST
    if not low <= number <= high:
        raise Misfit(_("应在 %(low)s 到 %(high)s 之间。") % {"low": low, "high": high})
    return number


def _day(_element: Element, text: str) -> str:
    found = _DAY.fullmatch(text.split("T")[0].split(" ")[0]) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        day = None
    if day is None or not 1850 <= day.year <= 2200:
        raise Misfit(_("请填写日期，例如 2026-11-27。"))
    return day.isoformat()


def _yes_no(_element: Element, text: str) -> bool:
    plain = text.lower()
    if plain not in _YES | _NO:
        raise Misfit(_("请选择“是”或“否”。"))
    return plain in _YES


def _phone(_element: Element, text: str) -> str:
    digits = numbers.telephone(text)
    if digits is None:
        raise Misfit(_("电话应是 11 位手机号，或带区号的固定电话。"))
    return digits


def _identity(_element: Element, text: str) -> str:
    number = numbers.identity(text)
    if number is None:
        raise Misfit(_("证件号码不对：应是 18 位，最后一位是校验码。"))
    return number


def _place(_element: Element, text: str) -> str:
    """By its code, or by an address that means one place."""
    if text.isascii() and text.isdigit():
        code = places.now_called(text)
    else:
        likely = places.find(text, limit=2)
        sure = likely and likely[0].score >= SURE and (len(likely) == 1 or likely[1].score < likely[0].score)
        code = likely[0].code if sure else None
    if code is None:
        raise Misfit(_("没有这个地点。请写完整的地址或代码。"))
    return code


def _file(_element: Element, text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Misfit(_("没有这个文件。")) from None


def _chosen(element: Element, raw: object, labels: Mapping[str, str]) -> Value | None:
    assert element.codes is not None
    said = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else [raw]
    by_label = {label: code for code, label in labels.items()}
    wanted = [str(one).strip() for one in said if str(one).strip()]
    codes = list(dict.fromkeys(by_label.get(one, one) for one in wanted))
    for code in codes:
        if code not in element.codes.choices:
            raise Misfit(_("没有“%(choice)s”这个选项。") % {"choice": code[:20]})
    if element.type is Type.CHOICES:
        return [code for code in element.codes.choices if code in codes] or None
    if len(codes) > 1:
        raise Misfit(_("只能选一个。"))
    return codes[0] if codes else None


_READERS: dict[Type, Callable[[Element, str], Value]] = {
    Type.INTEGER: _integer,
    Type.DECIMAL: _decimal,
    Type.DATE: _day,
    Type.YES_NO: _yes_no,
    Type.PHONE: _phone,
    Type.IDENTITY: _identity,
    Type.PLACE: _place,
    Type.FILE: _file,
}
