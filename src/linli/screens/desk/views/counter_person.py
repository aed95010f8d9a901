"""One person at the counter: what is kept, masked; one number opened with a reason; corrected, agreed, acted for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused, allows, require
from linli.kernel.clock.now import now
from linli.kernel.displays import verbs as displays
from linli.kernel.people import queries, verbs
from linli.kernel.people.homes import place_named
from linli.kernel.people.words import relation_word
from linli.kernel.places import queries as places
from linli.kernel.things import verbs as things
from linli.kernel.things.models import Why
from linli.kernel.things.queries import agreements
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, Kind, Word, collect, serve
from linli.parts.words import word

from .. import visit
from ..shell import draw
from .counter import PURPOSE, year_of

NUMBERS: tuple[tuple[str, Word], ...] = (("phone", _("电话")), ("identity", _("证件号码")))


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def person_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The card, what can be done with it, and why it is looked at. Each look is written down."""
    actor: Actor = request.actor
    require(actor, "people.read")
    if "purpose" in request.POST:
        return _say_why(request, person_id)
    purpose = visit.purpose_for(request, person_id)
    if not purpose:
        return _ask_why(request, person_id)
    if request.POST.get("act", "").startswith("unmask"):
        return _unmask(request, person_id, purpose)
    if request.POST.get("act") == "household":
        return _household(request, person_id, purpose)
    response, forms, status = serve(request, acts_on(actor, person_id))
    return response or _page(request, person_id, purpose, forms, status)


