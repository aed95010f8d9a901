"""Figures as sentences: titles of charts, paragraphs of a report. In the language that is switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from babel import Locale
from babel.dates import format_date
from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import in_chinese

from .definitions import BY_NAME, Definition, Value
from .measures import Counts
from .queries.periods import Period

_CHINESE, _ENGLISH = Locale.parse("zh_Hans_CN"), Locale.parse("en_GB")


def day_word(day: date, *, year: bool = False) -> str:
    """ "11月26日" or "26 Nov"."""
    pattern = ("y年M月d日" if year else "M月d日") if in_chinese() else ("d MMM y" if year else "d MMM")
    return str(format_date(day, pattern, locale=_CHINESE if in_chinese() else _ENGLISH))


def month_word(day: date) -> str:
    """ "2026年11月" or "November 2026"."""
    if in_chinese():
        return str(format_date(day, "y年M月", locale=_CHINESE))
    return str(format_date(day, "MMMM y", locale=_ENGLISH))


def period_word(period: Period) -> str:
    """ "2026年11月", "2026年11月1日至26日", "26 Nov 2026"."""
    if period.is_month:
        return month_word(period.first)
    if period.first == period.last:
        return day_word(period.first, year=True)
    if period.is_year:
        return str(period.first.year) + ("年" if in_chinese() else "")
    if in_chinese() and (period.first.year, period.first.month) == (period.last.year, period.last.month):
        return _("%(first)s至%(last)s") % {
            "first": day_word(period.first, year=True),
            "last": f"{period.last.day}日",
        }
    return _("%(first)s至%(last)s") % {
        "first": day_word(period.first, year=True), "last": day_word(period.last, year=period.last.year != period.first.year),
    }  # fmt: skip


def percent(share: float | None, digits: int = 1) -> str:
    return "—" if share is None else f"{100 * share:.{digits}f}%"


def shown(definition: Definition, value: Value) -> str:
    """ "86.4%", "3,120", or "—" where there was nothing to have a share of."""
    return percent(value.share) if definition.is_share else f"{value.top:,}"


def change(definition: Definition, now: Value, before: Value) -> str:
    """How a figure stands to that of the period before, in words; "" where there is nothing to compare."""
    if definition.is_share:
        if now.share is None or before.share is None:
            return ""
        points = round(100 * (now.share - before.share), 1)
        if not points:
            return _("与上期持平")
        words = _("比上期高 %(n)s 个百分点") if points > 0 else _("比上期低 %(n)s 个百分点")
        return words % {"n": f"{abs(points):.1f}"}
    more = now.top - before.top
    if not before.top:
        return ""
    if not more:
        return _("与上期持平")
    return (_("比上期多 %(n)s 件") if more > 0 else _("比上期少 %(n)s 件")) % {"n": f"{abs(more):,}"}


def flow_title(counts: Counts) -> str:
    """The title of the chart of what came and what was closed. What was opened again came too, and what was declined,
    merged or withdrawn went, so that the difference is by how much more is open, to the last matter."""
    more = counts.reported + counts.reopened - counts.ended
    other = counts.ended - counts.closed
    if not counts.reported and not counts.ended:
        return _("期内没有上报，也没有办结")
    parts = [
        _("上报 %(n)s 件") % {"n": f"{counts.reported:,}"},
        _("重新打开 %(n)s 件") % {"n": f"{counts.reopened:,}"} if counts.reopened else "",
        _("办结 %(n)s 件") % {"n": f"{counts.closed:,}"},
        _("以其他方式结束 %(n)s 件") % {"n": f"{other:,}"} if other else "",
    ]
    said = {"parts": ("，" if in_chinese() else ", ").join(filter(None, parts)), "n": f"{abs(more):,}"}
    if more > 0:
        return _("%(parts)s，在办增加 %(n)s 件") % said
    return (_("%(parts)s，在办减少 %(n)s 件") if more else _("%(parts)s，在办不增不减")) % said


def flow_title_published(counts: Counts, small: int) -> str:
    """The same where a number from one to `small` would be published: then only what came and what was closed."""
    other = counts.ended - counts.closed
    if not any(0 < n < small for n in (counts.reported, counts.closed, counts.reopened, other)):
        return flow_title(counts)
    said = {"reported": counts.reported, "closed": counts.closed}
    shown = {name: f"{n:,}" if not 0 < n < small else _("少于 %(n)d") % {"n": small} for name, n in said.items()}
    return _("上报 %(reported)s 件，办结 %(closed)s 件") % shown


def step(definition: Definition, now: Value, before: Value) -> str:
    """The same as `change` for a table: "+371", "−1.1"; "" where there is nothing to compare."""
    if definition.is_share:
        if now.share is None or before.share is None:
            return ""
        return _("%(n)s 个百分点") % {"n": _signed(round(100 * (now.share - before.share), 1), ".1f")}
    return _signed(now.top - before.top, ",") if before.top else ""


def _signed(number: float, form: str) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{abs(number):{form}}"


def share_title(name: str, whole: Counts, parts: Sequence[tuple[str, Counts]], least: int = 5) -> str:
    """The title of a chart of one share over time: what it was, and when it was lowest."""
    definition = BY_NAME[name]
    value = definition.value(whole)
    if value.share is None:
        return _("期内没有可算%(figure)s的事项") % {"figure": definition.word}
    said = {
        "figure": definition.word,
        "share": percent(value.share),
        "top": f"{value.top:,}",
        "bottom": f"{value.bottom:,}",
    }
    known = [
        (words, v)
        for words, counts in parts
        if (v := definition.value(counts)).share is not None and (v.bottom or 0) >= least
    ]
    low = min(known, key=lambda one: one[1].share or 0, default=None)
    if low is None or len(known) < 2:
        return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件）") % said
    return _("%(figure)s %(share)s（%(top)s / %(bottom)s 件），最低的是%(when)s，%(low)s") % {
        **said, "when": low[0], "low": percent(low[1].share),
    }  # fmt: skip


def most_of(found: Mapping[str, int], names: Mapping[str, str], count: int = 3) -> str:
    """ "违法停车 320 件、噪声扰民 210 件、乱扔垃圾 150 件": the largest of some numbers."""
    largest = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
    said = [_("%(what)s %(n)s 件") % {"what": names.get(key, key), "n": f"{n:,}"} for key, n in largest if n]
    return ("、" if in_chinese() else ", ").join(said)
