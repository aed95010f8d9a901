"""业委会: supported on the desk, read by residents of the neighbourhood on the phone."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_residents, for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import founding, verbs
from ..models import Owners, OwnersRecord, OwnersTerm, RecordKind, Seat
from ..queries import owners as q
from ..verbs.common import day_of
from .parts import (
    WORDS,
    area,
    choices,
    day,
    hidden,
    hidden_number,
    home_of,
    line,
    lines,
    on_phone,
    pick,
    text,
    whose,
    with_number,
)

HERE = "party_building:owners"
_SEATS = {"主任": Seat.CHAIR, "副主任": Seat.VICE, "委员": Seat.MEMBER, "候补委员": Seat.ALTERNATE}


@require_http_methods(["GET", "POST"])
@for_staff
def listing(request: HttpRequest) -> HttpResponse:
    """Which committees we support and what presses: founding, terms near their end, terms that are over."""
    actor: Actor = request.actor
    require(actor, "party.read")
    response, forms, status = serve(request, _new(actor))
    if response:
        return response
    rows = q.rows(actor, now())
    context: dict[str, Any] = {
        **WORDS,
        "rows": rows,
        "labels": places.labels({row.owners.place_code for row in rows}),
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/owners.html", context, here=HERE, status=status)


def _new(actor: Actor) -> tuple[Act, ...]:
    organisations = whose(actor)
    if not organisations:
        return ()
    return (
        Act(
            key="support", words=_("登记小区"), done=_("已登记，从第一步做起。"), verb=partial(_support, actor),
            fields=(
                pick("organisation_id", _("哪个组织指导"), "whose", Kind.ID), line("name", _("小区业主大会的名称")),
                line("place_code", _("哪个小区"), hint=_("名字或代码。")),
            ),
            options={"whose": organisations}, starts={"organisation_id": str(organisations[0][0])},
        ),
    )  # fmt: skip


def _support(actor: Actor, *, place_code: str, **given: Any) -> Owners:
    return verbs.support_owners(place_code=place_named(place_code, actor, field="place_code"), **given)


@require_http_methods(["GET", "POST"])
@for_staff
def one(request: HttpRequest, owners_id: UUID) -> HttpResponse:
    """One committee: steps with what the law asks, the term and who sits, records, what is to be handed over."""
    found = q.whole(request.actor, owners_id, now())
    response, forms, status = serve(request, _acts(found))
    if response:
        return response
    context = {**_told(found), "forms": forms, "upcoming": found.upcoming}
    return draw("desk", request, "party_building/desk/owners_one.html", context, here=HERE, status=status)


def _told(found: q.Whole) -> dict[str, Any]:
    return {
        **WORDS,
        "w": found,
        "owners": found.owners,
        "place": places.label(found.owners.place_code),
        "items": founding.ITEMS,
        "area": lambda hundredths: f"{hundredths / 100:,.2f}",
    }


def _acts(found: q.Whole) -> tuple[Act, ...]:
    mine: dict[str, Any] = {"owners_id": found.owners.id}
    today = day_of(now()).isoformat()
    acts = [_elect(mine, found), *_records(mine, today)]
    if (upcoming := found.upcoming) and (found.row.term is None or found.founded):
        acts.append(
            Act(
                key="step", words=_("登记这一步"), done=_("已登记。"), verb=partial(verbs.take_step, kind=upcoming.step.key, **mine),
                fields=(day("on", _("哪一天")), line("note", _("说明"), optional=True)), starts={"on": today},
            )
        )  # fmt: skip
    if found.row.term:
        term: dict[str, Any] = {"term_id": found.row.term.id}
        if found.row.term.filed_on is None:
            acts.append(
                Act(
                    key="file",
                    words=_("登记备案"),
                    done=_("已登记。"),
                    verb=partial(verbs.file_term, **term),
                    fields=(day("on", _("哪一天")),),
                )
            )
        acts.append(
            Act(
                key="leave", words=_("不再担任"), done=_("已登记。"), tone="", verb=with_number(verbs.leave_committee, "member_id"),
                fields=(hidden_number("member_id"), day("on", _("从哪天")), line("reason", _("原因"))), starts={"on": today},
            )
        )  # fmt: skip
    if found.over and found.over.missing:
        acts.append(
            Act(
                key="hand", words=_("登记移交"), done=_("已登记。"), verb=partial(verbs.hand_over, term_id=found.over.term.id),
                fields=(
                    pick("what", _("移交什么"), "what"), day("on", _("哪一天")), line("received_by", _("谁接收")), line("note", _("清单或说明"), optional=True),
                ),
                options={"what": [pair for pair in choices("handed") if pair[0] in found.over.missing]}, starts={"on": today},
            )
        )  # fmt: skip
    return tuple(acts)


def _elect(mine: dict[str, Any], found: q.Whole) -> Act:
    return Act(
        key="elect", words=_("登记选举结果") if found.row.term is None else _("登记换届结果"), done=_("已登记，上一届结束。") if found.row.term else _("已登记。"),
        verb=partial(_elected, **mine), lead=_("选举在别处进行，这里只记结果。"),
        fields=(
            day("elected_on", _("选举日期")), day("ends_on", _("任期到"), hint=_("最长五年。")),
            text("members", _("委员"), hint=_("一行一位：职务 姓名，例如“主任 王芳”。职务有主任、副主任、委员、候补委员。")),
        ),
    )  # fmt: skip


def _records(mine: dict[str, Any], today: str) -> tuple[Act, ...]:
    kinds = [pair for pair in choices("record") if pair[0] != RecordKind.RESULT]
    publish = Field(name="publish", label=_("马上公布给本居村居民"), kind=Kind.TICK, hint=_("公布以后不能再改。"))
    keep = Act(
        key="keep", words=_("记一条"), done=_("已记下。"), verb=partial(verbs.keep_record, **mine),
        fields=(pick("kind", _("哪一种"), "kinds"), line("title", _("标题")), day("on", _("哪一天")), text("text", _("内容")), publish),
        options={"kinds": kinds}, starts={"on": today},
    )  # fmt: skip
    numbers = (
        ("area_all", _("全体业主专有部分面积（㎡）")), ("area_in", _("参与表决的面积（㎡）")), ("area_for", _("同意的面积（㎡）")),
        ("heads_all", _("全体业主人数")), ("heads_in", _("参与表决的人数")), ("heads_for", _("同意的人数")),
    )  # fmt: skip
    result = Act(
        key="result", words=_("记表决结果"), done=_("已记下。"), verb=partial(_result, **mine), lead=_("按民法典第二百七十八条算是否通过；不投票不算参与。"),
        fields=(
            pick("item", _("什么事项"), "items"), line("title", _("标题")), day("on", _("哪一天")),
            *(Field(name=name, label=label, kind=Kind.NUMBER) for name, label in numbers), text("text", _("说明"), optional=True), publish,
        ),
        options={"items": [(str(n), f"{n}. {words}") for n, words in founding.ITEMS.items()]}, starts={"on": today},
    )  # fmt: skip
    out = Act(
        key="publish",
        words=_("公布"),
        done=_("已公布，本居村居民看得到。"),
        verb=verbs.publish_record,
        fields=(hidden("record_id"),),
    )
    return (keep, result, out)


def _elected(*, members: str, **given: Any) -> OwnersTerm:
    seats = []
    for written in lines(members):
        position, _space, name = written.partition(" ")
        seat = _SEATS.get(position) or next((seat for seat in Seat if str(seat.label) == position), None)
        if seat is None or not name.strip():
            sentence = _t("“%(line)s”请写成“职务 姓名”。") % {"line": written[:40]}
            raise Invalid(sentence, fields={"members": sentence})
        seats.append((name.strip(), seat.value))
    return verbs.elect_owners(members=seats, **given)


def _result(*, item: str, **given: Any) -> OwnersRecord:
    numbers: dict[str, int] = {"item": int(item) if item.isdecimal() else 0}
    for name in ("area_all", "area_in", "area_for"):
        numbers[name] = area(given.pop(name), name)
    for name in ("heads_all", "heads_in", "heads_for"):
        value = given.pop(name)
        if value != int(value) or value > 10**6:
            sentence = _t("请填写整数。")
            raise Invalid(sentence, fields={name: sentence})
        numbers[name] = int(value)
    return verbs.keep_record(kind=RecordKind.RESULT, counted=founding.Counted(**numbers), **given)


@require_GET
@never_cache
@for_residents
def at_home(request: HttpRequest) -> HttpResponse:
    """The committees of my neighbourhood, my own compound first."""
    home = home_of(request.actor)
    rows = q.at_home(home, now()) if len(home) >= 12 else []
    context = {"rows": rows, "home": home, "labels": places.labels({row.owners.place_code for row in rows})}
    return on_phone(request, "party_building/phone/owners.html", context, here="home", refused=None)


@require_GET
@never_cache
@for_residents
def posted(request: HttpRequest, owners_id: UUID) -> HttpResponse:
    """One committee as it was posted for the owners. Raises NotFound."""
    found = q.posted(home_of(request.actor), owners_id, now())
    return on_phone(request, "party_building/phone/owners_one.html", _told(found), here="home", refused=None)
