"""社区间往来: what one community owes another, and the net settlement of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.points import verbs
from linli.kernel.points.queries import offices
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from .common import draw_tab


@require_http_methods(["GET", "POST"])
@for_staff
def clearing_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    rows = offices.clearing(actor)
    codes = (code for row in rows for code in (row.owing, row.owed))
    return draw_tab(request, "clearing", codes=codes, status=status, rows=rows, forms=forms)


def _acts(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "points.settle"):
        return ()
    return (
        Act(
            key="settle",
            words=_("结算"),
            done=_("已结算，两边的往来归零。"),
            fields=(
                Field(name="clearing_id", label="", kind=Kind.HIDDEN_ID),
                Field(name="reason", label=_("双方怎么约定的"), hint=_("例如：三季度结算，协议 2026-09。")),
            ),
            tone="",
            verb=_settle,
        ),
    )


def _settle(*, clearing_id: UUID, **given: Any) -> Any:
    return verbs.settle(key=f"desk:{uuid4()}", clearing_id=clearing_id, **given)
