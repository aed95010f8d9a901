"""值班: who is on duty now, where a gap is, what waits for a decision, and the rosters."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds, require
from linli.kernel.clock.now import now
from linli.kernel.duty import verbs, wall
from linli.kernel.duty.queries import deciding, gaps, weeks
from linli.kernel.duty.queries.on_duty import on_duty
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import WORDS


@require_http_methods(["GET", "POST"])
@for_staff
def home_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "duty.read")
    at = now()
    response, forms, status = serve(request, _acts(actor, at))
    if response:
        return response
    here = on_duty(actor, actor.scope, at)
    rosters = weeks.rosters(actor)
    missing = gaps.gaps(actor, at)
    plans_it = holds(actor, "duty.change")
    swaps = deciding.swaps(actor, at) if plans_it else []
    leaves = deciding.leaves(actor, at) if plans_it else []
    unverified = [s for s in gaps.unverified(actor, at) if s.account_id != actor.account_id] if plans_it else []
    codes = {one.place_code for one in here} | {r.place_code for r in rosters} | {s.place_code for s in missing}
    context: dict[str, Any] = {
        **WORDS,
        "at": at,
        "on_duty": here,
        "rosters": rosters,
        "gaps": missing,
        "labels": places.labels(codes),
        "today": wall.day_of(at),
        "may_plan": plans_it,
        "swaps": swaps,
        "leaves": leaves,
        "unverified": unverified,
        "forms": forms,
    }
    return draw(request, "desk/duty/home.html", context, here="desk:duty", status=status)


def _acts(actor: Actor, at: Any) -> tuple[Act, ...]:
    if not holds(actor, "duty.change"):
        return ()
    units = Unit.objects.filter(valid__contains=at)
    if actor.sees.value == "unit":
        units = units.filter(pk=actor.unit_id)
    elif actor.scope != "*":
        units = units.filter(place_code__startswith=actor.scope)
    return (
        Act(
            key="add_roster",
            words=_("新建值班表"),
            fields=(
                Field(name="unit_id", label=_("哪个单位"), kind=Kind.ID, options="units"),
                Field(name="name", label=_("名称"), hint=_("例如：夜间值守。")),
                Field(name="pattern", label=_("班制"), kind=Kind.CHOICE, options="patterns"),
                Field(
                    name="place_code",
                    label=_("值守的地点"),
                    optional=True,
                    hint=_("不填就是单位管辖的全部范围；也可以写居村名或代码。"),
                ),
                Field(name="head_decides", label=_("换班要负责人同意"), kind=Kind.TICK),
            ),
            options={
                "units": list(units.order_by("place_code", "name").values_list("id", "name")[:300]),
                "patterns": [
                    *((key, words, _shifts(slots)) for key, (words, slots) in verbs.PATTERNS.items()),
                    ("none", _("先空着，以后再加班次")),
                ],
            },
            starts={"pattern": "three", "head_decides": "1", "unit_id": str(actor.unit_id or "")},
            done=_("值班表已建好，可以排班了。"),
            verb=partial(_add, actor),
        ),
        *_decisions(),
    )


def _decisions() -> tuple[Act, ...]:
    swap, leave = (Field(name=name, label="", kind=Kind.HIDDEN_ID) for name in ("swap_id", "leave_id"))
    shift = Field(name="shift_id", label="", kind=Kind.HIDDEN_ID)
    why = Field(name="reason", label=_("为什么"), hint=_("当事人看得到。"))
    return (
        Act(
            key="grant_swap", words=_("同意"), tone="primary small", done=_("已同意，班已换好。"), fields=(swap,),
            verb=partial(verbs.decide_swap, granted=True),
        ),
        Act(
            key="deny_swap", words=_("不同意"), tone="small", done=_("已告诉两位同事。"), fields=(swap, why),
            verb=partial(verbs.decide_swap, granted=False),
        ),
        Act(
            key="grant_leave", words=_("准假"), tone="primary small", fields=(leave,), tells=_left,
            verb=partial(verbs.decide_leave, granted=True),
        ),
        Act(
            key="deny_leave", words=_("不准"), tone="small", done=_("已告诉本人。"), fields=(leave, why),
            verb=partial(verbs.decide_leave, granted=False),
        ),
        Act(
            key="confirm", words=_("核实离岗"), tone="primary small", done=_("已核实。"),
            fields=(
                shift,
                Field(name="out_at", label=_("实际什么时候离岗"), kind=Kind.MOMENT),
                Field(name="note", label=_("备注"), optional=True),
            ),
            verb=verbs.confirm_hours,
        ),
    )  # fmt: skip


def _left(shifts: list[Any]) -> str:
    if not shifts:
        return str(_("已准假。这段时间没有排到的班。"))
    return str(_("已准假，空出 %(n)d 个班，已经去问同事。")) % {"n": len(shifts)}


def _shifts(slots: Any) -> str:
    return "，".join(f"{slot.begins:%H:%M}–{slot.ends:%H:%M}" for slot in slots)


def _add(actor: Actor, *, pattern: str, place_code: str = "", **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code") if place_code else ""
    return verbs.add_roster(pattern="" if pattern == "none" else pattern, place_code=code, **given)
