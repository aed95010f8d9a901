"""What this scene says on a board: what looks for volunteers in the street around it, and who served, of those who agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.parts.page import Leaf, Row
from linli.parts.times import lasting

from .certificates import hours_word
from .queries import finding, honours


def wanted(place_code: str, at: datetime) -> Sequence[Row]:
    return [
        Row(
            title=found.activity.title,
            said=(lasting(found.shift.starts_at, found.shift.ends_at), found.activity.meet or found.place),
            badge=_("还缺 %(n)d 人") % {"n": found.free},
            tone="accent",
        )
        for found in finding.nearby(place_code, at=at)
    ]


def honoured(place_code: str, at: datetime) -> Sequence[Row]:
    """Of the neighbourhood the board stands in; nobody who did not agree."""
    found = honours.board(place_code[:12], at=at, limit=8)
    return [
        Row(
            title=one.name,
            said=tuple(one.for_what[:2]),
            badge=_("%(hours)s 小时") % {"hours": hours_word(one.minutes)} if one.minutes else "",
            tone="done",
        )
        for one in found.named
    ]


LEAVES = (
    Leaf("volunteers-wanted", gettext_lazy("招募志愿者"), wanted, gettext_lazy("手机打开邻里，或到居委会窗口报名")),
    Leaf("volunteers-honoured", gettext_lazy("志愿者光荣榜"), honoured, gettext_lazy("最近一年 · 本人同意公布")),
)
