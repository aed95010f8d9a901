"""What a page of figures asks: where, when, of what; read from a query string and written back into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.figures.queries import Group, Period, month_of
from linli.kernel.figures.queries.periods import DAY, today_of
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.words import word

PERIODS = {
    "month": pgettext_lazy("period", "本月"),
    "last": pgettext_lazy("period", "上月"),
    "30d": gettext_lazy("近 30 天"),
    "quarter": gettext_lazy("本季度"),
    "year": gettext_lazy("今年"),
}
USUAL = "month"
LONGEST = 3 * 366
TABLES = {
    Group.UNIT: pgettext_lazy("figures", "单位"),
    Group.KIND: pgettext_lazy("figures", "类别"),
    Group.PLACE: pgettext_lazy("figures", "地点"),
}

SAYS = {
    "figures": pgettext_lazy("figures", "评价"),
    "scores": pgettext_lazy("figures", "评分"),
    "reported": pgettext_lazy("figures", "上报"),
    "closed": pgettext_lazy("figures", "办结"),
}
"""Words that mean something else elsewhere, for the templates."""


@dataclass(frozen=True, slots=True)
class Question:
    """`period` is one of PERIODS or "own"; `table` what the table has a line for; `sort` a figure, "-" for the other way."""

    place: str
    name: str
    period: Period
    unit: str = ""
    kind: str = ""
    table: Group = Group.KIND
    sort: str = ""
    fault: str = ""

    @property
    def no_unit(self) -> bool:
        return self.unit == "-"

    @property
    def unit_id(self) -> UUID | None:
        return UUID(self.unit) if self.unit and not self.no_unit else None

    def but(self, **changes: object) -> Question:
        return replace(self, **changes)  # type: ignore[arg-type]

    def write(self, **more: str) -> str:
        """As a query string that `read` reads back."""
        said = {"place": self.place, "period": self.name, "unit": self.unit, "kind": self.kind}
        if self.name == "own":
            said |= {"from": self.period.first.isoformat(), "until": self.period.last.isoformat()}
        said |= {"table": self.table.value if self.table is not Group.KIND else "", "sort": self.sort, **more}
        return "?" + urlencode({name: value for name, value in said.items() if value})


def read(data: QueryDict, actor: Actor, at: datetime) -> Question:
    """What made sense of the query string; the usual for the rest, with a sentence when two days make no period."""
    today = today_of(at)
    place = data.get("place", "")
    unit, kind, table = data.get("unit", ""), data.get("kind", ""), data.get("table", "")
    found = Question(
        place=place if place.isdecimal() and place.isascii() and len(place) <= 30 else "",
        name=USUAL,
        period=month_of(today),
        unit=unit if unit == "-" or _is_id(unit) else "",
        kind=kind if kind in catalogue().kinds else "",
        table=Group(table) if table in TABLES else Group.KIND,
        sort=data.get("sort", "")[:24],
    )
    name = data.get("period", USUAL)
    if name == "own" or data.get("from"):
        return _own(found, data)
    return found.but(name=name, period=_period(name, today)) if name in PERIODS else found


def _own(found: Question, data: QueryDict) -> Question:
    try:
        first, last = date.fromisoformat(data.get("from", "")), date.fromisoformat(data.get("until", ""))
    except ValueError:
        return found.but(fault=_("请写成 2026-03-01 这样的日期。"))
    if first > last:
        return found.but(fault=_("开始的日期在结束的日期之后。"))
    if not 2000 <= first.year <= last.year <= 2200 or (last - first).days > LONGEST:
        return found.but(fault=_("一次最多看三年。"))
    return found.but(name="own", period=Period(first, last))


def _period(name: str, today: date) -> Period:
    if name == "last":
        return month_of(today).before
    if name == "30d":
        return Period(today - 29 * DAY, today)
    if name == "quarter":
        return Period(date(today.year, 1 + (today.month - 1) // 3 * 3, 1), today)
    if name == "year":
        return Period(date(today.year, 1, 1), today)
    return Period(today.replace(day=1), today)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def place_of(asked: Question, actor: Actor) -> str:
    """The place the figures are of: what was asked, or the actor's own; "" for every place."""
    return asked.place or actor.scope.strip("*")


def names(group: Group, keys: Iterable[str]) -> dict[str, str]:
    """What the lines of a table are called."""
    wanted = set(keys)
    if group is Group.UNIT:
        ids = [key for key in wanted if _is_id(key)]
        found = {str(key): name for key, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}
        return {**found, "-": _("未派遣")}
    if group is Group.KIND:
        return {key: word("matter", key) if key in catalogue().kinds else key for key in wanted}
    return places.names(wanted)
