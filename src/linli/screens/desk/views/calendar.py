"""The working calendar of a place: days set apart from the nation's, and office hours."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.clock import queries, verbs
from linli.kernel.clock.calendar import OFFICE_HOURS
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw


@require_http_methods(["GET", "POST"])
@for_staff
def calendar_page(request: HttpRequest) -> HttpResponse:
    """A month as it is worked here, what was set, and the forms to set it."""
    actor: Actor = request.actor
    require(actor, "clock.change")
    code = actor.scope
    today = timezone.localtime(now()).date()
    month = _month(request.GET.get("month", ""), today)
    response, forms, status = serve(request, _acts(code), keep={"month": month.strftime("%Y-%m")})
    if response:
        return response
    after = (month.replace(day=28) + dt.timedelta(days=7)).replace(day=1)
    days = queries.days_of(code, month, after - dt.timedelta(days=1))
    context: dict[str, Any] = {
        "place": places.label(code) if code.isdecimal() else "",
        "month": month,
        "today": today,
        "before": (month - dt.timedelta(days=1)).strftime("%Y-%m"),
        "after": after.strftime("%Y-%m"),
        "lead": range(month.weekday()),
        "days": days,
        "own": [row for row in queries.days_set_above(code, month.year) if row.place_code == code],
        "above": [row for row in queries.days_set_above(code, month.year) if row.place_code != code],
        "hours": queries.hours_set_above(code),
        "usual": [f"{start:%H:%M}–{end:%H:%M}" for start, end in OFFICE_HOURS],
        "forms": forms,
    }
    return draw(request, "desk/calendar.html", context, here="desk:calendar", status=status)


def _month(text: str, today: dt.date) -> dt.date:
    try:
        found = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today.replace(day=1)
    return found if 2000 <= found.year <= 2100 else today.replace(day=1)


def _acts(code: str) -> tuple[Act, ...]:
    def set_day(*, by: Any, at: Any, date: dt.date, work: str, name: str = "") -> Any:
        return verbs.set_day(by=by, at=at, place_code=code, date=date, working=work == "yes", name=name)

    def clear_day(*, by: Any, at: Any, date: dt.date) -> Any:
        return verbs.clear_day(by=by, at=at, place_code=code, date=date)

    def set_hours(*, by: Any, at: Any, hours: str, valid_from: dt.date) -> Any:
        return verbs.set_hours(by=by, at=at, place_code=code, hours=_hours(hours), valid_from=valid_from)

    working = {"working": [("yes", _("上班")), ("no", _("休息"))]}
    return (
        Act(
            key="day",
            words=_("设置一天"),
            done=_("已设置。"),
            fields=(
                Field(name="date", label=_("日期"), kind=Kind.DATE),
                Field(name="work", label=_("这一天"), kind=Kind.CHOICE, options="working"),
                Field(name="name", label=_("名称"), optional=True, hint=_("例如：城市马拉松")),
            ),
            options=working,
            verb=set_day,
        ),
        Act(
            key="clear",
            words=_("取消设置"),
            done=_("已取消，恢复为上级或国家的安排。"),
            tone="quiet small",
            fields=(Field(name="date", label=_("日期"), kind=Kind.HIDDEN),),
            verb=lambda *, by, at, date: clear_day(by=by, at=at, date=dt.date.fromisoformat(date)),
        ),
        Act(
            key="hours",
            words=_("设置办公时间"),
            done=_("已设置。"),
            fields=(
                Field(name="hours", label=_("办公时间"), hint=_("例如：09:00-12:00 13:30-17:30")),
                Field(name="valid_from", label=_("从哪天起"), kind=Kind.DATE),
            ),
            verb=set_hours,
        ),
    )


def _hours(text: str) -> list[tuple[dt.time, dt.time]]:
    try:
        pairs = [part.replace("–", "-").replace("－", "-").split("-") for part in text.replace("、", " ").split()]
        return [(dt.time.fromisoformat(start), dt.time.fromisoformat(end)) for start, end in pairs]
    except ValueError:
        sentence = str(_("请写成 09:00-12:00 13:30-17:30 这样。"))
        raise Invalid(sentence, fields={"hours": sentence}) from None
