"""What a caller sends, read into values. Everything that is wrong is said at once, one sentence per parameter."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid

from .wire import clean

Sent = Mapping[str, Sequence[str]]

SPAN = timedelta(days=90)
MOST = 1000
"""The standard's limits of one answer: a span of 90 days, 1000 requests."""
DEEPEST = 100_000
"""How far paging goes; further on a narrower span of dates is the better question."""

_LENGTHS = {
    "description": 4000,
    "address_string": 200,
    "address_id": 30,
    "service_code": 64,
    "first_name": 40,
    "last_name": 40,
    "phone": 32,
    "email": 254,
    "media_url": 500,
    "jurisdiction_id": 30,
}
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,64})\](\[\])?")
_PHONE = re.compile(r"\+?[\d ()（）\-]{5,32}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
# A plus sign that was not escaped arrives as a blank: 2026-09-07T10:00:00 08:00
_LOST_PLUS = re.compile(r"(T\d\d:\d\d\S*) (\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which service requests: by id, or by time of request (both ends included), code and status."""

    ids: tuple[UUID, ...] | None
    codes: tuple[str, ...]
    status: str
    start: datetime
    end: datetime
    page: int
    page_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One service request as sent. `attributes` by code; the position is WGS-84."""

    service_code: str
    description: str
    lat: float | None
    long: float | None
    address_string: str
    address_id: str
    media_url: str
    contact: Mapping[str, str]
    attributes: Mapping[str, tuple[str, ...]]


def asked(sent: Sent, *, at: datetime) -> Asked:
    """Read the query of a list. Raises Invalid naming everything that makes no sense."""
    faults: dict[str, str] = {}
    ids = _ids(_one(sent, "service_request_id"))
    start, end = _dates(sent, at, faults)
    status = _one(sent, "status").lower()
    if status not in ("", "open", "closed", "open,closed", "closed,open"):
        faults["status"] = _("只能是 open 或 closed。")
    page = _count(sent, "page", 1, DEEPEST, faults)
    page_size = _count(sent, "page_size", MOST, MOST, faults)
    if not faults and page * page_size > DEEPEST:
        faults["page"] = _("翻得太深了，请缩小日期范围。")
    codes = tuple(code for code in _one(sent, "service_code").split(",") if code)
    _refuse(faults)
    return Asked(
        ids=ids,
        codes=codes[:MOST],
        status=status if "," not in status else "",
        start=start,
        end=end,
        page=page,
        page_size=page_size,
    )


def report(sent: Sent) -> Report:
    """Read a posted request. Raises Invalid naming everything that is missing or makes no sense."""
    faults: dict[str, str] = {}
    text = {name: _one(sent, name) for name in _LENGTHS}
    for name, longest in _LENGTHS.items():
        if len(text[name]) > longest:
            faults[name] = _("太长了，请不超过 %(n)d 字。") % {"n": longest}
    if not text["service_code"]:
        faults["service_code"] = _("请填写这一项。")
    lat, long = _degrees(sent, "lat", 90, faults), _degrees(sent, "long", 180, faults)
    if not {"lat", "long"} & faults.keys() and (lat is None) != (long is None):
        faults["lat" if lat is None else "long"] = _("经度和纬度要一起给出。")
    if not faults and lat is None and not text["address_string"] and not text["address_id"]:
        faults["address_string"] = _("请给出 lat 和 long、address_string 或 address_id。")
    if text["phone"] and not _PHONE.fullmatch(text["phone"]):
        faults["phone"] = _("不是电话号码。")
    if text["email"] and not _EMAIL.fullmatch(text["email"]):
        faults["email"] = _("不是邮箱地址。")
    if text["media_url"] and not _is_address(text["media_url"]):
        faults["media_url"] = _("要以 http:// 或 https:// 开头。")
    _refuse(faults)
    return Report(
        service_code=text["service_code"],
        description=text["description"],
        lat=lat,
        long=long,
        address_string=text["address_string"],
        address_id=text["address_id"],
        media_url=text["media_url"],
        contact=_contact(text),
        attributes=_attributes(sent),
    )


def _contact(text: Mapping[str, str]) -> dict[str, str]:
    """Name, phone and e-mail, only those given. A Chinese name stands family name first, without a blank."""
    first, last = text["first_name"], text["last_name"]
    western = bool(first and last) and (first + last).isascii()
    name = f"{first} {last}" if western else last + first
    given = {"name": name, "phone": text["phone"], "email": text["email"]}
    return {key: value for key, value in given.items() if value}


def _attributes(sent: Sent) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in sent.items():
        if match := _ATTRIBUTE.fullmatch(name):
            given = tuple(clean(value).strip()[:200] for value in values)
            found[clean(match[1])] = tuple(value for value in given if value)
    return found


def _ids(text: str) -> tuple[UUID, ...] | None:
    """None when the parameter was not given; what is no id of ours matches nothing."""
    if not text:
        return None
    return tuple(found for part in text.split(",", MOST)[:MOST] if (found := an_id(part)))


def an_id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _dates(sent: Sent, at: datetime, faults: dict[str, str]) -> tuple[datetime, datetime]:
    start = _moment(sent, "start_date", faults, latest=False)
    end = _moment(sent, "end_date", faults, latest=True)
    if start and end:
        if end < start:
            faults["end_date"] = _("结束日期早于开始日期。")
        elif end - start > SPAN + timedelta(days=1):  # whole days at both ends are 90 days to anybody
            faults["end_date"] = _("时间跨度不能超过 90 天。")
        return start, end
    if start:
        return start, start + SPAN
    return (end or at) - SPAN, end or at


def _moment(sent: Sent, name: str, faults: dict[str, str], *, latest: bool) -> datetime | None:
    """A W3C date or date and time; without a zone it is the display zone's. A day is meant whole."""
    text = _one(sent, name)
    if not text:
        return None
    try:
        if len(text) == len("2026-09-07"):
            day = date.fromisoformat(text)
            read = datetime.combine(day, time.max if latest else time.min)
        else:
            read = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text))
        moment = (read if read.tzinfo else timezone.make_aware(read)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not 1900 <= moment.year <= 9000:
        faults[name] = _("“%(value)s”不是日期，请写成 2026-03-01T00:00:00+08:00 这样。") % {"value": text[:40]}
        return None
    return moment


def _degrees(sent: Sent, name: str, most: int, faults: dict[str, str]) -> float | None:
    text = _one(sent, name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:  # NaN is not
        faults[name] = _("要是 -%(most)d 到 %(most)d 之间的度数（WGS-84）。") % {"most": most}
        return None
    return value


def _count(sent: Sent, name: str, usual: int, most: int, faults: dict[str, str]) -> int:
    text = _one(sent, name)
    if not text:
        return usual
    if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most:
        return int(text)
    faults[name] = _("要是 1 到 %(most)d 之间的整数。") % {"most": most}
    return usual


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", text)


def _one(sent: Sent, name: str) -> str:
    values = sent.get(name) or [""]
    return clean(values[-1]).strip()


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise Invalid(_("有的参数不对。"), fields=faults)
