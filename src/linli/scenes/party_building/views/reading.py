"""知识库 on a member's phone: looked through by words, read, its quiz answered; and the quiz written on the desk."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Refused
from linli.kernel.clock.now import now
from linli.parts.doors import for_residents, for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import knowledge as q
from ..queries.own import own_member
from .parts import WORDS, hidden_number, lines, on_phone, text, with_number


@require_GET
@never_cache
@for_residents
def page(request: HttpRequest) -> HttpResponse:
    """What I am asked to read, and a search in everything that stands."""
    by = request.actor
    words = request.GET.get("words", "").strip()[:60]
    member = own_member(by) is not None
    found, refused = None, None
    if words and member:
        try:
            found = q.find(by, words)
        except Refused as fault:
            refused = fault
    context = {"member": member, "words": words, "found": found, "asked": q.to_read(by)}
    return on_phone(request, "party_building/phone/reading.html", context, here="me", refused=refused)


@require_http_methods(["GET", "POST"])
@never_cache
@for_residents
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document, page by page; I say that I read it, or answer its quiz. Raises NotFound."""
    by = request.actor
    start = request.GET.get("from", "")
    found = q.reading(by, document_id, int(start) if start.isdecimal() and len(start) < 7 else 1)
    refused, judged = None, None
    if request.method == "POST":
        try:
            judged = _answered(request, found)
        except Refused as fault:
            refused = fault
        if refused is None and (judged is None or not judged.wrong):
            messages.success(request, _t("全部答对，算读过了。") if judged else _t("记下了，您读过这一版。"))
            return HttpResponseRedirect(request.path, status=303)
    context: dict[str, Any] = {"r": found, "judged": judged, "typed": request.POST}
    return on_phone(request, "party_building/phone/document.html", context, here="me", refused=refused)


def _answered(request: HttpRequest, found: q.Reading) -> Any:
    if request.POST.get("act") == "read":
        verbs.read_document(by=request.actor, at=now(), document_id=found.document.id)
        return None
    given = {one.id: request.POST.get(f"q{one.id}", "") for one in found.quiz}
    answers = {pk: int(value) for pk, value in given.items() if value.isdecimal() and len(value) < 3}
    return verbs.take_quiz(by=request.actor, at=now(), version_id=found.version.id, answers=answers)


@require_http_methods(["GET", "POST"])
@for_staff
def quiz(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The quiz of the version that stands, for who keeps the document. Raises NotFound, NotAllowed."""
    version, questions = q.questions(request.actor, document_id)
    response, forms, status = serve(request, _acts(document_id))
    if response:
        return response
    context: dict[str, Any] = {**WORDS, "version": version, "questions": questions, "forms": forms}
    return draw(
        "desk", request, "party_building/desk/quiz.html", context, here="party_building:knowledge", status=status
    )


def _acts(document_id: UUID) -> tuple[Act, ...]:
    return (
        Act(
            key="ask", words=_("加一道题"), done=_("已加上。"), verb=partial(_ask, document_id=document_id),
            fields=(
                text("text", _("题目")), text("answers", _("答案"), hint=_("一行一个，二到六个。")),
                Field(name="right", label=_("第几个对"), kind=Kind.NUMBER),
            ),
        ),
        Act(
            key="drop", words=_("删掉"), done=_("已删掉。"), tone="", verb=with_number(verbs.drop_question, "question_id"),
            fields=(hidden_number("question_id"),),
        ),
    )  # fmt: skip


def _ask(*, answers: str, right: float, **given: Any) -> Any:
    number = int(right) if right == int(right) and 0 < right < 10 else 0
    return verbs.ask_question(answers=lines(answers), right=number - 1, **given)
