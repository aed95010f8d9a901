"""党组织和党员 on the desk: the tree with elections and letters, one organisation with its committee and roll, the import."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.jinja import address
from linli.parts.office import Act, Kind, serve

from .. import exchange, rules, verbs
from ..models import Kind as OrganisationKind
from ..models import Organisation
from ..queries import dues as dues_of
from ..queries import organisations as q
from ..verbs.common import day_of
from ..verbs.members import BRANCH_MOST
from .parts import WORDS, choices, day, hidden, line, pick

HERE = "party_building:organisations"
_LARGEST = 5 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@for_staff
def tree(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    require(actor, "party.read")
    response, forms, status = serve(request, _tree_acts(actor, at))
    if response:
        return response
    rows = q.tree(actor, at)
    context: dict[str, Any] = {
        **WORDS,
        "rows": rows,
        "figures": dues_of.sums(actor, timezone.localdate(at).replace(day=1)),
        "due": q.elections_due(actor, at),
        "letters": q.letters(actor)[:30],
        "labels": places.labels({row.organisation.place_code for row in rows}),
        "forms": forms,
        "today": day_of(at),
    }
    return draw("desk", request, "party_building/desk/organisations.html", context, here=HERE, status=status)


def _tree_acts(actor: Actor, at: Any) -> tuple[Act, ...]:
    if not holds(actor, "party.organise"):
        return ()
    above = [
        (row.organisation.id, row.organisation.name)
        for row in q.tree(actor, at)
        if row.organisation.kind != "group"
    ]
    return (
        Act(
            key="found", words=_("新建党组织"), done=_("党组织已建立，它的书记岗位可以任命了。"), verb=partial(_found, actor),
            fields=(
                pick("parent_id", _("上级党组织"), "above", Kind.ID), pick("kind", _("类型"), "kinds"),
                line("name", _("名称"), hint=_("写全称，例如：听潮里第一党支部。")),
                line("place_code", _("所在地点"), hint=_("街镇、居村的名字或代码。")),
                day("founded_on", _("成立日期"), optional=True),
            ),
            options={"above": above, "kinds": choices("kind")},
        ),
        Act(
            key="put_off", words=_("批准延期换届"), done=_("已批准延期。"), verb=verbs.put_off_election,
            fields=(hidden("term_id"), day("until", _("延期到")), line("reason", _("原因"))),
        ),
        Act(
            key="receive", words=_("接收"), done=_("组织关系已接收。"), verb=verbs.receive, fields=(hidden("transfer_id"),),
        ),
        Act(
            key="send_back", words=_("退回"), done=_("介绍信已退回。"), verb=verbs.send_back, tone="",
            fields=(hidden("transfer_id"), line("reason", _("原因"))),
        ),
        Act(
            key="take_back", words=_("撤回"), done=_("介绍信已撤回。"), verb=verbs.take_back, tone="",
            fields=(hidden("transfer_id"), line("reason", _("原因"))),
        ),
    )  # fmt: skip


def _found(actor: Actor, *, place_code: str, **given: Any) -> Any:
    return verbs.found_organisation(place_code=place_named(place_code, actor, field="place_code"), **given)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    at = now()
    found = q.organisation(actor, organisation_id)
    acts = _acts(found, actor, at, roll=request.GET.get("roll") == "1" or request.method == "POST")
    keep = {"roll": "1"} if request.GET.get("roll") == "1" else None
    response, forms, status = serve(request, acts, keep=keep)
    if response:
        return response
    term, seats = q.committee(found)
    roll = None
    if found.kind == OrganisationKind.BRANCH and request.GET.get("roll") == "1":
        roll = verbs.read_roll(by=actor, at=at, branch_id=found.id, purpose=_t("查看名册"))
    context: dict[str, Any] = {
        **WORDS,
        "organisation": found,
        "place": places.label(found.place_code),
        "term": term,
        "seats": seats,
        "row": next((row for row in q.tree(actor, at) if row.organisation.id == found.id), None),
        "roll": roll,
        "most": BRANCH_MOST,
        "forms": forms,
        "today": day_of(at),
    }
    return draw("desk", request, "party_building/desk/organisation.html", context, here=HERE, status=status)


def _acts(found: Organisation, actor: Actor, at: Any, *, roll: bool) -> tuple[Act, ...]:
    acts: list[Act] = []
    if found.kind == OrganisationKind.BRANCH and holds(actor, "party.change"):
        groups = list(found.children.filter(dissolved_on=None).values_list("id", "name"))
        acts.append(
            Act(
                key="register", words=_("登记党员"), done=_("已登记。"), verb=partial(_register, found.id),
                lead=_("党员身份是敏感信息：姓名和号码加密保存，每次查看都会记下来。"),
                fields=(
                    line("name", _("姓名")), line("identity", _("证件号码")), line("phone", _("手机号"), optional=True),
                    pick("stage", _("发展阶段"), "stages"), day("since", _("进入这一阶段的日期")),
                    pick("group_id", _("党小组"), "groups", Kind.ID, optional=True),
                ),
                options={"stages": choices("stage"), "groups": groups},
            )
        )  # fmt: skip
    if roll and found.kind == OrganisationKind.BRANCH and holds(actor, "party.organise"):
        people = q.full_members(found)
        acts.append(
            Act(
                key="elect", words=_("登记换届选举"), done=_("新一届委员会已登记。"), verb=partial(_elect, found.id),
                fields=(
                    day("elected_on", _("选举日期")), pick("secretary", _("书记"), "people", Kind.ID),
                    pick("organiser", _("组织委员"), "people", Kind.ID, optional=True),
                    pick("publicist", _("宣传委员"), "people", Kind.ID, optional=True),
                    pick("discipline", _("纪检委员"), "people", Kind.ID, optional=True),
                ),
                options={"people": people},
            )
        )  # fmt: skip
    if holds(actor, "party.organise"):
        acts.append(
            Act(
                key="dissolve", words=_("撤销"), done=_("党组织已撤销。"), tone="", verb=partial(verbs.dissolve_organisation, organisation_id=found.id),
                lead=_("由上级党组织撤销；下面没有党组织和党员时才行。"), fields=(line("reason", _("原因")),),
            )
        )  # fmt: skip
    return tuple(acts)


def _register(branch_id: UUID, **given: Any) -> Any:
    return verbs.register_member(branch_id=branch_id, **given)


def _elect(organisation_id: UUID, *, secretary: UUID, **given: Any) -> Any:
    named = {"organiser": "organisation", "publicist": "publicity", "discipline": "discipline"}
    offices = [(secretary, "secretary")]
    offices += [(given.pop(field), position) for field, position in named.items() if given.get(field)]
    return verbs.elect(
        organisation_id=organisation_id, offices=offices, **{k: v for k, v in given.items() if k not in named}
    )


@require_http_methods(["GET", "POST"])
@for_staff
def take_in(request: HttpRequest) -> HttpResponse:
    """Members from a spreadsheet: tried first, then kept; each refused line with its reason."""
    actor: Actor = request.actor
    require(actor, "party.change")
    report, refused, trial = None, None, True
    if request.method == "POST":
        trial = request.POST.get("keep") != "1"
        sent = request.FILES.get("file")
        try:
            if sent is None or sent.size is None or sent.size > _LARGEST:
                sentence = _t("请选择一个表格文件，最大 5 MB。")
                raise Invalid(sentence, fields={"file": sentence})
            report = exchange.take_in(sent.read(), by=actor, at=now(), dry_run=trial)
        except Refused as found:
            refused = found
        if report is not None and not trial and not report.refused:
            messages.success(request, _t("已登记 %(n)d 位党员。") % {"n": report.accepted})
            return HttpResponseRedirect(address(HERE), status=303)
    context = {
        **WORDS, "report": report, "refused": refused, "trial": trial,
        "columns": [names[0] for names in exchange.COLUMNS.values()], "needed": [exchange.COLUMNS[name][0] for name in exchange.NEEDED],
        "stages": [label for _value, label in choices("stage")], "adult": rules.ADULT,
    }  # fmt: skip
    status = refused.status if refused else 200
    return draw("desk", request, "party_building/desk/import.html", context, here=HERE, status=status)
