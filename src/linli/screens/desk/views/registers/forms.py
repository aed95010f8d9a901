"""表单: which there are, and a place's own, put together from elements that are there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, NotAllowed, NotFound, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.kernel.registers import defined, verbs, words
from linli.parts.doors import for_staff

from ...shell import draw
from .common import HERE, WORDS, tabs


@never_cache
@for_staff
def forms_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    if not (holds(actor, "registers.read") or holds(actor, "registers.change")):
        raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
    rows = defined.forms_at(actor.scope)
    context = {
        **WORDS,
        "tabs": tabs(actor, "forms"),
        "rows": rows,
        "where": places.labels({row.place_code for row in rows if row.place_code}),
        "may": holds(actor, "registers.change"),
        "abouts": list(words.ABOUTS.items()),
    }
    return draw(request, "desk/registers/forms.html", context, here=HERE)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def form_page(request: HttpRequest, name: str) -> HttpResponse:
    """The editor: `new` with ?about=, or a form's name. What a scene declares is shown and not changed here."""
    actor: Actor = request.actor
    require(actor, "registers.change")
    current = None if name == "new" else defined.form(name)
    if name != "new" and current is None:
        raise NotFound(_("没有这个表单。"))
    refused = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "retire":
                verbs.retire_form(by=actor, at=now(), name=name)
                messages.success(request, _("已停用；填过的内容仍可查看。"))
            else:
                _save(request, name, current)
                messages.success(request, _("已保存，下一次填写就用它。"))
            return redirect("desk:registers_forms")
        except Refused as no:
            refused = no
    about = str(current.form.about) if current else request.POST.get("about") or request.GET.get("about", "")
    about = about if about in words.ABOUTS else "person"
    data = request.POST if refused else _as_sent(current, actor)
    every = defined.elements_at(current.place_code if current and current.local else actor.scope, about=about)
    every.sort(key=lambda one: (not data.get(f"pick.{one.name}"), _order(data, one.name)))
    context: dict[str, Any] = {
        **WORDS,
        "tabs": tabs(actor, "forms"),
        "name": name,
        "current": current,
        "about": about,
        "every": every,
        "data": data,
        "whens": _whens(every),
        "refused": refused,
        "own": current is None or current.local,
    }
    status = refused.status if refused else 200
    return draw(request, "desk/registers/form.html", context, here=HERE, status=status)


def _save(request: HttpRequest, name: str, current: defined.DefinedForm | None) -> None:
    data = request.POST
    every = data.get("every_days", "").strip()
    version = data.get("version", "")
    code = (current.place_code if current else "") or place_named(
        data.get("place_code", ""), request.actor, field="place_code"
    )
    verbs.save_form(
        by=request.actor,
        at=now(),
        place_code=code,
        label=data.get("label", ""),
        about=data.get("about", ""),
        layout=_layout(data),
        visit=data.get("visit") == "1",
        every_days=int(every) if every.isdecimal() and len(every) < 6 else None,
        name="" if name == "new" else name,
        version=int(version) if version.isdecimal() and len(version) < 6 else 0,
    )


def _order(data: QueryDict | dict[str, str], name: str) -> int:
    text = data.get(f"order.{name}", "")
    return int(text) if text and text.isdecimal() and len(text) < 6 else 9_999


def _layout(data: QueryDict) -> list[dict[str, Any]]:
    """Groups in the order of their first element."""
    picked = sorted(
        (key.removeprefix("pick.") for key in data if key.startswith("pick.")), key=lambda name: _order(data, name)
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for name in picked:
        when, _sign, value = data.get(f"when.{name}", "").partition("=")
        groups.setdefault(data.get(f"group.{name}", "").strip(), []).append(
            {
                "element": name,
                "required": data.get(f"required.{name}") == "1",
                "when": when,
                "values": [value] if value else [],
                "own": data.get(f"own.{name}") == "1",
            }
        )
    return [{"label": label, "asks": asks} for label, asks in groups.items()]


def _as_sent(current: defined.DefinedForm | None, actor: Actor) -> dict[str, str]:
    """A form as its editor would send it."""
    if current is None:
        return {"place_code": actor.scope}
    form = current.form
    sent = {
        "label": current.label,
        "visit": "1" if form.visit else "",
        "every_days": str(form.every.amount) if form.every else "",
        "version": str(form.version),
        "place_code": current.place_code,
    }
    number = 0
    for group in form.groups:
        for ask in group.asks:
            number += 1
            sent |= {
                f"pick.{ask.element}": "1",
                f"order.{ask.element}": str(number),
                f"group.{ask.element}": current.groups.get(group.name, ""),
                f"required.{ask.element}": "1" if ask.required else "",
                f"own.{ask.element}": "1" if ask.own else "",
                f"when.{ask.element}": f"{ask.when.element}={ask.when.values[0]}" if ask.when else "",
            }
    return sent


def _whens(every: list[defined.Defined]) -> list[tuple[str, str]]:
    found = []
    for one in every:
        yes_no = {"yes": _("是"), "no": _("否")} if one.element.type == "yes_no" else {}
        found += [
            (f"{one.name}={value}", f"{one.label}：{word}") for value, word in {**yes_no, **one.choices}.items()
        ]
    return found