def _page(
    request: HttpRequest,
    person_id: UUID,
    purpose: str,
    forms: dict[str, ActForm],
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    actor, at = request.actor, now()
    card = verbs.read_person(by=actor, at=at, person_id=person_id, purpose=purpose)
    context: dict[str, Any] = {
        "card": card,
        "place": places.label(card.place_code) if card.place_code else "",
        "purpose": purpose,
        "forms": forms if allows(actor, "people.change", card.place_code) else {},
        "unmask": {field: _unmasking(field, words) for field, words in NUMBERS},
        "plain": {},
        "members": None,
        "consents": queries.consents_of(person_id, by=actor),
        "devices": [
            (one, word("device", one.thing.model), places.label(one.thing.place_code), _why(one))
            for one in agreements.of_person(actor, person_id)
        ],
        "proxies": queries.proxies_of(person_id, by=actor, at=at),
        "may_erase": allows(actor, "people.erase", card.place_code),
        "may_report": allows(actor, "matters.open", card.place_code),
        **shown,
    }
    return draw(request, "desk/counter_person.html", context, here="desk:counter", status=status)


def _why(one: agreements.Mine) -> str:
    return _t(Why(one.why).label) if one.why else ""


def _ask_why(request: HttpRequest, person_id: UUID, refused: Refused | None = None) -> HttpResponse:
    act = Act(key="purpose", words=_("打开"), fields=(PURPOSE,), verb=verbs.read_person)
    form = ActForm(act, request.POST if refused else None, refused)
    return draw(
        request,
        "desk/counter_purpose.html",
        {"form": form},
        here="desk:counter",
        status=refused.status if refused else 200,
    )


def _say_why(request: HttpRequest, person_id: UUID) -> HttpResponse:
    given, faults = collect((PURPOSE,), request.POST)
    if faults:
        return _ask_why(request, person_id, Invalid("", fields=faults))
    visit.begin(request, given["purpose"], [person_id])
    return HttpResponseRedirect(request.path, status=303)


def _unmasking(field: str, words: Word, data: Any = None, refused: Refused | None = None) -> ActForm:
    act = Act(
        key=f"unmask_{field}",
        words=_("看完整的"),
        tone="small",
        fields=(Field(name=f"reason_{field}", label=_("为什么要看"), hint=_("理由和您的姓名，居民都看得到。")),),
        verb=verbs.unmask,
    )
    return ActForm(act, data, refused)


def _unmask(request: HttpRequest, person_id: UUID, purpose: str) -> HttpResponse:
    """One number, in this one answer. Nothing of it goes into a session, a message or an address."""
    field = request.POST["act"].removeprefix("unmask_")
    forms = {act.key: ActForm(act) for act in acts_on(request.actor, person_id)}
    reason = request.POST.get(f"reason_{field}", "")
    try:
        plain = verbs.unmask(by=request.actor, at=now(), person_id=person_id, field=field, reason=reason)
    except Invalid as refused:
        told = Invalid(refused.sentence, fields={f"reason_{field}": refused.sentence})
        unmask = {name: _unmasking(name, words) for name, words in NUMBERS}
        if field in unmask:
            unmask[field] = _unmasking(field, "", request.POST, told)
        return _page(request, person_id, purpose, forms, told.status, unmask=unmask)
    return _page(request, person_id, purpose, forms, plain={field: plain})


def _household(request: HttpRequest, person_id: UUID, purpose: str) -> HttpResponse:
    members = verbs.read_household(by=request.actor, at=now(), person_id=person_id, purpose=purpose)
    visit.admit(request, *(member.person_id for member in members))
    told = [(member, relation_word(member.relation)) for member in members]
    forms = {act.key: ActForm(act) for act in acts_on(request.actor, person_id)}
    return _page(request, person_id, purpose, forms, members=told)


def acts_on(actor: Actor, person_id: UUID) -> tuple[Act, ...]:
    """What the counter can change about a person. The verbs decide whether it may."""
    theirs = {"person_id": person_id}
    purpose = Field(name="consent", label="", kind=Kind.HIDDEN)

    def agree(verb: Any, *, by: Actor, at: datetime, consent: str) -> Any:
        return verb(by=by, at=at, purpose=consent, **theirs)

    return (
        Act(
            key="correct",
            words=_("更正"),
            lead=_("只填要改的；空着的不变。改了手机号，以后用新号码登录。"),
            done=_("已更正。"),
            fields=(
                Field(name="name", label=_("姓名"), optional=True),
                Field(name="phone", label=_("电话"), optional=True),
                Field(name="identity", label=_("证件号码"), optional=True),
                Field(name="birth_year", label=_("出生年份"), optional=True),
                Field(name="address", label=_("住址"), optional=True),
                Field(name="no_phone", label=_("不再留电话"), kind=Kind.TICK),
            ),
            verb=partial(_correct, person_id),
        ),
        Act(
            key="give",
            words=_("登记同意"),
            lead=_("请先把上面这句话念给本人听，本人同意再登记。"),
            tone="small",
            fields=(purpose,),
            verb=partial(agree, verbs.give_consent),
            done=_("已登记。请本人在纸质同意书上签字。"),
        ),
        Act(
            key="withdraw",
            words=_("收回同意"),
            lead=_("收回以后马上生效；反映的事照样办理。"),
            tone="small",
            fields=(purpose,),
            verb=partial(agree, verbs.withdraw_consent),
            done=_("已收回，马上生效。"),
        ),
        Act(
            key="device",
            words=_("收回对设备的同意"),
            lead=_("设备马上停用，密钥作废，它记录过的全部消除，找不回来。不用问理由。"),
            tone="small",
            fields=(Field(name="signature_id", label="", kind=Kind.HIDDEN_ID),),
            verb=things.withdraw,
            tells=lambda stopped: (
                _t("已收回。设备已停用，它记录过的已全部消除。") if stopped else _t("已收回，马上生效。")
            ),
        ),
        Act(
            key="proxy",
            words=_("指定代办人"),
            lead=_("代办人要已经登记，姓名和电话都对得上。只能替本人反映、答复、评价，看不到本人的登记信息。"),
            done=_("已指定。"),
            fields=(
                Field(name="agent_name", label=_("代办人姓名")),
                Field(name="agent_phone", label=_("代办人电话")),
                Field(name="until", label=_("到哪一天"), kind=Kind.DATE, hint=_("最长一年，随时可以撤销。")),
            ),
            starts={"until": (timezone.localdate() + timedelta(days=90)).isoformat()},
            verb=partial(_name_proxy, person_id),
        ),
        Act(
            key="tv",
            words=_("绑定电视"),
            lead=_("请先告诉本人：电视上会显示本人的姓名和用本名反映的事，看电视的人都看得到；随时可以解绑。"),
            done=_("已绑定，电视上几秒钟内开始显示。"),
            fields=(
                Field(name="code", label=_("电视上的码"), hint=_("本人或家人在家看着电视，把码念给您。")),
                Field(name="tv_name", label=_("给电视起个名字"), optional=True, hint=_("不填就叫“家里的电视”。")),
            ),
            verb=partial(_bind_tv, person_id),
        ),
        Act(
            key="end_proxy",
            words=_("撤销"),
            tone="small",
            fields=(Field(name="proxy_id", label="", kind=Kind.HIDDEN_ID),),
            verb=verbs.end_proxy,
            done=_("已撤销代办。"),
        ),
    )


def _correct(person_id: UUID, *, by: Actor, at: datetime, no_phone: bool, **given: Any) -> Any:
    changes: dict[str, Any] = {name: given[name] for name in ("name", "phone", "identity") if given.get(name)}
    changes |= year_of(given)
    if no_phone:
        changes["phone"] = ""
    if given.get("address"):
        changes["place_code"] = place_named(given["address"], by, field="address")
    if not changes:
        sentence = _t("没有填写要更正的内容。")
        raise Invalid(sentence, fields={"name": sentence})
    return verbs.correct_person(by=by, at=at, person_id=person_id, **changes)


def _bind_tv(person_id: UUID, *, by: Actor, at: datetime, code: str, tv_name: str = "") -> Any:
    return displays.bind_tv_for(by=by, at=at, person_id=person_id, code=code, name=tv_name)


def _name_proxy(person_id: UUID, *, by: Actor, at: datetime, agent_name: str, agent_phone: str, until: date) -> Any:
    """Until the end of a day, as people mean it."""
    ends = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min))
    try:
        return verbs.name_proxy(by=by, at=at, person_id=person_id, name=agent_name, phone=agent_phone, until=ends)
    except Invalid as refused:
        here = {"name": "agent_name", "phone": "agent_phone", "until": "until"}
        fields = {here[name]: sentence for name, sentence in refused.fields.items()}
        raise Invalid(refused.sentence, fields=fields) from None


def back_to(person_id: UUID) -> str:
    return reverse("desk:counter_person", args=[person_id])
