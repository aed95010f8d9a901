"""要一张表: the table is put together from elements that are known already; what an open table asks is not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.declare import Type
from linli.kernel.declare.elements import CHOSEN
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.registers.defined import Defined, elements_at
from linli.kernel.reports import verbs, words
from linli.kernel.reports.columns import COUNTED, LISTED, Column, Cond, Kind, Op, Table
from linli.parts.doors import for_staff

from ...shell import draw

HERE = "desk:reports"
ROWS = 6
ABOUTS = ("person", "household", "place")


@require_http_methods(["GET", "POST"])
@for_staff
def new_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    refusal: Refused | None = None
    data = request.POST if request.method == "POST" else request.GET
    listed, about = data.get("listed", "1") == "1", data.get("about", "person")
    about = about if about in ABOUTS else "person"
    known = {one.name: one for one in elements_at(actor.scope)}
    rows = _rows(data)
    if request.method == "POST" and "more" not in data:
        try:
            report = verbs.ask_report(by=actor, at=now(), **_given(data, listed, about, known))
            messages.success(request, _("已发出，居村已经看到自己那一张，能自动填的都填好了。"))
            return HttpResponseRedirect(reverse("desk:report", args=[report.id]), status=303)
        except Refused as refused:
            refusal = refused
    count = max(ROWS, len(rows) + (3 if "more" in data else 0))
    context = {
        "data": data,
        "listed": listed,
        "about": about,
        "abouts": [(name, words.ABOUT[name]) for name in ABOUTS],
        "refusal": refusal,
        "like": (refusal.fields.get("like") if refusal and refusal.code == "asked" else None),
        "faults": refusal.fields if refusal else {},
        "rows": [*rows, *({} for _n in range(count - len(rows)))],
        "kinds": [(kind.value, words.KINDS[kind]) for kind in (LISTED if listed else COUNTED)],
        "ops": [(op.value, words.OPS[op]) for op in Op],
        "elements": _options(known.values(), about),
        "own": _options(known.values(), "place"),
        "conds": [_cond_of(data, n) for n in range(3)],
        "to": _places(actor),
        "chosen": data.getlist("to") or [actor.scope],
        "starts": _starts(),
    }
    return draw(request, "desk/reports/new.html", context, here=HERE, status=refusal.status if refusal else 200)


def _starts() -> dict[str, str]:
    today = timezone.localdate()
    return {
        "begins_on": today.replace(day=1).isoformat(),
        "ends_on": today.isoformat(),
        "due_at": f"{today + timedelta(days=7):%Y-%m-%d}T17:30",
    }


def _options(known: Iterable[Defined], about: str) -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in known if one.element.about == about]


def _places(actor: Actor) -> list[tuple[str, str]]:
    """One's own place whole, and what lies right below it down to the neighbourhoods."""
    found = [(actor.scope, _("%(place)s全部") % {"place": places.label(actor.scope)})]
    below = places.children(actor.scope)
    found += [(place.code, place.name) for place in below[:300] if place.level <= Level.NEIGHBOURHOOD]
    return found


_ROW = ("label", "kind", "element", "op", "value")


def _rows(data: QueryDict) -> list[dict[str, str]]:
    lists = [data.getlist(f"c_{name}") for name in _ROW]
    rows = [dict(zip(_ROW, (text.strip() for text in row), strict=True)) for row in zip(*lists, strict=False)]
    return [row for row in rows if row["label"] or row["element"]]


def _cond_of(data: QueryDict, n: int) -> dict[str, str]:
    return {name: (data.getlist(f"w_{name}") + [""] * 3)[n] for name in ("element", "op", "value")}


def _given(data: QueryDict, listed: bool, about: str, known: Mapping[str, Defined]) -> dict[str, Any]:
    conds = tuple(
        _cond(row["element"], row["op"], row["value"], known)
        for row in (_cond_of(data, n) for n in range(3))
        if row["element"]
    )
    columns = tuple(_column(row, listed, conds, known) for row in _rows(data))
    return {
        "title": data.get("title", ""),
        "reason": data.get("reason", ""),
        "basis": data.get("basis", ""),
        "table": Table(about, listed, conds if listed else (), columns),
        "due_at": _moment(data.get("due_at", "")),
        "begins_on": _day(data.get("begins_on", ""), "begins_on"),
        "ends_on": _day(data.get("ends_on", ""), "ends_on"),
        "to": data.getlist("to"),
    }


def _column(row: Mapping[str, str], listed: bool, conds: tuple[Cond, ...], known: Mapping[str, Defined]) -> Column:
    try:
        kind = Kind(row["kind"])
    except ValueError:
        raise Invalid(_("请选择一项。"), fields={"kind": _("请选择一项。")}) from None
    one = known.get(row["element"])
    label = row["label"] or (one.label if one else str(words.KINDS[kind]))
    if kind in (Kind.NAME, Kind.AGE, Kind.ADDRESS):
        return Column(label, kind)
    if kind in (Kind.VALUE, Kind.OWN):
        return Column(label, kind, row["element"])
    if kind is Kind.SUM:
        return Column(label, kind, row["element"], when=conds)
    own = _cond(row["element"], row["op"], row["value"], known)
    if kind is Kind.SHARE:
        return Column(label, kind, when=(own,), of=conds)
    return Column(label, kind, when=(*conds, own))


def _cond(element: str, op: str, value: str, known: Mapping[str, Defined]) -> Cond:
    one = known.get(element)
    said = [part.strip() for part in value.replace(",", "、").replace("，", "、").split("、") if part.strip()]
    return Cond(element, Op(op) if op in list(Op) else Op.IS, tuple(_code(part, one) for part in said))


def _code(said: str, one: Defined | None) -> str:
    """What somebody wrote, as facts keep it: a choice by its words, yes and no."""
    if one is None:
        return said
    if one.element.type is Type.YES_NO:
        return {"是": "yes", "否": "no", "有": "yes", "没有": "no", "无": "no"}.get(said, said.lower())
    if one.element.type in CHOSEN:
        return {label: code for code, label in one.choices.items()}.get(said, said)
    return said


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(_("请填写期限。"), fields={"due_at": _("请填写期限。")}) from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("请写成 2026-03-01 这样的日期。")
        raise Invalid(sentence, fields={field: sentence}) from None
