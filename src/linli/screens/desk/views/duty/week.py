"""值班 of one roster: a week as a grid, planned by keyboard, looked over before it is saved."""

from __future__ import annotations

from datetime import date, time
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.duty import plans, verbs, wall
from linli.kernel.duty.models import Roster
from linli.kernel.duty.plans import Finding
from linli.kernel.duty.queries import weeks
from linli.kernel.duty.verbs import Wanted
from linli.kernel.duty.words import slot_word
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, Kind, serve

from ...shell import draw
from .common import WORDS, day_in, people

_CELL = "cell:"


@require_http_methods(["GET", "POST"])
@for_staff
def week_page(request: HttpRequest, roster_id: UUID) -> HttpResponse:
    """The week of a roster; the grid's own buttons look it over, save it or fill it with last week."""
    actor: Actor = request.actor
    at = now()
    monday = wall.monday_of(day_in(request.GET.get("week", ""), wall.day_of(at)))
    week = weeks.week(actor, roster_id, monday, at)
    if request.method == "POST" and "grid" in request.POST:
        return _planned(request, week, at)
    acts = _acts(week.roster, monday, week.colleagues)
    response, forms, status = serve(request, acts, keep={"week": monday.isoformat()})
    if response:
        return response
    return _draw(request, week, at, forms=forms, status=status)


def _planned(request: HttpRequest, week: weeks.Week, at: Any) -> HttpResponse:
    """What was done with the grid: `check`, `copy` or `save`."""
    actor: Actor = request.actor
    wanted = _wanted(request.POST, week)
    what = request.POST["grid"]
    left_out: list[str] = []
    if what == "copy":
        found = weeks.copied(actor, week, at)
        wanted, left_out = list(found.wanted), list(found.left_out)
    refused: Refused | None = None
    if what == "save":
        try:
            saved = verbs.save_week(
                by=actor, at=at, roster_id=week.roster.id, wanted=wanted, reason=request.POST.get("reason", "")
            )
        except Refused as refusal:
            refused = refusal
        else:
            words = _t("已保存，改动 %(n)d 处。") % {"n": saved.changes} if saved.changes else _t("没有改动。")
            messages.success(request, words)
            query = urlencode({"week": week.monday.isoformat()})
            return HttpResponseRedirect(f"{request.path}?{query}", status=303)
    findings = weeks.looked_over(actor, week, wanted, at)
    forms = {act.key: ActForm(act) for act in _acts(week.roster, week.monday, week.colleagues)}
    status = refused.status if refused else 200
    return _draw(
        request, week, at, forms=forms, status=status, wanted=wanted, findings=findings, refused=refused,
        left_out=left_out, unsaved=True,
    )  # fmt: skip


