"""What the law asks of owners who found a committee, elect it anew and hand over: steps, days, shares. Pure values.

民法典 art. 277 (地方人民政府有关部门、居民委员会应当对设立业主大会和选举业主委员会给予指导和协助) and art. 278; 物业管理条例 (2018) arts 10, 14, 16;
业主大会和业主委员会指导规则 (建房〔2009〕274号) arts 8-15, 31-33, 47, 48. Local rules say more, and something else about days: they go
before these in a place that has them, so a day that was missed is shown and never refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules import months_later

TERM_YEARS = 5
"""每届任期不超过 5 年 (指导规则 art. 32)."""
SEATS = range(5, 12)
"""5 至 11 人单数 (指导规则 art. 31)."""
ELECT_AHEAD = 3
"""Months before its end in which the owners are called together to elect the next (指导规则 art. 47)."""
HAND_OVER = 10
"""Days after its end in which a term hands over (指导规则 art. 48)."""
FILE = 30
"""Days after the election in which it is filed with the street (物业管理条例 art. 16)."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of founding: not before `least` days after the step `after`, and within `most` days of the step `since`."""

    key: str
    words: str | Promise
    source: str
    after: str = ""
    least: int = 0
    since: str = ""
    most: int = 0


STEPS: tuple[Step, ...] = (
    Step("ready", _("达到成立条件"), "指导规则第八条：已交付的专有部分面积超过建筑物总面积一半"),
    Step("asked", _("业主书面申请"), "指导规则第九条"),
    Step("group", _("组成筹备组"), "指导规则第九、十条：60 日内；人数为单数，业主代表不低于一半，组长由街道、乡镇代表担任", since="asked", most=60),
    Step("posted", _("公告筹备内容"), "指导规则第十二条：首次会议 15 日前"),
    Step("met", _("召开首次业主大会会议"), "指导规则第十五条：筹备组组成后 90 日内；物业管理条例第十四条：15 日前通知", "posted", 15, "group", 90),
    Step("elected", _("选举产生业主委员会"), "民法典第二百七十八条；指导规则第三十一条：5 至 11 人单数"),
    Step("filed", _("向街道、乡镇和房管部门备案"), "物业管理条例第十六条：30 日内", since="elected", most=FILE),
)  # fmt: skip
BY_KEY: Mapping[str, Step] = {step.key: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a step stands: done on a day; next, from `earliest` on and until `due`; ahead; late (its day has gone)."""

    step: Step
    done_on: date | None
    earliest: date | None
    due: date | None
    state: str


def standing(done: Mapping[str, date], today: date) -> list[Standing]:
    """Every step in order. The first that is not done is the next."""
    told: list[Standing] = []
    reached = True
    for step in STEPS:
        on = done.get(step.key)
        after, since = done.get(step.after), done.get(step.since)
        earliest = after + timedelta(days=step.least) if after else None
        due = since + timedelta(days=step.most) if since else None
        if on:
            state = "late_done" if due and on > due else "done"
        elif reached:
            state = "late" if due and today > due else "next"
        else:
            state = "ahead"
        reached = reached and on is not None
        told.append(Standing(step, on, earliest, due, state))
    return told


def fault(key: str, on: date, done: Mapping[str, date]) -> str:
    """Why a step may not be taken on a day: "order" (one before it is missing or later), "early", "" where it may."""
    index = [step.key for step in STEPS].index(key)
    before = STEPS[index - 1].key if index else ""
    if before and (before not in done or on < done[before]):
        return "order"
    step = STEPS[index]
    after = done.get(step.after)
    return "early" if after and on < after + timedelta(days=step.least) else ""


def warn_on(ends_on: date) -> date:
    """From which day on the end of a term is near: three months before."""
    return months_later(ends_on, -ELECT_AHEAD)


def longest(elected_on: date) -> date:
    return months_later(elected_on, 12 * TERM_YEARS)


SPECIAL = frozenset({6, 7, 8})
"""Items of art. 278: raising repair funds, rebuilding, changing or using common parts for business. All the others are ordinary."""
ITEMS: Mapping[int, str | Promise] = {
    1: _("制定和修改业主大会议事规则"), 2: _("制定和修改管理规约"), 3: _("选举业主委员会或者更换委员"), 4: _("选聘和解聘物业服务人"),
    5: _("使用维修资金"), 6: _("筹集维修资金"), 7: _("改建、重建建筑物及其附属设施"), 8: _("改变共有部分用途或者利用共有部分经营"),
    9: _("有关共有和共同管理权利的其他重大事项"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a vote: areas in 0.01 m², and heads."""

    item: int
    area_all: int
    area_in: int
    area_for: int
    heads_all: int
    heads_in: int
    heads_for: int

    @property
    def enough(self) -> bool:
        """两个三分之二: those who took part hold two thirds of the area and are two thirds of the owners; equality is enough."""
        return 3 * self.area_in >= 2 * self.area_all and 3 * self.heads_in >= 2 * self.heads_all

    @property
    def passed(self) -> bool:
        """Of those who took part: more than half, of items 6 to 8 three quarters (equality is enough), by area and by heads."""
        if not self.enough:
            return False
        if self.item in SPECIAL:
            return 4 * self.area_for >= 3 * self.area_in and 4 * self.heads_for >= 3 * self.heads_in
        return 2 * self.area_for > self.area_in and 2 * self.heads_for > self.heads_in
