"""A matter as another system hands it over, and what is wrong with it: no database here.

Times may be unknown (None), but those that are given must be in their order: nothing is closed before it was
reported. The state says how far the other system had come; what it calls closed stays closed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Urgency

from ..models import FINAL, OPEN, State
from .bringing import OnTheWay
from .opening import BODY, TITLE

TAKEN = (*OPEN, State.CLOSED, State.DECLINED, State.WITHDRAWN, State.WRITTEN_OFF)
CLOCKS_DISAGREE = timedelta(days=1)
_GRADES = frozenset(grade.value for grade in Urgency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An act of the past, kept as its own audit record: who, when, and the details the verb would have written."""

    verb: str
    by: Actor
    at: datetime
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One matter from elsewhere. (`source`, `source_key`) says which: the same again is the same matter.

    `finish_due` is the date it was last promised by, where that is not what its kind would be promised: extended, or
    opened again at `reopened_at`.
    """

    source: str
    source_key: str
    kind: str
    title: str
    body: str
    place_code: str
    opened_at: datetime
    state: str = State.REPORTED.value
    urgency: str = ""
    public: bool | None = None
    reporter_id: UUID | None = None
    contact: Mapping[str, str] | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    accepted_at: datetime | None = None
    assigned_at: datetime | None = None
    done_at: datetime | None = None
    verified_at: datetime | None = None
    ended_at: datetime | None = None
    lead_unit_id: UUID | None = None
    lead_account_id: UUID | None = None
    outcome: str = ""
    result: str = ""
    reply: str = ""
    rating: int | None = None
    rating_words: str = ""
    rated_at: datetime | None = None
    reopened: int = 0
    given_back: int = 0
    extended: int = 0
    reopened_at: datetime | None = None
    finish_due: datetime | None = None
    ever_late: bool = False
    past: tuple[Past, ...] = field(default=())
    way: OnTheWay | None = None


def faults(row: Incoming, catalogue: Catalogue, at: datetime) -> Iterator[str]:
    """What is wrong with a row taken alone, each a sentence; nothing when it can be taken in."""
    if not row.source_key:
        yield _("没有编号，无法判断以前是否导入过。")
    elif len(row.source_key) > 120:
        yield _("编号太长（最多 120 个字符）。")
    yield from _text_faults(row)
    yield from _word_faults(row, catalogue)
    yield from _position_faults(row)
    yield from _time_faults(row, at)


def _text_faults(row: Incoming) -> Iterator[str]:
    if not row.title.strip() and not row.body.strip():
        yield _("没有标题也没有内容。")
    if len(row.title) > TITLE:
        yield _("标题太长（最多 %(n)d 字）。") % {"n": TITLE}
    if len(row.body) > BODY * 5:
        yield _("内容太长（最多 %(n)d 字）。") % {"n": BODY * 5}
    if len(row.address) > 200:
        yield _("地址太长（最多 200 字）。")
    if "\x00" in row.title + row.body + row.address + row.reply + row.source_key:
        yield _("内容里有无法保存的字符。")


def _word_faults(row: Incoming, catalogue: Catalogue) -> Iterator[str]:
    kind = catalogue.kinds.get(row.kind)
    if kind is None:
        yield _("没有“%(kind)s”这种事项。") % {"kind": row.kind}
    elif row.outcome and row.outcome not in kind.reasons:
        yield _("“%(outcome)s”不是这种事项的办理结论。") % {"outcome": row.outcome}
    if row.state not in TAKEN:
        yield _("没有“%(state)s”这种状态。") % {"state": row.state}
    if row.urgency and row.urgency not in _GRADES:
        yield _("没有“%(urgency)s”这种紧急程度。") % {"urgency": row.urgency}
    if row.rating is not None and not 1 <= row.rating <= 5:
        yield _("评分只能是 1 到 5。")


def _position_faults(row: Incoming) -> Iterator[str]:
    if (row.lon is None) != (row.lat is None):
        yield _("位置不完整：经度和纬度要一起给出。")
    elif row.lon is not None and row.lat is not None:
        finite = math.isfinite(row.lon) and math.isfinite(row.lat)
        if not (finite and -180 <= row.lon <= 180 and -90 <= row.lat <= 90):
            yield _("位置的经纬度不对。")


_STEPS = ("opened_at", "accepted_at", "assigned_at", "done_at", "verified_at", "ended_at")


def _time_faults(row: Incoming, at: datetime) -> Iterator[str]:
    given = [(name, moment) for name in _STEPS if (moment := getattr(row, name)) is not None]
    if any(moment.tzinfo is None for _name, moment in given):
        yield _("时间没有说明时区。")
        return
    for (name, moment), (next_name, next_moment) in pairwise(given):
        if next_moment < moment:
            yield _("%(later)s时间 %(b)s 早于%(earlier)s时间 %(a)s。") % {
                "later": _step_word(next_name),
                "earlier": _step_word(name),
                "a": moment.isoformat(" ", "seconds"),
                "b": next_moment.isoformat(" ", "seconds"),
            }
    if given[-1][1] > at + CLOCKS_DISAGREE:
        yield _("时间在将来。")
    if row.state in FINAL and row.ended_at is None:
        yield _("已经办结，却没有办结时间。")
    if row.state not in FINAL and row.ended_at is not None:
        yield _("有办结时间，状态却是未办结。")


def _step_word(name: str) -> str:
    return {
        "opened_at": _("上报"),
        "accepted_at": _("受理"),
        "assigned_at": _("派遣"),
        "done_at": _("报结"),
        "verified_at": _("核查"),
        "ended_at": _("办结"),
    }[name]
