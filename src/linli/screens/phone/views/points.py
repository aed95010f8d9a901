"""我的积分: what I have, what expires when, each line with its reason; and 我有异议 on any line that could be put right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.points import queries, verbs, words
from linli.kernel.points.queries import own
from linli.parts.doors import for_residents

from ..door import print_of

WORDS: dict[str, Any] = {
    "ledger_word": words.ledger_word,
    "amount_word": words.amount_word,
    "less_word": words.less_word,
    "appeal_word": words.appeal_word,
    "language_now": words.language,
}


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def points_page(request: HttpRequest) -> HttpResponse:
    refused = _act(request)
    if request.method == "POST" and refused is None:
        return redirect("phone:points")
    context = {"balances": queries.mine(request.actor), "beside": own.beside(request.actor)}
    response = _page(request, "phone/points.html", context, refused)
    if request.method == "GET":
        verbs.see_told(by=request.actor, at=now())  # it stands on the page that was drawn
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def account_page(request: HttpRequest, account_id: UUID) -> HttpResponse:
    refused = _act(request)
    if request.method == "POST" and refused is None:
        return redirect("phone:points_account", account_id)
    before = request.GET.get("before", "")
    found = queries.statement(
        account_id, by=request.actor, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    lines = [line.transfer_id for line in found.lines]
    context = {
        "balance": queries.one(account_id, by=request.actor),
        "lines": found.lines,
        "next": f"?before={found.before}" if found.before else "",
        "later": before,
        "appeals": own.beside(request.actor).appeals,
        "appealable": own.appealable(found.account, lines),
    }
    return _page(request, "phone/points_account.html", context, refused)


def _act(request: HttpRequest) -> Refused | None:
    """Says why a line is not right; what was refused is shown with what was typed."""
    if request.method != "POST":
        return None
    try:
        try:
            line = UUID(request.POST.get("transfer_id", ""))
        except ValueError:
            raise NotFound(_("没有这一笔。")) from None
        verbs.appeal(by=request.actor, at=now(), transfer_id=line, text=request.POST.get("text", ""))
    except Refused as refused:
        return refused
    return None


def _page(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None) -> HttpResponse:
    frame = {
        **WORDS,
        **context,
        "refused": refused,
        "typed": request.POST,
        "who": print_of(request.actor),
        "at": now(),
    }
    return render(request, template, frame, status=refused.status if refused else 200)
