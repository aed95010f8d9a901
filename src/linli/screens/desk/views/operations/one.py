"""One joint operation on one page: its plan, who does what, the log, the matters, and the report at the end."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor
from linli.kernel.clock.now import now
from linli.kernel.operations import verbs
from linli.kernel.operations.models import Operation
from linli.kernel.operations.queries import looking
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ... import pictures
from ...shell import draw
from .listing import WORDS

_STEP = Field(name="step_id", label="", kind=Kind.HIDDEN_ID)


@require_http_methods(["GET", "POST"])
@for_staff
def operation_page(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found = looking.whole(actor, operation_id)
    acts = _acts(found, at)
    response, forms, status = serve(request, acts, files="proof")
    if response:
        return response
    if status != 200:  # what somebody else did meanwhile stands beside what was typed
        found = looking.whole(actor, operation_id)
    files = [file for step in found.steps for file in step.files]
    shown = pictures.of_files(files)
    context: dict[str, Any] = {
        **WORDS,
        "w": found,
        "operation": found.operation,
        "place": places.label(found.operation.place_code),
        "spots": list(places.labels(found.operation.spots).values()),
        "pictures_of": {step.id: [shown[file] for file in step.files if file in shown] for step in found.steps},
        "forms": forms,
        "at": at,
        "my_unit": actor.unit_id,
    }
    return draw(request, "desk/operations/one.html", context, here="desk:operations", status=status)


def _acts(found: looking.Whole, at: Any) -> tuple[Act, ...]:
    """Only what is possible now, for whoever looks."""
    operation = found.operation
    one = {"operation_id": operation.id}
    people = looking.people_of([unit for unit, _name in found.units], at) if "plan" in found.verbs else []
    every = {
        "plan": Act(
            key="plan", words=_("加一步"), done=_("已加上。"), tone="",
            fields=(
                Field(name="title", label=_("做什么")),
                Field(name="unit_id", label=_("哪个单位"), kind=Kind.ID, options="units"),
                Field(name="account_id", label=_("谁"), kind=Kind.ID, options="people", optional=True),
                Field(name="due_at", label=_("什么时候以前"), kind=Kind.MOMENT, optional=True),
                Field(name="photo", label=_("完成时要拍照片"), kind=Kind.TICK),
            ),
            options={
                "units": found.units,
                "people": [("", "—"), *((account, name) for _unit, account, name in people)],
            },
            verb=partial(verbs.add_step, **one),
        ),
        "drop": Act(
            key="drop", words=pgettext_lazy("step", "删去"), tone="danger small", done=_("已删去。"), fields=(_STEP,),
            verb=verbs.drop_step,
        ),
        "announce": Act(
            key="announce", words=_("通知各单位"), done=_("已通知，各单位的手机上看得到。"), fields=(),
            lead=_("通知后，参加的人在手机上看到计划和自己的步骤。"), verb=partial(verbs.announce, **one),
        ),
        "begin": Act(
            key="begin", words=_("开始行动"), done=_("行动开始了。"), fields=(), verb=partial(verbs.begin, **one),
        ),
        "tick": Act(
            key="tick", words=_("完成"), tone="primary small", done=_("已打勾。"),
            fields=(
                _STEP,
                Field(name="note", label=_("备注"), optional=True),
                Field(name="files", label=_("照片"), kind=Kind.FILES, optional=True),
            ),
            verb=_tick,
        ),
        "excuse": Act(
            key="excuse", words=_("没做成"), tone="small", done=_("已写明。"),
            fields=(_STEP, Field(name="reason", label=_("为什么没做成"), hint=_("写进总结。"))),
            verb=verbs.excuse,
        ),
        "note": Act(
            key="note", words=_("记一笔"), tone="", done=_("已记下。"),
            fields=(Field(name="text", label=_("现场情况")),), verb=partial(verbs.write_line, **one),
        ),
        "link": Act(
            key="link", words=_("关联事项"), tone="", done=_("已关联。"),
            fields=(
                Field(name="matter_id", label=_("事项编号"), kind=Kind.MATTER),
                Field(name="came_of_it", label=_("是行动中发现的"), kind=Kind.TICK),
            ),
            verb=partial(verbs.link_matter, **one),
        ),
        "end": Act(
            key="end", words=_("结束行动"), done=_("行动已结束，请写总结。"), fields=(),
            lead=_("每一步要么完成，要么写明为什么没做成。"), verb=partial(verbs.end, **one),
        ),
        "report": Act(
            key="report", words=_("写总结"), done=_("总结已存，可以打印。"),
            fields=(Field(name="summary", label=_("结果"), kind=Kind.TEXT, hint=_("完成情况、没做成的和照片会自动附在后面。")),),
            verb=partial(verbs.report, **one),
        ),
        "change": Act(
            key="change", words=_("改时间和说明"), tone="", done=_("已保存。"),
            fields=(
                Field(name="title", label=_("名称")),
                Field(name="purpose", label=_("目的"), kind=Kind.TEXT),
                Field(name="starts_at", label=_("开始"), kind=Kind.MOMENT),
                Field(name="ends_at", label=_("结束"), kind=Kind.MOMENT),
                Field(name="meet", label=_("集合地点"), optional=True),
            ),
            starts=_starts(operation), verb=partial(verbs.change_operation, **one),
        ),
        "cancel": Act(
            key="cancel", words=_("取消行动"), tone="danger", done=_("已取消，各单位都会看到原因。"),
            fields=(Field(name="reason", label=_("为什么取消")),), verb=partial(verbs.cancel, **one),
        ),
    }  # fmt: skip
    return tuple(act for key, act in every.items() if {"drop": "plan"}.get(key, key) in found.verbs)


def _tick(*, files: list[UUID], **given: Any) -> Any:
    return verbs.tick(file_ids=files, **given)


def _starts(operation: Operation) -> dict[str, str]:
    return {
        "title": operation.title,
        "purpose": operation.purpose,
        "meet": operation.meet,
        "starts_at": f"{timezone.localtime(operation.starts_at):%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(operation.ends_at):%Y-%m-%dT%H:%M}",
    }
