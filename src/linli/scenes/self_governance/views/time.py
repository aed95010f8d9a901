"""时间银行 on the phone: what is saved, help asked for and offered, time given; on the desk: disputes, grants, inheritance."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, holds
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.parts.doing import done
from linli.parts.doors import for_residents, for_staff
from linli.parts.office import Act, Field, Kind, serve

from .. import kinds, verbs
from ..queries import helping
from ..verbs.giving import named_person
from .common import draw, uuid_in


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def bank(request: HttpRequest) -> HttpResponse:
    """My saved time; what I asked for; whom I could help."""
    doings = {
        "ask": _ask, "offer": _offer, "choose": _choose, "done": _done, "cancel": _cancel, "give": _give,
    }  # fmt: skip
    response, refused = done(request, doings, reverse("self_governance:bank"))
    if response:
        return response
    at, actor = now(), request.actor
    context = {
        "m": helping.mine(actor),
        "matches": helping.matches(actor, at=at),
        "fund": helping.fund_near(actor),
        "kinds": [(one.name, str(one.word)) for one in kinds.KINDS.values()],
        "refused": refused,
        "refused_act": request.POST.get("act", "") if refused else "",
        "typed": request.POST,
        "key": request.POST.get("key") or uuid4(),
        "at": at,
    }
    return draw("phone", request, "phone/bank.html", context, status=refused.status if refused else 200)


def _ask(request: HttpRequest) -> str:
    starts, ends = _moment(request, "starts_at"), _moment(request, "ends_at")
    verbs.ask_help(
        by=request.actor, at=now(), kind=request.POST.get("kind", ""), what=request.POST.get("what", ""), starts_at=starts,
        ends_at=ends, minutes=_minutes(request),
    )  # fmt: skip
    return _("已发出。附近有空的邻居会看到，但看不到您的姓名和门牌。")


def _offer(request: HttpRequest) -> str:
    verbs.offer_help(by=request.actor, at=now(), request_id=uuid_in(request, "request"))
    return _("已告诉对方您能帮，等对方选定。")


def _choose(request: HttpRequest) -> str:
    verbs.choose_helper(
        by=request.actor, at=now(), request_id=uuid_in(request, "request"), person_id=uuid_in(request, "person")
    )
    return _("约好了。做完以后，请各自说明做了多少分钟。")


def _done(request: HttpRequest) -> str:
    found = verbs.say_done(
        by=request.actor, at=now(), request_id=uuid_in(request, "request"), minutes=_minutes(request)
    )
    if found.state == "disputed":
        return _("两边说的不一样，由居委会另请一个人决定。")
    return _("两边都确认了，时间已经转过去。") if found.state == "done" else _("已记下，等对方确认。")


def _cancel(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "")
    verbs.cancel_help(by=request.actor, at=now(), request_id=uuid_in(request, "request"), reason=reason)
    return _("已取消。")


def _give(request: HttpRequest) -> str:
    given = verbs.give_time(
        by=request.actor, at=now(), key=uuid_in(request, "key"), minutes=_minutes(request),
        name=request.POST.get("name", ""), phone=request.POST.get("phone", ""),
    )  # fmt: skip
    return _("已送出 %(n)d 分钟。") % {"n": given.amount}


def _minutes(request: HttpRequest) -> int:
    text = request.POST.get("minutes", "").strip()
    if not (text.isdecimal() and len(text) < 7):
        words = _("请填写整数分钟。")
        raise Invalid(words, fields={"minutes": words})
    return int(text)


def _moment(request: HttpRequest, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        words = _("请选择时间。")
        raise Invalid(words, fields={name: words}) from None
    if not 1900 <= moment.year <= 2200:
        words = _("请选择时间。")
        raise Invalid(words, fields={name: words})
    return moment if moment.tzinfo else timezone.make_aware(moment)


@require_http_methods(["GET", "POST"])
@for_staff
def disputes(request: HttpRequest) -> HttpResponse:
    """Where two say different minutes, a third decides; time is granted and inherited here."""
    actor: Actor = request.actor
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    rows = helping.disputes(actor)
    funds = helping.funds(actor)
    context = {
        "rows": rows,
        "funds": funds,
        "labels": places.labels({*(one.place_code for one in rows), *(one.account.place_code for one in funds)}),
        "ledgers": holds(actor, "points.read"),
        "forms": forms,
    }
    return draw("desk", request, "desk/bank.html", context, here="self_governance:disputes", status=status)


def _acts(actor: Actor) -> tuple[Act, ...]:
    acts: list[Act] = []
    if holds(actor, "volunteering.review"):
        acts += [_deciding(), _inheriting(actor)]
    if holds(actor, "volunteering.organise"):
        acts.append(_granting_to(actor))
    return tuple(acts)


def _deciding() -> Act:
    return Act(
        key="decide", words=gettext_lazy("决定"), tone="primary small", done=gettext_lazy("已决定，两个人都会看到理由。"),
        fields=(
            Field(name="request_id", label="", kind=Kind.HIDDEN_ID),
            Field(name="minutes", label=gettext_lazy("转多少分钟"), kind=Kind.NUMBER),
            Field(name="reason", label=gettext_lazy("理由"), hint=gettext_lazy("写给两个人看。")),
        ),
        verb=_decided,
    )  # fmt: skip


def _inheriting(actor: Actor) -> Act:
    who = gettext_lazy("和登记的一样。")
    return Act(
        key="inherit", words=gettext_lazy("继承"), tone="", done=gettext_lazy("已转给继承人。"),
        lead=gettext_lazy("存下的时间全部转给一位继承人，要有法律依据和写明编号的文件。"),
        fields=(
            Field(name="source_name", label=gettext_lazy("谁存下的（姓名）")),
            Field(name="source_phone", label=gettext_lazy("这个人登记的手机号"), hint=who),
            Field(name="heir_name", label=gettext_lazy("继承人的姓名")),
            Field(name="heir_phone", label=gettext_lazy("继承人的手机号"), hint=who),
            Field(name="basis", label=gettext_lazy("法律依据"), hint=gettext_lazy("例如：民法典第一千一百二十七条。")),
            Field(name="paper", label=gettext_lazy("文件和编号"), hint=gettext_lazy("公证书、判决书或协议的编号。")),
        ),
        tells=lambda made: _("已把 %(n)d 分钟转给继承人。") % {"n": made.amount}, verb=partial(_inherited, actor),
    )  # fmt: skip


def _inherited(
    actor: Actor, *, source_name: str, source_phone: str, heir_name: str, heir_phone: str, **given: Any
) -> Any:
    source = named_person(actor, source_name, source_phone, field="source_phone", at=now())
    heir = named_person(actor, heir_name, heir_phone, field="heir_phone", at=now())
    return verbs.inherit_time(source_person_id=source, heir_id=heir, **given)


def _granting_to(actor: Actor) -> Act:
    return Act(
        key="grant", words=gettext_lazy("发放给独居老人"), tone="", done=gettext_lazy("已从社区公益池发放。"),
        lead=gettext_lazy("只给独居的老人，从邻居捐的时间里出。"),
        fields=(
            Field(name="name", label=gettext_lazy("老人的姓名")),
            Field(name="phone", label=gettext_lazy("登记的手机号")),
            Field(name="minutes", label=gettext_lazy("分钟"), kind=Kind.NUMBER),
            Field(name="reason", label=gettext_lazy("理由")),
        ),
        verb=partial(_granted_to, actor),
    )  # fmt: skip


def _granted_to(actor: Actor, *, name: str, phone: str, minutes: float, **given: Any) -> Any:
    person = named_person(actor, name, phone, field="phone", at=now())
    return verbs.grant_time(person_id=person, minutes=int(minutes), **given)


def _decided(*, minutes: float, **given: Any) -> Any:
    return verbs.decide_help(minutes=int(minutes), **given)


def granting(person_id: Any) -> Act:
    """For a volunteer's page: time of the community's fund for who is old and lives alone."""
    return Act(
        key="grant", words=gettext_lazy("发放时间"), tone="", done=gettext_lazy("已从社区公益池发放。"),
        fields=(
            Field(name="minutes", label=gettext_lazy("分钟"), kind=Kind.NUMBER),
            Field(name="reason", label=gettext_lazy("理由")),
        ),
        lead=gettext_lazy("只给独居的老人，从邻居捐的时间里出。"), verb=partial(_granted, person_id),
    )  # fmt: skip


def _granted(person_id: Any, *, minutes: float, **given: Any) -> Any:
    return verbs.grant_time(person_id=person_id, minutes=int(minutes), **given)
