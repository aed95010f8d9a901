"""One person's, household's, place's or thing's register on one page: what is known, from where, what differs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, NotFound, Refused, allows, require
from linli.kernel.clock.now import now
from linli.kernel.registers import defined, verbs
from linli.kernel.registers.verbs import Line, Sheet
from linli.parts.doors import for_staff

from ...shell import draw
from .common import HERE, WORDS, purpose_of, say_purpose, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def ledger_page(request: HttpRequest, about: str, subject: str) -> HttpResponse:
    """Each look is written down; who comes from a queue is asked no reason."""
    require(request.actor, "registers.read")
    if request.GET.get("for") in ("conflict", "contest"):
        say_purpose(request, _("核对说法不一的内容") if request.GET["for"] == "conflict" else _("核实异议"))
        return redirect("desk:register", about, subject)
    doing = request.POST.get("act", "")
    if doing == "purpose":
        return _say_why(request, about, subject)
    if not purpose_of(request):
        return _ask_why(request)
    if doing == "decide":
        return _decide(request, about, subject)
    if doing == "unmask":
        return _unmask(request, about, subject)
    return _page(request, about, subject)


def _page(
    request: HttpRequest,
    about: str,
    subject: str,
    refused: Refused | None = None,
    plain: tuple[str, str] = ("", ""),
) -> HttpResponse:
    actor: Actor = request.actor
    sheet = verbs.read_facts(by=actor, at=now(), about=about, subject=subject, purpose=purpose_of(request))
    code = sheet.subject.place_code
    context: dict[str, Any] = {
        **WORDS,
        "sheet": sheet,
        "subject": sheet.subject,
        "groups": _by_purpose(sheet),
        "uses": defined.uses([line.name for line in sheet.lines], code),
        "forms": defined.forms_at(code, about=about) if allows(actor, "registers.enter", code) else [],
        "purpose": purpose_of(request),
        "may_decide": allows(actor, "registers.decide", code),
        "may_unmask": allows(actor, "people.unmask", code),
        "refused": refused,
        "plain": plain,
        "typed": request.POST,
        "tabs": tabs(actor, "find"),
        "key": subject,
    }
    status = refused.status if refused else 200
    return draw(request, "desk/registers/ledger.html", context, here=HERE, status=status)


def _by_purpose(sheet: Sheet) -> list[tuple[str, str, list[Line]]]:
    """(purpose, basis, lines): what is kept for the same reason stands together."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in sheet.lines:
        key = (line.one.purpose, line.one.basis) if line.one else (_("已不再登记"), "")
        groups.setdefault(key, []).append(line)
    return [(purpose, basis, lines) for (purpose, basis), lines in groups.items()]


def _decide(request: HttpRequest, about: str, subject: str) -> HttpResponse:
    try:
        verbs.decide(
            by=request.actor,
            at=now(),
            conflict_id=_id(request.POST.get("conflict", "")),
            fact_id=_id(request.POST.get("fact", "")),
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return _page(request, about, subject, refused)
    messages.success(request, _("已认定，各处的表单和报表都按它。"))
    return redirect("desk:register", about, subject)


def _unmask(request: HttpRequest, about: str, subject: str) -> HttpResponse:
    """One value, in this one answer."""
    fact = request.POST.get("fact", "")
    try:
        plain = verbs.unmask(by=request.actor, at=now(), fact_id=_id(fact), reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, about, subject, refused)
    return _page(request, about, subject, plain=(fact, plain))


def _say_why(request: HttpRequest, about: str, subject: str) -> HttpResponse:
    purpose = request.POST.get("purpose", "").strip()
    if sum(map(str.isalnum, purpose)) < 2:
        return _ask_why(request, Invalid(_("请写明为什么要看。"), fields={"purpose": _("请写明为什么要看。")}))
    say_purpose(request, purpose)
    return redirect("desk:register", about, subject)


def _ask_why(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    context = {**WORDS, "refused": refused, "tabs": tabs(request.actor, "find"), "typed": request.POST}
    status = refused.status if refused else 200
    return draw(request, "desk/registers/why.html", context, here=HERE, status=status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("没有这条记录，或者它已经更正。")) from None
