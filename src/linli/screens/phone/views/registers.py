"""我的台账: every fact about the resident, their household and home; why it is kept, who read it; and what is wrong, contested."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.people.words import role_word
from linli.kernel.registers import verbs, words
from linli.kernel.registers.queries.own import mine, readers
from linli.parts.doors import for_residents
from linli.parts.registers import answers, file_link, kept_files, questions

from ..door import print_of

WORDS: dict[str, Any] = {
    "source_word": words.source_word,
    "contest_word": words.contest_word,
    "role_word": role_word,
    "why_word": words.why_word,
    "file_link": file_link,
}


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def registers_page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            _act(request)
        except Refused as refused:
            return _page(request, refused)
        return redirect("phone:registers")
    return _page(request)


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def own_page(request: HttpRequest, form: str) -> HttpResponse:
    """One form about oneself: what is known is shown, not asked."""
    if request.method == "GET":
        return _own(request, form)
    try:
        sheet = verbs.own_sheet(by=request.actor, at=now(), form=form)
        assert sheet.form is not None
        sent = answers(sheet.form, kept_files(sheet.form, request))
        entered = verbs.fill_own(by=request.actor, at=now(), form=form, key=_key(request), **sent)
    except NotFound:
        raise
    except Refused as refused:
        return _own(request, form, refused)
    address = reverse("phone:registers")
    return redirect(f"{address}?saved={len(entered.facts)}.{len(entered.confirmed)}")


def _own(request: HttpRequest, form: str, refused: Refused | None = None) -> HttpResponse:
    sheet = verbs.own_sheet(by=request.actor, at=now(), form=form)
    asked = sheet.form
    assert asked is not None
    context = {
        **WORDS,
        "asked": asked,
        "purposes": [asked.elements[name] for name in asked.form.elements if name in asked.elements],
        "groups": questions(sheet, request.POST if refused else None, refused.fields if refused else None),
        "key": request.POST.get("key") or uuid4(),
        "refused": refused,
        "who": print_of(request.actor),
    }
    return render(request, "phone/register_own.html", context, status=refused.status if refused else 200)


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _saved(request: HttpRequest) -> tuple[int, int] | None:
    """How many were written down and confirmed just now."""
    facts, _dot, same = request.GET.get("saved", "").partition(".")
    return (int(facts), int(same)) if facts.isdecimal() and same.isdecimal() and len(facts + same) < 8 else None


def _act(request: HttpRequest) -> None:
    one = _id(request.POST.get("id", ""))
    if request.POST.get("act") == "contest":
        verbs.contest(by=request.actor, at=now(), fact_id=one, reason=request.POST.get("reason", ""))
    elif request.POST.get("act") == "again":
        verbs.ask_again(by=request.actor, at=now(), contest_id=one)
    else:
        raise NotFound(_("没有这个操作。"))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("没有这条记录，或者它已经更正。")) from None


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    rows = mine(request.actor)
    order = {"person": 0, "household": 1, "place": 2, "thing": 3}
    rows.sort(key=lambda one: (order.get(one.about, 9), not one.in_force, one.label))
    titles = {"person": _("关于我"), "household": _("关于我家"), "place": _("关于我住的房子")}
    groups = [(titles.get(about, ""), list(some)) for about, some in groupby(rows, key=lambda one: one.about)]
    context = {
        **WORDS,
        "groups": groups,
        "forms": verbs.own_forms(request.actor) if not request.actor.on_behalf else [],
        "saved": _saved(request),
        "readers": readers(request.actor),
        "refused": refused,
        "typed": request.POST,
        "who": print_of(request.actor),
        "at": now(),
    }
    return render(request, "phone/registers.html", context, status=refused.status if refused else 200)
