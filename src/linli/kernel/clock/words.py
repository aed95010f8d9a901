"""The arithmetic of a deadline in the reader's language: what a citizen reads beside a promised date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from linli.kernel.clock.reckoning import Line
from linli.kernel.declare import Span, Unit

# The library names festivals in English; an override's own name passes through as it was written.
FESTIVALS = {
    "New Year's Day": gettext_noop("元旦"),
    "Spring Festival": gettext_noop("春节"),
    "Tomb-sweeping Day": gettext_noop("清明节"),
    "Labour Day": gettext_noop("劳动节"),
    "Dragon Boat Festival": gettext_noop("端午节"),
    "National Day": gettext_noop("国庆节"),
    "Mid-autumn Festival": gettext_noop("中秋节"),
    "Anti-Fascist 70th Day": gettext_noop("抗战胜利七十周年纪念日"),
}
WEEKDAYS = (
    gettext_noop("周一"),
    gettext_noop("周二"),
    gettext_noop("周三"),
    gettext_noop("周四"),
    gettext_noop("周五"),
    gettext_noop("周六"),
    gettext_noop("周日"),
)
MINUTES_PER_HOUR = 60


def sentences(lines: Iterable[Line]) -> list[str]:
    """Each line as a sentence in the active language; a date names its year where the year is new."""
    teller = _Teller()
    return [teller.tell(line) for line in lines]


def sentence(line: Line) -> str:
    """One line as a sentence, with the year."""
    return _Teller().tell(line)


def span(value: Span) -> str:
    """ "5 个工作日", "5 working days"."""
    return amount(value.amount, value.unit)


def amount(n: int, unit: Unit) -> str:
    match unit:
        case Unit.MINUTE:
            text = ngettext("%(n)s 分钟", "%(n)s 分钟", n)
        case Unit.HOUR:
            text = ngettext("%(n)s 小时", "%(n)s 小时", n)
        case Unit.DAY:
            text = ngettext("%(n)s 日", "%(n)s 日", n)
        case Unit.WORKING_HOUR:
            text = ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", n)
        case Unit.WORKING_DAY:
            text = ngettext("%(n)s 个工作日", "%(n)s 个工作日", n)
    return text % {"n": n}


def duration(minutes: int) -> str:
    """ "1 小时 30 分钟"."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    parts = [amount(hours, Unit.HOUR)] if hours else []
    if rest or not hours:
        parts.append(amount(rest, Unit.MINUTE))
    return " ".join(parts)


def day_name(name: str) -> str:
    """A festival in the reader's language; any other name as it is."""
    known = FESTIVALS.get(name)
    return _(known) if known else name


class _Teller:
    """Tells lines one after another, and remembers the year it last named."""

    def __init__(self) -> None:
        self._year = 0

    def tell(self, line: Line) -> str:
        told: str = getattr(self, f"_{line.step.value}")(line.values)
        return told

    def _start(self, v: Any) -> str:
        values = {"at": self._moment(v["at"]), "span": amount(v["amount"], Unit(v["unit"]))}
        if v["unit"] in (Unit.DAY, Unit.WORKING_DAY):
            return _("自%(at)s 起算，期限 %(span)s，开始当日不计入。") % values
        return _("自%(at)s 起算，期限 %(span)s。") % values

    def _holiday(self, v: Any) -> str:
        values = {"days": self._days(v["first"], v["last"]), "name": day_name(v["name"])}
        return (_("%(days)s%(name)s放假，不计。") if v["name"] else _("%(days)s放假，不计。")) % values

    def _weekend(self, v: Any) -> str:
        if v["count"] == 1:
            return _("%(day)s休息，不计。") % {"day": self._day(v["first"])}
        return _("其间周末休息 %(days)s，不计。") % {"days": amount(v["count"], Unit.DAY)}

    def _extra(self, v: Any) -> str:
        values = {"day": self._day(v["day"]), "name": day_name(v["name"])}
        return (_("%(day)s为%(name)s调休上班，计入。") if v["name"] else _("%(day)s上班，计入。")) % values

    def _part(self, v: Any) -> str:
        return _("%(day)s计 %(time)s。") % {"day": self._day(v["day"]), "time": duration(v["minutes"])}

    def _whole(self, v: Any) -> str:
        values = {"days": amount(v["count"], Unit.WORKING_DAY), "time": duration(v["minutes"])}
        return _("其间 %(days)s，计 %(time)s。") % values

    def _moved(self, v: Any) -> str:
        values = {"day": self._day(v["day"]), "name": day_name(v["name"]), "to": self._day(v["to"])}
        if v["name"]:
            return _("最后一日 %(day)s为%(name)s假期，顺延至 %(to)s。") % values
        return _("最后一日 %(day)s为休息日，顺延至 %(to)s。") % values

    def _paused(self, v: Any) -> str:
        values = {"since": self._moment(v["since"]), "until": self._moment(v["until"])}
        return _("%(since)s 暂停，%(until)s 恢复，暂停期间不计时。") % values

    def _left(self, v: Any) -> str:
        if v["unit"] in (Unit.WORKING_DAY, Unit.WORKING_HOUR):
            return _("暂停时剩余办公时间 %(time)s，恢复后接着计算。") % {"time": duration(v["minutes"])}
        if v["unit"] == Unit.DAY:
            return _("暂停了几日，期限就顺延几日。")
        return _("暂停时剩余 %(time)s，恢复后接着计算。") % {"time": duration(v["minutes"])}

    def _late(self, v: Any) -> str:
        return _("暂停以前已于 %(due)s 到期，期限不变。") % {"due": self._moment(v["due"])}

    def _nth(self, v: Any) -> str:
        return _("%(at)s 到期，为第 %(n)s 个工作日。") % {"n": v["n"], "at": self._moment(v["at"])}

    def _due(self, v: Any) -> str:
        return _("%(at)s 到期。") % {"at": self._moment(v["at"])}

    def _assumed(self, v: Any) -> str:
        return str(_("%(year)s 年放假安排尚未公布，暂按法定节日和周一至周五上班计算。") % v)

    def _moment(self, written: str) -> str:
        at = datetime.fromisoformat(written)
        return _("%(day)s%(clock)s") % {"day": self._date(at.date()), "clock": f"{at:%H:%M}"}

    def _day(self, written: str) -> str:
        return self._date(date.fromisoformat(written))

    def _days(self, first: str, last: str) -> str:
        if first == last:
            return self._day(first)
        return _("%(first)s至%(last)s") % {"first": self._day(first), "last": self._day(last)}

    def _date(self, day: date) -> str:
        new_year, self._year = day.year != self._year, day.year
        # Format letters of Django's `date` filter: year, month, day.
        text = format_date(day, _("Y年n月j日") if new_year else _("n月j日"))
        return _("%(date)s（%(weekday)s）") % {"date": text, "weekday": _(WEEKDAYS[day.weekday()])}
