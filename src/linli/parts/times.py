"""Times as people say them, in Shanghai's time and the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_datetime
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.catalogue.language import in_chinese
from linli.kernel.clock.now import now as the_time
from linli.kernel.clock.words import amount as amount_words
from linli.kernel.declare import Unit

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Given by name, babel would look for the locale's file at every date.
_CHINESE, _ENGLISH = Locale.parse("zh_Hans_CN"), Locale.parse("en_GB")


def local(at: datetime, now: datetime | None = None) -> str:
    """ "11月23日 15:30" or "23 Nov, 15:30"; with the year when it is not this one. A day does not leave its month."""
    return _format(at, now, "M月d日 HH:mm", "y年M月d日 HH:mm", "d\u00a0MMM, HH:mm", "d\u00a0MMM y, HH:mm")


def local_day(at: datetime, now: datetime | None = None) -> str:
    """ "11月23日 周一" or "Mon 23 Nov"."""
    return _format(at, now, "M月d日 EEE", "y年M月d日 EEE", "EEE d\u00a0MMM", "EEE d\u00a0MMM y")


def day(day: date) -> str:
    """ "11月23日 周一" or "Mon 23 Nov", of a date."""
    return _date(day, "M月d日 EEE", "EEE d\u00a0MMM")


def long_day(day: date) -> str:
    """ "2028年11月23日" or "23 Nov 2028", of a date that lies years ahead."""
    return _date(day, "y年M月d日", "d\u00a0MMM y")


def short_day(day: date) -> str:
    """ "11月23日" or "23 Nov", of a date, where the weekday stands beside it."""
    return _date(day, "M月d日", "d\u00a0MMM")


def clock(at: datetime) -> str:
    """ "15:30", where the day is said beside it."""
    return f"{timezone.localtime(at):%H:%M}"


def lasting(since: datetime, until: datetime) -> str:
    """ "11月23日 16:00–20:00"; both days where it ends on another."""
    if timezone.localtime(since).date() == timezone.localtime(until).date():
        return f"{local(since)}–{clock(until)}"
    return f"{local(since)} – {local(until)}"


def month(day: date) -> str:
    """ "2026年11月" or "November 2026"."""
    if in_chinese():
        return str(format_date(day, "y年M月", locale=_CHINESE))
    return str(format_date(day, "MMMM y", locale=_ENGLISH))


def _date(day: date, zh: str, en: str) -> str:
    return str(format_date(day, zh, locale=_CHINESE) if in_chinese() else format_date(day, en, locale=_ENGLISH))


def _format(at: datetime, now: datetime | None, zh: str, zh_year: str, en: str, en_year: str) -> str:
    here = timezone.localtime(at)
    this_year = here.year == timezone.localtime(now or the_time()).year
    if in_chinese():
        return str(format_datetime(here, zh if this_year else zh_year, locale=_CHINESE))
    return str(format_datetime(here, en if this_year else en_year, locale=_ENGLISH))


def ago(at: datetime, now: datetime | None = None) -> str:
    """ "刚刚", "5 分钟前", "3 小时前", "昨天 15:30"; the date itself from the day before yesterday on."""
    now = now or the_time()
    seconds = (now - at).total_seconds()
    if seconds < 0 or seconds >= 2 * _DAY:
        return local(at, now)
    if seconds < _MINUTE:
        return _("刚刚")
    if seconds < _HOUR:
        return _("%(n)d 分钟前") % {"n": seconds // _MINUTE}
    here = timezone.localtime(at)
    today = timezone.localtime(now).date()
    if here.date() == today:
        return _("%(n)d 小时前") % {"n": seconds // _HOUR}
    if here.date() == today - timedelta(days=1):
        return _("昨天 %(time)s") % {"time": here.strftime("%H:%M")}
    return local(at, now)


def remaining(due: datetime, now: datetime | None = None) -> str:
    """ "还剩 2 天 3 小时", or "已逾期 3 小时" when it has passed."""
    seconds = (due - (now or the_time())).total_seconds()
    if seconds < 0:
        return _("已逾期 %(span)s") % {"span": span_words(-seconds)}
    return _("还剩 %(span)s") % {"span": span_words(seconds)}


def span_words(seconds: float) -> str:
    """A length of time in its two largest units: "2 天 3 小时", "45 分钟"; under a minute counts as one."""
    minutes = max(1, int(seconds // _MINUTE))
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(_("%(n)d 天") % {"n": days})
    if hours:
        parts.append(_("%(n)d 小时") % {"n": hours})
    if left and not days:
        parts.append(_("%(n)d 分钟") % {"n": left})
    return " ".join(parts[:2]) if parts else _("%(n)d 分钟") % {"n": 1}


def promise_words(span: str) -> str:
    """A promised span as stored, "5 working_day", in words: "5 个工作日"; as it stands when it is none."""
    amount, _space, unit = span.partition(" ")
    if amount.isdigit() and unit in tuple(Unit):
        return amount_words(int(amount), Unit(unit))
    return span
