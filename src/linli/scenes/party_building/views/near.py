"""双报到和清单 on the desk: tasks for who reported, needs with what would fit, resources, projects."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import near as q
from ..verbs.common import day_of, own
from .parts import WORDS, choices, day, hidden, hidden_number, line, pick, text, whose, with_number

HERE = "party_building:near"


@require_http_methods(["GET", "POST"])
@for_staff
def page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "party.read")
    at = now()
    tab = request.GET.get("tab", "needs")
    tab = tab if tab in ("needs", "resources", "projects", "tasks") else "needs"
    mine = own(actor)
    response, forms, status = serve(request, _acts(actor, tab, at), keep={"tab": tab}, files="project")
    if response:
        return response
    rows = {"needs": q.needs, "resources": q.resources}.get(tab)
    tasks = q.tasks(actor, at) if tab == "tasks" else []
    hosts = q.hosts(actor) if tab == "tasks" else []
    labels = places.labels({code for code, _o, _m in hosts})
    named = [(code, labels.get(code, code), o, m) for code, o, m in hosts]
    context: dict[str, Any] = {
        **WORDS,
        "tab": tab,
        "tabs": [
            (f"{address(HERE)}?tab={key}", words, key == tab)
            for key, words in (("needs", _("需求清单")), ("resources", _("资源清单")), ("projects", _("项目清单")), ("tasks", _("双报到")))
        ],
        "rows": rows(actor, at) if rows else [],
        "projects": q.projects(actor) if tab == "projects" else [],
        "tasks": tasks,
        "parts": q.parts(actor, [row.task.id for row in tasks if row.joined]),
        "named": named,
        "mine": mine,
        "forms": forms,
        "today": day_of(at),
    }  # fmt: skip
    return draw("desk", request, "party_building/desk/near.html", context, here=HERE, status=status)


def _acts(actor: Actor, tab: str, at: Any) -> tuple[Act, ...]:
    mine = own(actor)
    organisations = whose(actor)
    start = {"organisation_id": str(organisations[0][0])} if organisations else {}
    if tab in ("needs", "resources"):
        side = "need" if tab == "needs" else "resource"
        reach = (
            ()
            if side == "need"
            else (line("place_code", _("能去多远"), hint=_("街镇、居村的名字或代码。"), optional=True),)
        )
        put = Act(
            key="put", words=_("登记需求") if side == "need" else _("登记资源"), done=_("已列入清单。"), verb=partial(_put, actor, side),
            fields=(
                pick("organisation_id", _("哪个组织"), "whose", Kind.ID), pick("what", _("类别"), "what"), line("title", _("标题")),
                text("text", _("说明"), optional=True), day("since", _("从")), day("until", _("到")), *reach,
            ),
            options={"whose": organisations, "what": choices("what")}, starts=start,
        )  # fmt: skip
        off = Act(
            key="off",
            words=_("撤下"),
            done=_("已撤下。"),
            tone="",
            verb=verbs.take_off_list,
            fields=(hidden("listing_id"),),
        )
        take = Act(
            key="take", words=_("认领"), done=_("已认领，请按期交付。"), verb=verbs.take_on,
            fields=(hidden("need_id"), pick("resource_id", _("用哪项资源"), "resources", Kind.ID, optional=True), day("due_on", _("哪天前交付"))),
            options={"resources": [(r.id, r.title) for r in q.resources(actor, at) if mine and r.organisation_id == mine.id]},
        )  # fmt: skip
        return (put, off, take) if side == "need" else (put, off)
    if tab == "projects":
        return (
            Act(
                key="deliver", words=_("交付"), done=_("已交付，等提出需求的组织评价。"), verb=_deliver,
                fields=(hidden("project_id"), text("words", _("做了什么")), Field(name="files", label=_("照片"), kind=Kind.FILES)),
            ),
            Act(key="back", words=_("退回"), done=_("已退回。"), tone="", verb=verbs.give_project_back, fields=(hidden("project_id"), line("reason", _("原因")))),
            Act(
                key="judge", words=_("评价"), done=_("谢谢评价。"), verb=_judge,
                fields=(hidden("project_id"), pick("stars", _("几颗星"), "stars"), line("words", _("说一句"), optional=True)),
                options={"stars": [(str(n), "★" * n) for n in range(5, 0, -1)]},
            ),
        )  # fmt: skip
    return (
        Act(
            key="task", words=_("发布任务"), done=_("任务已发布。"), verb=_task,
            fields=(
                pick("organisation_id", _("哪个组织"), "whose", Kind.ID), line("title", _("任务")), text("text", _("说明"), optional=True),
                Field(name="wanted", label=_("要几个人"), kind=Kind.NUMBER), Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT),
                Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT),
            ),
            options={"whose": organisations}, starts=start,
        ),
        Act(key="confirm", words=_("确认完成"), done=_("已确认。"), verb=with_number(verbs.confirm_part, "part_id"), fields=(hidden_number("part_id"),)),
        Act(key="over", words=_("结束任务"), done=_("任务已结束。"), tone="", verb=verbs.end_task, fields=(hidden("task_id"),)),
        Act(
            key="report", words=_("本组织去报到"), done=_("已报到。"), verb=partial(_report, actor),
            fields=(line("place_code", _("到哪个居村"), hint=_("居村的名字或代码。")), line("offers", _("能做什么"), optional=True)),
        ),
    )  # fmt: skip


def _put(actor: Actor, side: str, *, place_code: str = "", **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code") if place_code else ""
    return verbs.put_on_list(side=side, place_code=code, **given)


def _report(actor: Actor, *, place_code: str, **given: Any) -> Any:
    found = places.find(place_code, limit=3)
    code = place_code if place_code.isdigit() else found[0].code if found else place_code
    return verbs.report_in(place_code=code, **given)


def _deliver(*, files: Any = (), **given: Any) -> Any:
    return verbs.deliver(files_=files, **given)


def _judge(*, stars: str, **given: Any) -> Any:
    return verbs.evaluate(stars=int(stars) if stars.isdecimal() else 0, **given)


def _task(*, wanted: float, **given: Any) -> Any:
    return verbs.set_task(wanted=int(wanted), **given)
