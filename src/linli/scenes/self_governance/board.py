"""What this scene says on a board: what looks for volunteers in the street around it. Nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.parts.page import Leaf, Row
from linli.parts.times import lasting

from .queries import finding


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


LEAVES = (
    Leaf("volunteers-wanted", gettext_lazy("招募志愿者"), wanted, gettext_lazy("手机打开邻里，或到居委会窗口报名")),
)
