"""What a chart of readings shows: the range asked for, its points, the limits of rules, warnings, and a sentence.

The sentence is the title: what happened, in the unit people know, beside the limit that matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Quantity, Rule
from linli.kernel.declare.conditions import Above, Below, Condition, parts
from linli.kernel.declare.numbers import conditions_of
from linli.kernel.declare.rules import Severity
from linli.kernel.readings.instants import ms
from linli.kernel.readings.models import Warning
from linli.kernel.readings.queries.sentences import sentence
from linli.kernel.readings.queries.series import Point
from linli.parts.rules import spaced
from linli.parts.sensing import bare, severity_tone, severity_word, switch_word, unit_after
from linli.parts.times import local
from linli.parts.words import word

RANGES: dict[str, tuple[Any, timedelta]] = {
    "1h": (gettext_lazy("1 小时"), timedelta(hours=1)),
    "24h": (gettext_lazy("24 小时"), timedelta(hours=24)),
    "7d": (gettext_lazy("7 天"), timedelta(days=7)),
    "30d": (gettext_lazy("30 天"), timedelta(days=30)),
    "1y": (gettext_lazy("1 年"), timedelta(days=365)),
}
USUAL = "24h"
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Range:
    """From when to when; `name` is one of RANGES, or "own" with its two days."""

    name: str
    begin: datetime
    end: datetime
    first: date | None = None
    last: date | None = None
    fault: str = ""

    @property
    def query(self) -> dict[str, str]:
        if self.first and self.last:
            return {"from": self.first.isoformat(), "until": self.last.isoformat()}
        return {"range": self.name}

    @property
    def words(self) -> str:
        """ "过去 24 小时", "3月1日 到 3月8日"."""
        if self.first and self.last:
            last = self.end - timedelta(seconds=1)
            return _("%(first)s到%(last)s") % {"first": _day(self.begin), "last": _day(last)}
        return _("过去 %(span)s") % {"span": RANGES[self.name][0]}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of a rule that a line is drawn for."""

    value: float
    above: bool
    severity: Severity
    rule: str
    first: bool


def range_of(data: QueryDict, at: datetime) -> Range:
    """What was asked for; the usual range, with a sentence, where two days make none."""
    first, last = _date(data.get("from", "")), _date(data.get("until", ""))
    usual = at - RANGES[USUAL][1]
    if data.get("from") or data.get("until"):
        if first is None or last is None:
            return Range(USUAL, usual, at, fault=_("请写成 2026-03-01 这样的日期。"))
        if first > last:
            return Range(USUAL, usual, at, fault=_("开始的日期在结束的日期之后。"))
        begin, end = _midnight(first), min(_midnight(last + timedelta(days=1)), at)
        if end <= begin:
            return Range(USUAL, usual, at, fault=_("这段日期还没有到。"))
        if end - begin > LONGEST:
            return Range(USUAL, usual, at, fault=_("一次最多看三年。"))
        return Range("own", begin, end, first, last)
    name = data.get("range", "")
    name = name if name in RANGES else USUAL
    return Range(name, at - RANGES[name][1], at)


def limits_of(rules: Sequence[Rule], quantity: str) -> list[Limit]:
    """The limits that these rules, with the numbers in force, set for a quantity; the first of each rule first."""
    found = []
    for rule in rules:
        if rule.level:
            continue
        grades = [rule.severity, *(severity for severity, _step in rule.steps)]
        for n, (severity, (_before, condition)) in enumerate(zip(grades, conditions_of(rule), strict=True)):
            found += [
                Limit(part.limit, isinstance(part, Above), severity, rule.name, n == 0)
                for part in _bounds(condition)
                if part.quantity == quantity
            ]
    return found


def _bounds(condition: Condition) -> list[Above | Below]:
    return [part for part in parts(condition) if isinstance(part, Above | Below)]


def payload(
    model: str,
    quantity: Quantity,
    asked: Range,
    points: Sequence[Point],
    limits: Sequence[Limit],
    warnings: Sequence[Warning],
    *,
    every: timedelta,
    whole: bool = True,
) -> dict[str, Any]:
    """What chart.js draws. Instants are milliseconds; `offset` is what the clock on the wall is ahead of UTC.

    Without `whole` only the points: what came since, for a chart that stands already.
    """
    told = [[ms(p.at), p.n, *(_short(v) for v in (p.least, p.mean, p.most, p.last))] for p in points]
    if not whole:
        return {"begin": ms(asked.begin), "end": ms(asked.end), "points": told}
    return {
        "sentence": said(quantity, asked, points, limits),
        "words": word("quantity", quantity.name),
        "unit": unit_after(quantity),
        "digits": quantity.digits,
        "switch": [switch_word(quantity.name, on) for on in (False, True)] if quantity.switch else None,
        "begin": ms(asked.begin),
        "end": ms(asked.end),
        "offset": int((timezone.localtime(asked.end).utcoffset() or timedelta()).total_seconds()),
        "gap": _gap(points, every),
        "floor": quantity.low,
        "points": told,
        "limits": [_limit(quantity, limit) for limit in limits],
        "marks": [_mark(warning) for warning in warnings],
        "moving": asked.name in ("1h", "24h"),
    }