def _wanted(data: QueryDict, week: weeks.Week) -> list[Wanted]:
    """The cells as they stand in the form; one that is not in it stays as it is."""
    found = []
    for cell in week.cells:
        name = f"{_CELL}{cell.slot.id}:{cell.day.isoformat()}"
        if name in data and cell.falls and not cell.begun:
            ids = [_uuid(value) for value in data.getlist(name) if value]
            found.append(Wanted(cell.slot.id, cell.day, tuple(dict.fromkeys(i for i in ids if i))))
        else:
            found.append(Wanted(cell.slot.id, cell.day, cell.account_ids))
    return [wanted for wanted, cell in zip(found, week.cells, strict=True) if cell.falls]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _draw(
    request: HttpRequest,
    week: weeks.Week,
    at: Any,
    *,
    forms: Any,
    status: int,
    wanted: list[Wanted] | None = None,
    findings: list[Finding] | None = None,
    refused: Refused | None = None,
    left_out: list[str] | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    actor: Actor = request.actor
    shown = {(w.slot_id, w.day): w.account_ids for w in wanted or ()}
    if findings is None and week.may_plan:
        now_wanted = [Wanted(c.slot.id, c.day, c.account_ids) for c in week.cells if c.falls]
        findings = weeks.looked_over(actor, week, now_wanted, at)
    by_cell: dict[tuple[UUID, date], list[Finding]] = {}
    for finding in findings or ():
        by_cell.setdefault((finding.slot, finding.day), []).append(finding)
    first = wall.month_of(week.days[-1])
    context: dict[str, Any] = {
        **WORDS,
        "week": week,
        "roster": week.roster,
        "place": places.label(week.roster.place_code),
        "rosters": weeks.rosters(actor),
        "at": at,
        "today": wall.day_of(at),
        "before": (week.monday - 7 * wall.DAY).isoformat(),
        "after": (week.monday + 7 * wall.DAY).isoformat(),
        "shown": shown,
        "by_cell": by_cell,
        "findings": [f for f in findings or () if f.kind is not plans.Kind.GAP],
        "gaps": sum(f.kind is plans.Kind.GAP for f in findings or ()) if findings is not None else 0,
        "missing": week.missing,
        "people": people(week.colleagues),
        "cell_name": lambda slot, day: f"{_CELL}{slot.id}:{day.isoformat()}",
        "month": first,
        "month_published": first in week.published,
        "forms": forms,
        "refused": refused,
        "left_out": left_out or [],
        "unsaved": unsaved,
        "reason": request.POST.get("reason", ""),
        "address": request.get_full_path(),
        "slot_names": {slot.id: slot_word(slot.name) for slot, _cells in week.rows},
    }
    return draw(request, "desk/duty/week.html", context, here="desk:duty", status=status)


def _acts(roster: Roster, monday: date, known: Any) -> tuple[Act, ...]:
    month = wall.month_of(monday + 6 * wall.DAY)
    return (
        Act(
            key="publish",
            words=_("公布这个月"),
            lead=_("公布后，排到班的人在手机上看得到；缺的人数会变成大家看得到的空班。之后的改动直接生效。"),
            fields=(Field(name="with_gaps", label=_("带空班公布"), kind=Kind.TICK, hint=_("还没排满也先公布。")),),
            tells=lambda count: _t("已公布，共 %(n)d 个班。") % {"n": count},
            verb=partial(verbs.publish, roster_id=roster.id, month=month),
        ),
        Act(
            key="add_shift",
            words=_("加一个班"),
            tone="",
            lead=_("班次以外的：演练、节日保障。不选人就是空班。"),
            done=_("已加上。"),
            fields=(
                Field(name="day", label=_("哪一天"), kind=Kind.DATE),
                Field(name="begins", label=_("从"), hint=_("例如 18:00")),
                Field(name="ends", label=_("到"), hint=_("早于开始就是第二天。")),
                Field(name="account_id", label=_("谁"), kind=Kind.ID, options="people", optional=True),
                Field(name="note", label=_("说明"), optional=True),
            ),
            options={"people": [("", "—"), *people(known)]},
            starts={"day": monday.isoformat()},
            verb=partial(_add_shift, roster.id),
        ),
        Act(
            key="cancel_shift",
            words=_("取消这个班"),
            tone="danger small",
            done=_("已取消。"),
            fields=(
                Field(name="shift_id", label="", kind=Kind.HIDDEN_ID),
                Field(name="reason", label=_("为什么"), optional=True, hint=_("已公布的必须写，当事人看得到。")),
            ),
            verb=verbs.cancel_shift,
        ),
    )


def _add_shift(roster_id: UUID, *, begins: str, ends: str, **given: Any) -> Any:
    return verbs.add_shift(
        roster_id=roster_id, begins=time_of(begins, "begins"), ends=time_of(ends, "ends"), **given
    )


def time_of(text: str, field: str) -> time:
    """A time of the wall's clock as people type it: 8:30, 08：30. Raises Invalid."""
    try:
        return time.fromisoformat(text.strip().replace("：", ":").zfill(5))
    except ValueError:
        sentence = _t("请写成 08:30 这样的时间。")
        raise Invalid(sentence, fields={field: sentence}) from None
