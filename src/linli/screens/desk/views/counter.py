"""The counter 窗口: somebody comes, says who they are and what for, and is found, or registered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.people.homes import place_named
from linli.kernel.people.models import Person
from linli.kernel.people.words import RELATIONS, relation_word
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, Kind, collect, serve

from .. import visit
from ..shell import draw

PURPOSE = Field(name="purpose", label=_("来办什么事"), hint=_("一句话，例如“办老年卡”。居民在手机上看得到。"))
_FIND = Act(
    key="find",
    words=_("查找"),
    fields=(
        PURPOSE,
        Field(name="name", label=_("姓名"), optional=True),
        Field(name="phone", label=_("电话"), optional=True),
        Field(name="identity", label=_("证件号码"), optional=True),
        Field(name="birth_year", label=_("出生年份"), optional=True),
    ),
    verb=verbs.find_persons,
)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def counter_page(request: HttpRequest) -> HttpResponse:
    """The form; what it asked is sent by POST, so that no name and no number comes into an address or a log."""
    require(request.actor, "people.read")
    if request.method != "POST":
        start = QueryDict(mutable=True)
        start["purpose"] = visit.purpose_now(request)
        return _page(request, ActForm(_FIND, start), None)
    given, faults = collect(_FIND.fields, request.POST)
    try:
        if faults:
            raise Invalid(_t("还有地方需要您看一下。"), fields=faults)
        given |= year_of(given)
        found = verbs.find_persons(by=request.actor, at=now(), **given)
    except Refused as refused:
        return _page(request, ActForm(_FIND, request.POST, refused), None, refused.status)
    visit.begin(request, given["purpose"], [match.id for match in found])
    return _page(request, ActForm(_FIND, request.POST), found)


def _page(request: HttpRequest, form: ActForm, found: list[verbs.Match] | None, status: int = 200) -> HttpResponse:
    known = places.labels(match.place_code for match in found or ())
    rows = [(match, known.get(match.place_code, "")) for match in found or ()]
    context = {
        "form": form,
        "rows": rows,
        "asked": found is not None,
        "may_register": holds(request.actor, "people.change"),
    }
    return draw(request, "desk/counter.html", context, here="desk:counter", status=status)


@require_POST
@for_staff
def next_one(request: HttpRequest) -> HttpResponse:
    """The next one comes to an empty form."""
    visit.end(request)
    return HttpResponseRedirect(reverse("desk:counter"), status=303)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def register_page(request: HttpRequest) -> HttpResponse:
    """Somebody who is not in the register, with a household; or who is registered elsewhere and lives here now."""
    actor: Actor = request.actor
    require(actor, "people.read")
    require(actor, "people.change")
    made: list[Person] = []
    response, forms, status = serve(request, _registering(actor, made.append))
    if response:
        purpose = visit.purpose_now(request) or _t("登记")
        visit.begin(request, purpose, [made[0].id])
        return HttpResponseRedirect(reverse("desk:counter_person", args=[made[0].id]), status=303)
    return draw(request, "desk/counter_register.html", {"forms": forms}, here="desk:counter", status=status)


def _registering(actor: Actor, keep: Any) -> tuple[Act, ...]:
    lives = [("new", _t("新的一户")), ("join", _t("与这个地址已登记的一户同住")), ("none", _t("先不登记户"))]
    relations = [(relation, relation_word(relation)) for relation in RELATIONS]
    options = {"lives": lives, "relations": relations}

    def home(prefix: str) -> tuple[Field, ...]:
        return (
            Field(name=f"{prefix}address", label=_("住址"), hint=_("写到门牌，例如：柳湾路12弄3号楼502室。")),
            Field(name=f"{prefix}lives", label=_("和谁住"), kind=Kind.CHOICE, options="lives"),
            Field(name=f"{prefix}relation", label=_("与户主的关系"), kind=Kind.SELECT, options="relations"),
        )

    def registered(**given: Any) -> Person:
        keep(person := _register(verbs.register_person, "", **given))
        return person

    def moved(**given: Any) -> Person:
        given["name"], given["phone"], given["identity"] = (
            given.pop(f"move_{name}", "") for name in ("name", "phone", "identity")
        )
        keep(person := _register(verbs.move_in, "move_", **given))
        return person

    return (
        Act(
            key="register",
            words=_("登记"),
            fields=(
                Field(name="name", label=_("姓名")),
                Field(name="phone", label=_("电话"), optional=True),
                Field(
                    name="identity", label=_("证件号码"), optional=True, hint=_("加密保存，平时只显示头尾几位。")
                ),
                Field(name="birth_year", label=_("出生年份"), optional=True, hint=_("填了证件号码就不用填。")),
                *home(""),
            ),
            options=options,
            starts={"lives": "new", "relation": "head"},
            verb=registered,
            done=_("已登记。"),
        ),
        Act(
            key="move",
            words=_("迁入"),
            lead=_("已经在别处登记过，或在手机上注册时没有写住址的人：姓名和一个号码都对得上，登记就迁到这里。"),
            fields=(
                Field(name="move_name", label=_("姓名")),
                Field(name="move_phone", label=_("电话"), optional=True),
                Field(name="move_identity", label=_("证件号码"), optional=True),
                *home("move_"),
            ),
            options=options,
            starts={"move_lives": "new", "move_relation": "head"},
            tone="",
            verb=moved,
            done=_("已迁入。"),
        ),
    )


def _register(verb: Any, prefix: str, *, by: Actor, at: datetime, **given: Any) -> Person:
    """The verb with its place and household, from what the form said of both."""
    address, lives, relation = (given.pop(f"{prefix}{name}") for name in ("address", "lives", "relation"))
    code = place_named(address, by, field=f"{prefix}address")
    household: dict[str, Any] = {"new_household": lives == "new", **year_of(given)}
    if lives == "join":
        household["household_id"] = _only_household(by, code, f"{prefix}lives")
    try:
        person: Person = verb(by=by, at=at, place_code=code, relation=relation, **household, **given)
    except Invalid as refused:
        fields = {f"{prefix}{name}": sentence for name, sentence in refused.fields.items()}
        raise Invalid(refused.sentence, fields=fields) from None
    return person


def _only_household(by: Actor, code: str, field: str) -> UUID:
    found = queries.households_at(by, code)
    if len(found) != 1:
        sentence = _t("这个地址还没有登记的户。") if not found else _t("这个地址登记了几户，请先不登记户。")
        raise Invalid(sentence, fields={field: sentence})
    return found[0]


def year_of(given: dict[str, Any]) -> dict[str, int]:
    """A year of birth as a number; nothing when it was left empty. Takes it out of `given`."""
    text = str(given.pop("birth_year", ""))
    if not text:
        return {}
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        sentence = _t("出生年份应是四位数字。")
        raise Invalid(sentence, fields={"birth_year": sentence})
    return {"birth_year": int(text)}
