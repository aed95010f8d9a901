"""One member on the desk: read for a purpose and written down, numbers masked, stages, transfer, dues."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor
from linli.kernel.clock.now import now
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import rules, verbs
from ..models import ORDER, Member, Stage
from ..queries import organisations as q
from ..verbs.common import day_of
from .parts import WORDS, choices, day, fen, first_of, line, pick, text

HERE = "party_building:organisations"


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, member_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    read = verbs.read_member(by=actor, at=at, member_id=member_id, purpose=_t("查看党员登记"))
    response, forms, status = serve(request, _acts(read.member))
    if response:
        return response
    following = ORDER[ORDER.index(Stage(read.member.stage)) + 1 :][:1]
    context: dict[str, Any] = {
        **WORDS,
        "member": read.member,
        "card": read.card,
        "entries": read.entries,
        "transfers": read.transfers,
        "next_stage": following[0] if following else "",
        "earliest": read.member.probation_until or rules.earliest(read.member.stage, read.member.stage_since),
        "source": rules.LEAST[read.member.stage].source if read.member.stage in rules.LEAST else "",
        "forms": forms,
        "today": day_of(at),
    }
    return draw("desk", request, "party_building/desk/member.html", context, here=HERE, status=status)


def _acts(member: Member) -> tuple[Act, ...]:
    if member.gone_on is not None:
        return ()
    following = ORDER[ORDER.index(Stage(member.stage)) + 1 :][:1]
    acts: list[Act] = [
        Act(
            key="unmask", words=_("看完整号码"), tells=lambda value: str(value), verb=partial(verbs.unmask_member, member_id=member.id),
            lead=_("会记下是谁、为什么，本人看得到。"),
            fields=(pick("field", _("哪一项"), "fields"), line("reason", _("原因"))),
            options={"fields": [("phone", _t("手机号")), ("identity", _t("证件号码"))]},
        ),
        Act(
            key="transfer", words=_("开组织关系介绍信"), done=_("介绍信已开出；对方接收以前，他还在本支部。"),
            verb=partial(_transfer, member.id),
            fields=(
                pick("to_branch_id", _("转到哪个支部"), "branches", Kind.ID, optional=True),
                line("to_outside", _("或系统外的党组织"), optional=True), line("why", _("原因")),
                Field(name="days", label=_("有效期（天）"), kind=Kind.NUMBER, hint=_("一般 30 天，最长 90 天。")),
            ),
            options={"branches": [(pk, name) for pk, name in q.everywhere() if pk != member.branch_id]}, starts={"days": rules.LETTER_USUAL},
        ),
        Act(
            key="base", words=_("登记党费计算基数"), done=_("已登记。"), verb=partial(_base, member.id),
            fields=(
                pick("category", _("类别"), "categories"), Field(name="base", label=_("每月基数（元）"), kind=Kind.NUMBER),
                day("since", _("从哪个月起")),
            ),
            options={"categories": choices("category")},
        ),
        Act(
            key="correct", words=_("更正姓名或手机号"), done=_("已更正。"), verb=partial(verbs.correct_member, member_id=member.id),
            fields=(line("name", _("姓名"), optional=True), line("phone", _("手机号"), optional=True)),
        ),
        Act(
            key="end", words=_("结束党员关系"), done=_("已登记。"), tone="", verb=partial(verbs.end_membership, member_id=member.id),
            fields=(pick("gone", _("情形"), "gone"), day("on", _("日期")), text("reason", _("依据"))),
            options={"gone": [pair for pair in choices("gone") if pair[0] != "moved"]},
        ),
    ]  # fmt: skip
    if following:
        acts.insert(0, Act(
            key="stage", words=_("进入下一阶段"), done=_("已登记。"), verb=partial(verbs.enter_stage, member_id=member.id, stage=following[0].value),
            fields=(day("since", _("日期")), line("resolution", _("会议决议或上级批复"))),
        ))  # fmt: skip
    if member.stage == Stage.PROBATIONARY:
        acts.insert(1, Act(
            key="extend", words=_("延长预备期"), done=_("已登记。"), tone="", verb=partial(verbs.extend_probation, member_id=member.id),
            fields=(day("until", _("延长到")), line("reason", _("原因"))),
        ))  # fmt: skip
    return tuple(acts)


def _transfer(member_id: UUID, *, days: float, **given: Any) -> Any:
    return verbs.open_transfer(member_id=member_id, days=int(days), **given)


def _base(member_id: UUID, *, base: float, since: Any, **given: Any) -> Any:
    return verbs.declare_base(member_id=member_id, base=fen(base, "base"), since=first_of(since), **given)
