"""走访 on the phone of grid and social workers: who is on today's list, and the form, filled in also where there is no network."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.declare import Source
from linli.kernel.places import queries as places
from linli.kernel.registers import defined, verbs, words
from linli.kernel.registers.queries import visits
from linli.parts.doors import said, wants_json
from linli.parts.registers import answers, file_link, kept_file, kept_files, questions

from .. import sent
from ..door import for_visits, goes, print_of

KEPT = "X-Linli-Keep"
"""Said by the phone when it takes a page along for where there is no network (worker.js)."""
WORDS: dict[str, Any] = {
    "source_word": words.source_word,
    "why_word": words.why_word,
    "outcome_word": words.outcome_word,
    "file_link": file_link,
}


@never_cache
@require_http_methods(["GET", "POST"])
@for_visits
def visits_page(request: HttpRequest) -> HttpResponse:
    """Who is to be visited by today, and what came of the visits of today; anybody else is found by name or door."""
    actor, at = request.actor, now()
    today = timezone.localdate(at)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    text, found, refused = request.POST.get("text", ""), None, None
    if request.method == "POST":
        try:
            found = verbs.find(by=actor, at=at, text=text, purpose=_("走访"))
        except Refused as no:
            refused = no
    forms = defined.forms_at(actor.scope, visit=True) if found else []
    context = {
        "due": visits.due_visits(actor, today),
        "done": visits.done_visits(actor, midnight),
        "today": today,
        "text": text,
        "found": found,
        "refused": refused,
        "forms": {about: [one for one in forms if one.form.about == about] for about in ("person", "place")},
    }
    return _page(request, "phone/visits.html", context, status=refused.status if refused else 200)


@never_cache
@for_visits
def visit(request: HttpRequest, form: str, about: str, subject: str) -> HttpResponse:
    return _visit(request, form, about, subject)


@require_POST
@for_visits
def act(request: HttpRequest, form: str, about: str, subject: str, verb: str) -> HttpResponse:
    """The form as it was filled in, or that nobody was met. A program (the outbox) is answered in JSON."""
    try:
        if verb == "met":
            _met(request, form, about, subject)
        elif verb == "missed":
            _missed(request)
        else:
            raise NotFound(_("没有这个操作。"))
    except NotFound:
        raise
    except Refused as refused:
        if wants_json(request):
            return _told(form, refused)
        return _visit(request, form, about, subject, refused)
    address = reverse("phone:visit", args=[form, about, subject])
    if wants_json(request):
        return JsonResponse({"url": address})
    return redirect(address)


@require_POST
@for_visits
def file(request: HttpRequest) -> JsonResponse:
    """One file from the outbox, before the form that it answers a question of: its id, or the refusal."""
    upload = request.FILES.get("photo")
    try:
        if upload is None:
            raise Invalid(_("没有收到文件，请重新选择。"))
        return JsonResponse({"id": str(kept_file(request, upload))})
    except Refused as refused:
        return said(refused)


def _met(request: HttpRequest, form: str, about: str, subject: str) -> None:
    asked = _form(form, about)
    verbs.enter(
        by=request.actor,
        at=now(),
        form=form,
        subject=subject,
        source=Source.VISIT,
        observed_at=sent.written_at(request),
        key=sent.key_of(request),
        **answers(asked, kept_files(asked, request)),
    )


def _missed(request: HttpRequest) -> None:
    due = sent.uuid_of(request.POST.get("visit"))
    if due is None:
        raise Invalid(_("这次走访已经不在清单上了。"))
    outcome, note = request.POST.get("outcome", ""), request.POST.get("note", "")
    verbs.miss_visit(by=request.actor, at=now(), visit_id=due, outcome=outcome, note=note)


def _told(form: str, refused: Refused) -> JsonResponse:
    """One sentence for the outbox: which question, and what is wrong with it."""
    asked = defined.form(form)
    labels = {name: one.label for name, one in asked.elements.items()} if asked else {}
    told = [f"{labels.get(name, name)}：{why}" for name, why in refused.fields.items() if name]
    body = {"code": refused.code, "sentence": " ".join(told) or refused.sentence, "fields": refused.fields}
    return JsonResponse(body, status=refused.status)


def _form(name: str, about: str) -> defined.DefinedForm:
    asked = defined.form(name)
    if asked is None or not asked.form.visit or asked.form.about != about:
        raise NotFound(_("没有这种走访。"))
    return asked


def _visit(
    request: HttpRequest, form: str, about: str, subject: str, refused: Refused | None = None
) -> HttpResponse:
    actor: Actor = request.actor
    asked = _form(form, about)
    purpose = _("走访（带在手机上）") if request.headers.get(KEPT) else _("走访：%(form)s") % {"form": asked.label}
    sheet = verbs.read_facts(by=actor, at=now(), about=about, subject=subject, form=form, purpose=purpose)
    typed = request.POST if refused else None
    context = {
        "sheet": sheet,
        "key": subject,
        "form_name": form,
        "title": asked.label,
        "version": asked.form.version,
        "groups": questions(sheet, typed, refused.fields if refused else None),
        "place": places.label(sheet.subject.place_code),
        "due": visits.due_of(actor, form, sheet.subject.id),
        "last": visits.last_of(actor, form, sheet.subject.id),
        "conflicts": [line for line in sheet.lines if line.why],
        "refused": refused,
        "outcomes": [(one, words.outcome_word(one)) for one in ("absent", "declined")],
    }
    return _page(request, "phone/visit.html", context, status=refused.status if refused else 200)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    more = {**WORDS, "who": print_of(request.actor), "goes": goes(request.actor)}
    return render(request, template, {**more, **context}, status=status)
