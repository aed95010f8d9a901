"""账本: what was given out and who holds it, community by community; a period is closed here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds, require
from linli.kernel.places import queries as places
from linli.kernel.points import verbs
from linli.kernel.points.queries import offices
from linli.kernel.points.queries.proving import faults, size
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import HERE, WORDS, draw_tab


@require_http_methods(["GET"])
@for_staff
def books_page(request: HttpRequest) -> HttpResponse:
    rows = offices.books(request.actor)
    return draw_tab(request, "books", codes=(row.book.place_code for row in rows), rows=rows)


@require_http_methods(["GET", "POST"])
@for_staff
def book_page(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """One book: its figures, its closed periods, the proof that it adds up."""
    actor: Actor = request.actor
    row = offices.book(book_id, by=actor)
    response, forms, status = serve(request, _acts(actor, row))
    if response:
        return response
    proof = request.GET.get("prove") == "1" and holds(actor, "points.close")
    context: dict[str, Any] = {
        **WORDS,
        "row": row,
        "book": row.book,
        "place": places.label(row.book.place_code),
        "periods": offices.periods(book_id),
        "accounts": offices.accounts(actor, book_id=book_id)[:20],
        "may_prove": holds(actor, "points.close"),
        "proof": list(faults(20)) if proof else None,
        "proved": size() if proof else None,
        "forms": forms,
    }
    return draw(request, "desk/points/book.html", context, here=HERE, status=status)


def _acts(actor: Actor, row: offices.BookRow) -> tuple[Act, ...]:
    if not holds(actor, "points.close"):
        return ()
    require(actor, "points.close", row.book.place_code)
    return (
        Act(
            key="close",
            words=_("结账"),
            done=_("已结账。这段时间不再入账，更正用冲正。"),
            lead=_("结到某一天为止。之后这段时间发生的不能再入账，更正要在当前账期冲正。"),
            fields=(Field(name="through", label=_("结到（含当天）"), kind=Kind.DATE),),
            verb=lambda **given: verbs.close_period(book_id=row.book.pk, **given),
        ),
    )
