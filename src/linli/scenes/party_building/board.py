"""What party building shows on a neighbourhood's board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import ANONYMOUS
from linli.parts.page import Leaf, Row

from .queries import near, stations, wishes


def _pledges(place_code: str, _at: datetime) -> Sequence[Row]:
    """Of those alone who agreed that their name and pledge are shown."""
    return [Row(one.name, one.text) for one in near.pledges(place_code[:12])]


def _wishes(place_code: str, _at: datetime) -> Sequence[Row]:
    rows = wishes.listing(ANONYMOUS, place_code=place_code[:12], limit=8)
    return [
        Row(row.wish.title, row.wish.text, (row.by,) if row.by else (), row.wish.get_state_display())
        for row in rows
    ]


def _stations(place_code: str, at: datetime) -> Sequence[Row]:
    """What is open near this board, where, and who is there today."""
    states = {"open": _("开放中"), "shut": _("暂停"), "closed": _("未开放")}
    tones = {"open": "done", "shut": "supervised"}
    return [
        Row(
            row.station.name, _t("、").join(row.station.services),
            tuple(filter(None, (row.until, _t("今天值班：%(who)s") % {"who": row.on_duty} if row.on_duty else "", row.station.address, *row.weekly))),
            str(states[row.state]), tones.get(row.state, ""),
        )
        for row in stations.near(place_code[:12], at, limit=6)
    ]  # fmt: skip


LEAVES = (
    Leaf("party-stations", _("家门口服务站"), _stations, _("值班和开放以门口告示为准")),
    Leaf("party-pledges", _("党员承诺"), _pledges, _("本人同意公布")),
    Leaf("party-wishes", _("微心愿"), _wishes, _("核实后公开，不写姓名住址")),
)