def said(quantity: Quantity, asked: Range, points: Sequence[Point], limits: Sequence[Limit]) -> str:
    """The title: what the quantity did, and how that stands to the limit nearest to it."""
    what = {"when": asked.words, "what": spaced(word("quantity", quantity.name))}
    if not points:
        return _("%(when)s没有%(what)s的读数") % what
    if quantity.switch:
        total = sum(p.n for p in points)
        on = round(sum(p.mean * p.n for p in points))
        values = {**what, "n": total, "on": on, "state": switch_word(quantity.name, True)}
        if not on:
            return _("%(when)s%(what)s一直不是“%(state)s”") % values
        return _("%(when)s %(n)d 次读数里，%(what)s有 %(on)d 次为“%(state)s”") % values
    peak, dip = max(points, key=lambda p: p.most), min(points, key=lambda p: p.least)
    limit, passed = _telling(limits, dip.least, peak.most)
    if limit:
        return _beside(what, quantity, peak if limit.above else dip, limit, passed)
    mean = sum(p.mean * p.n for p in points) / sum(p.n for p in points)
    unit = unit_after(quantity)
    values = {"least": bare(quantity, dip.least), "most": bare(quantity, peak.most) + unit}
    return _("%(when)s%(what)s在 %(least)s 到 %(most)s 之间，平均 %(mean)s") % {
        **what, **values, "mean": bare(quantity, mean) + unit,
    }  # fmt: skip


def _telling(limits: Sequence[Limit], least: float, most: float) -> tuple[Limit | None, bool]:
    """The limit worth speaking of, and whether it was passed: the gravest of those passed, else the nearest."""
    passed = [limit for limit in limits if (most > limit.value if limit.above else least < limit.value)]
    if passed:
        return max(passed, key=lambda limit: limit.severity), True

    def away(limit: Limit) -> float:
        return limit.value - most if limit.above else least - limit.value

    return min(limits, key=away, default=None), False


def _beside(what: dict[str, str], quantity: Quantity, point: Point, limit: Limit, passed: bool) -> str:
    unit = unit_after(quantity)
    values = {
        **what,
        "value": bare(quantity, point.most if limit.above else point.least) + unit,
        "at": local(point.at),
        "limit": bare(quantity, limit.value) + unit,
        "severity": severity_word(limit.severity),
    }
    if limit.above and passed:
        return _("%(when)s%(what)s最高 %(value)s（%(at)s），超过%(severity)s的限值 %(limit)s") % values
    if limit.above:
        return _("%(when)s%(what)s最高 %(value)s，没有超过%(severity)s的限值 %(limit)s") % values
    if passed:
        return _("%(when)s%(what)s最低 %(value)s（%(at)s），低于%(severity)s的限值 %(limit)s") % values
    return _("%(when)s%(what)s最低 %(value)s，没有低于%(severity)s的限值 %(limit)s") % values


def _limit(quantity: Quantity, limit: Limit) -> dict[str, Any]:
    said = _("%(rule)s %(limit)s") % {
        "rule": severity_word(limit.severity),
        "limit": bare(quantity, limit.value) + unit_after(quantity),
    }
    return {
        "value": limit.value,
        "above": limit.above,
        "tone": severity_tone(limit.severity),
        "words": said,
        "title": word("rule", limit.rule),
        "first": limit.first,
    }


def _mark(warning: Warning) -> dict[str, Any]:
    ended = warning.cleared_at or warning.closed_at
    return {
        "at": ms(warning.raised_at),
        "until": ms(ended) if ended else None,
        "tone": severity_tone(warning.highest),
        "words": f"{severity_word(warning.highest)} · {sentence(warning)}",
        "rule": word("rule", warning.rule),
    }


def _gap(points: Sequence[Point], every: timedelta) -> int:
    """Milliseconds between two points from which on the line is broken: nothing was heard in between."""
    steps = sorted(later.at - earlier.at for earlier, later in pairwise(points))
    usual = max(steps[len(steps) // 2] if steps else every, every)
    return int(usual.total_seconds() * 3000)


def quantities_shown(model: str) -> list[Quantity]:
    """What may be chosen for the chart: everything but where a thing is."""
    device = catalogue().devices.get(model)
    return [q for q in device.measures if q.name not in ("lon", "lat")] if device else []


def chart_address(thing_id: object, quantity: str, asked: Range, name: str = "desk:thing_series") -> str:
    from urllib.parse import urlencode

    return reverse(name, args=[thing_id]) + "?" + urlencode({"quantity": quantity, **asked.query})


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _day(at: datetime) -> str:
    here = timezone.localtime(at)
    return _("%(month)d月%(day)d日") % {"month": here.month, "day": here.day}


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
