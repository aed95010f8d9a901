"""班次和规则 of a roster: its shifts of the day, who decides on swaps, its end."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, NotAllowed, holds
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs, wall, words
from linli.kernel.duty.models import Roster
from linli.kernel.duty.queries import weeks
from linli.kernel.duty.verbs.common import may_plan
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import WORDS
from .week import time_of


@require_http_methods(["GET", "POST"])
@for_staff
def roster_page(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    roster = weeks.roster_seen(actor, roster_id)
    if not (holds(actor, "duty.change") and may_plan(actor, roster)):
        raise NotAllowed(str(_("这是别的单位的值班表。")), code="unit")
    response, forms, status = serve(request, _acts(roster))
    if response:
        return response
    today = wall.day_of(now())
    context: dict[str, Any] = {
        **WORDS,
        "roster": roster,
        "place": places.label(roster.place_code),
        "slots": [s for s in roster.slots.order_by("begins", "ends") if s.until is None or s.until > today],
        "months": list(roster.months.order_by("-month")[:6]),
        "days_of": _days,
        "forms": forms,
    }
    return draw(request, "desk/duty/roster.html", context, here="desk:duty", status=status)


def _days(days: list[int]) -> str:
    if days == [1, 2, 3, 4, 5, 6, 7]:
        return str(_("每天"))
    return "、".join(str(words.WEEKDAYS[n - 1]) for n in days)


def _acts(roster: Roster) -> tuple[Act, ...]:
    weekdays = [(str(n), word) for n, word in enumerate(words.WEEKDAYS, 1)]
    return (
        Act(
            key="add_slot",
            words=_("增加班次"),
            done=_("已增加。"),
            fields=(
                Field(name="name", label=_("名称"), hint=_("例如：早班。")),
                Field(name="begins", label=_("从"), hint=_("例如 08:00")),
                Field(name="ends", label=_("到"), hint=_("早于开始就是第二天。")),
                Field(name="days", label=_("哪几天"), kind=Kind.CODES, options="days"),
                Field(name="need", label=_("至少几个人"), kind=Kind.NUMBER),
            ),
            options={"days": weekdays},
            starts={"need": "1"},
            verb=partial(_add_slot, roster.id),
        ),
        Act(
            key="end_slot",
            words=_("停用"),
            tone="danger small",
            done=_("明天起不再排这个班次。"),
            fields=(Field(name="slot_id", label="", kind=Kind.HIDDEN_ID),),
            verb=verbs.end_slot,
        ),
        Act(
            key="set_roster",
            words=_("名称和换班规则"),
            tone="",
            done=_("已保存。"),
            fields=(
                Field(name="name", label=_("名称")),
                Field(name="head_decides", label=_("换班要负责人同意"), kind=Kind.TICK),
            ),
            starts={"name": roster.name, "head_decides": "1" if roster.head_decides else ""},
            verb=partial(verbs.set_roster, roster_id=roster.id),
        ),
        Act(
            key="end_roster",
            words=_("停用这张值班表"),
            tone="danger",
            lead=_("停用后不能再排班，排过的班和记录都留着。没公布的草稿会删掉。"),
            done=_("已停用。"),
            fields=(),
            verb=partial(_end, roster.id),
        ),
    )


def _end(roster_id: UUID, **given: Any) -> Any:
    return verbs.end_roster(roster_id=roster_id, **given)


def _add_slot(roster_id: UUID, *, begins: str, ends: str, days: list[str], need: float, **given: Any) -> Any:
    if need != int(need):
        raise Invalid(str(_("请写整数。")), fields={"need": str(_("请写整数。"))})
    return verbs.add_slot(
        roster_id=roster_id, begins=time_of(begins, "begins"), ends=time_of(ends, "ends"),
        days=[int(day) for day in days if day.isdecimal()], need=int(need), **given,
    )  # fmt: skip
