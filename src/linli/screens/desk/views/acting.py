"""Doing a verb to one matter: its form, and sending it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Conflict, Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.queries.detail import detail
from linli.parts.doors import for_staff
from linli.parts.office import Field, Kind, collect, uploads

from ..choices import OPTIONS, STARTS, Subject
from ..forms import FORMS, fields_of
from ..rows import with_times
from ..shell import draw, paint
from .matter import whole

_PURPOSES = {
    "report_done": "proof",
    "found": "proof",
    "finish_part": "proof",
    "verify": "check",
    "comment": "comment",
    "reply_order": "order",
}


@require_http_methods(["GET", "POST"])
@for_staff
def act(request: HttpRequest, matter_id: UUID, verb: str) -> HttpResponse:
    """The form of a verb (GET), and doing it (POST, with the version the page showed)."""
    if verb not in FORMS:
        raise Http404
    if request.method == "GET":
        return _show(request, matter_id, verb, Form(verb, _subject(request, matter_id), given=request.GET))
    data, refused_file = uploads.take(request, "files", _PURPOSES.get(verb, "comment"))
    given, faults = collect(FORMS[verb], data)
    if refused_file:
        faults["files"] = refused_file
    if not faults:
        try:
            do(verb, matter_id, request.actor, now(), version_of(data), given)
        except NotFound:
            raise
        except Refused as refused:
            return _refused(request, matter_id, verb, data, dict(refused.fields), refused)
        return _done(request, matter_id, verb)
    return _refused(request, matter_id, verb, data, faults, None)


class Form:
    """A verb's form as the template draws it: fields with their options, what was typed, and what is wrong.

    `given` is what a link already says ("merge into this one").
    """

    def __init__(
        self,
        verb: str,
        subject: Subject,
        data: QueryDict | None = None,
        faults: dict[str, str] | None = None,
        given: QueryDict | None = None,
    ) -> None:
        self.verb = verb
        self.words = flow.VERBS[verb].word
        self.subject = subject
        self.data = data
        self.given = given or QueryDict()
        self.faults = faults or {}
        self.version = (data or {}).get("version") or subject.matter.get("version", "")
        self.fields = fields_of(verb, nobody_reported=subject.nobody_reported)
        self.has_files = any(f.kind is Kind.FILES for f in self.fields)

    def options(self, field: Field) -> list[tuple[Any, ...]]:
        return OPTIONS[field.options](self.subject) if field.options else []

    def value(self, field: Field) -> Any:
        if self.data is not None:
            return self.data.get(field.name, "")
        if field.name in self.given:
            return self.given[field.name]
        return STARTS[field.start](self.subject) if field.start else ""

    def typed(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.data is not None else ""

    def values(self, name: str) -> list[str]:
        return [str(v) for v in self.data.getlist(name)] if self.data is not None else []


def do(verb: str, matter_id: UUID, by: Actor, at: datetime, version: int | None, given: dict[str, Any]) -> None:
    """One verb on one matter."""
    getattr(verbs, verb)(matter_id=matter_id, by=by, at=at, version=version, **given)


def version_of(data: QueryDict) -> int | None:
    text = data.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _subject(request: HttpRequest, matter_id: UUID) -> Subject:
    return Subject(with_times(detail(request.actor, matter_id)), request.actor, now())


def _show(
    request: HttpRequest, matter_id: UUID, verb: str, form: Form, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "verb": verb, "refusal": refused, "matter_id": matter_id}
    if request.htmx:
        if refused is not None:  # the fresh state stands beside what was typed
            context |= whole(request, matter_id) | {"fresh": True}
        else:
            context["matter"] = form.subject.matter
        return paint(request, "desk/verb.html", context, status=status)
    return draw(request, "desk/matter.html", {**whole(request, matter_id), **context}, here="matter", status=status)


def _refused(
    request: HttpRequest,
    matter_id: UUID,
    verb: str,
    data: QueryDict,
    faults: dict[str, str],
    refused: Refused | None,
) -> HttpResponse:
    subject = _subject(request, matter_id)
    if isinstance(refused, Conflict) and refused.code == "stale":
        # Sent again after reading the fresh state, it is meant: the form carries the fresh version.
        data["version"] = str(subject.matter["version"])
    refused = refused or Invalid(_("有些内容还需要您看一下。"), fields=faults)
    return _show(request, matter_id, verb, Form(verb, subject, data, faults), refused, refused.status)


def _done(request: HttpRequest, matter_id: UUID, verb: str) -> HttpResponse:
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:matter", args=[matter_id]), status=303)
    try:
        context = whole(request, matter_id)
    except NotFound:  # it left what this person sees: moved, given back
        return paint(request, "desk/gone.html", {"words": flow.VERBS[verb].word})
    return paint(request, "desk/done.html", {**context, "done": flow.VERBS[verb].word, "fresh": True})
