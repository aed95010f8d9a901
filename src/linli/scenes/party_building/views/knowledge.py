"""知识库 on the desk: words are looked for in what stands; documents are put in, asked about, withdrawn."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Refused, require
from linli.kernel.clock.now import now
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import knowledge as q
from ..verbs.common import own
from .parts import WORDS, hidden, line, text

HERE = "party_building:knowledge"


@require_http_methods(["GET", "POST"])
@for_staff
def page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "party.read")
    mine = own(actor)
    response, forms, status = serve(request, _acts(mine) if mine else ())
    if response:
        return response
    words = request.GET.get("words", "").strip()[:60]
    found, refused = None, None
    if words:
        try:
            found = q.find(actor, words)
        except Refused as fault:
            refused, status = fault, fault.status
    documents = q.documents(actor)
    context: dict[str, Any] = {
        **WORDS,
        "words": words,
        "found": found,
        "refused": refused,
        "documents": documents,
        "readers": q.readers(actor, documents),
        "mine": mine,
        "forms": forms,
        "at": now(),
    }
    return draw("desk", request, "party_building/desk/knowledge.html", context, here=HERE, status=status)


def _acts(mine: Any) -> tuple[Act, ...]:
    return (
        Act(
            key="put", words=_("放入文件"), done=_("已放入，马上就能找到。"), verb=partial(verbs.put_document, organisation_id=mine.id),
            lead=_("同名的文件成为新的一版，旧版留着、不再被找到。"),
            fields=(
                line("title", _("标题")), text("text", _("全文"), hint=_("一段一行。")), line("source", _("来源"), optional=True),
                Field(name="must_read", label=_("请党员读"), kind=Kind.TICK),
            ),
        ),
        Act(
            key="withdraw", words=_("撤下"), done=_("已撤下。"), tone="", verb=verbs.withdraw_document,
            fields=(hidden("document_id"), line("reason", _("原因"))),
        ),
    )  # fmt: skip
