"""Reporting in three steps: what, where, check and send. Plain forms first; report.js makes them quicker."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.purposes import PUBLIC_WORDS
from linli.kernel.matters.queries.promise import promise_for
from linli.kernel.people.queries import agrees
from linli.kernel.places import queries as known_places
from linli.kernel.places.codes import Level
from linli.kernel.triage.queries import Suggestion, already_reported
from linli.parts.doors import for_residents, wants_json
from linli.parts.words import listed

from .. import kinds as choices
from .. import photos, pictures
from ..door import print_of
from ..forms import MAX_PHOTOS, Report
from ..where import Home, code_of, home_of, spot

STEPS = ("what", "where", "check")
# Which step a verb's field belongs to, and the name the form has for it.
_FIELDS = {
    "title": ("what", "body"),
    "body": ("what", "body"),
    "kind": ("what", "kind"),
    "files": ("what", "photos"),
    "address": ("where", "address"),
    "position": ("where", "address"),
    "place": ("where", "address"),
    "anonymous": ("check", "anonymous"),
}


@never_cache
@ensure_csrf_cookie
@for_residents
def report(request: HttpRequest) -> HttpResponse:
    """GET: an empty form. POST: the step the pressed button names, with everything typed so far kept."""
    if request.method != "POST":
        return _form(request, Report.new(), "what")
    written = Report.read(request)
    photos.take(request, written)
    wanted = request.POST.get("step", "send")
    if wanted == "send":
        return _send(request, written)
    return _step(request, written, wanted if wanted in STEPS else "what")


def _step(request: HttpRequest, written: Report, wanted: str) -> HttpResponse:
    """Forward only past what is filled in; back always."""
    for earlier in STEPS[: STEPS.index(wanted)]:
        if missing := written.missing(earlier):
            written.errors |= missing
            return _form(request, written, earlier, status=422)
    if "photos" in written.errors:
        return _form(request, written, "what", status=422)
    if wanted == "check":
        try:
            return _form(request, written, "check", told=_promise(request, written))
        except Invalid as refused:
            return _refused(request, written, refused)
    return _form(request, written, wanted)


def _send(request: HttpRequest, written: Report) -> HttpResponse:
    try:
        opened = _open(request, written)
    except Refused as refused:
        if wants_json(request):
            raise
        return _refused(request, written, refused)
    address = reverse("phone:matter", args=[opened.id])
    if wants_json(request):
        return JsonResponse({"number": opened.number, "url": address}, status=201)
    return redirect(f"{address}?sent=1")


def _open(request: HttpRequest, written: Report) -> Matter:
    # The key is the person's own: with another's key nobody gets at another's matter.
    return verbs.open_matter(
        by=request.actor,
        at=now(),
        kind=written.kind or choices.fallback(written.body, code_of(written, home_of(request.actor))),
        title="",
        body=written.body,
        source="phone",
        source_key=f"{request.actor.person_id}:{written.key}",
        files=photos.own(request.actor, written.files),
        anonymous=written.anonymous,
        **spot(written, request.actor),
    )


def _refused(request: HttpRequest, written: Report, refused: Refused) -> HttpResponse:
    """Back to the first step that has something to put right."""
    steps = []
    for name, sentence in (refused.fields or {"": refused.sentence}).items():
        step, field = _FIELDS.get(name, ("check", ""))
        written.errors[field] = refused.sentence if step == "where" else sentence
        steps.append(step)
    first = min(steps, key=STEPS.index)
    return _form(request, written, first, status=refused.status)


def _promise(request: HttpRequest, written: Report) -> dict[str, Any]:
    """What the third step tells: the kind, the place as we understood it, the dates, and what is alike close by."""
    kind = written.kind or choices.fallback(written.body, code_of(written, home_of(request.actor)))
    if not kind:
        return {"promise": None, "chosen": None, "sure": False}
    promise = promise_for(kind=kind, at=now(), **spot(written, request.actor))
    return {
        "promise": promise,
        "chosen": choices.choice(kind),
        "sure": bool(written.kind),
        "place": known_places.label(promise.where.code),
        "alike": already_reported(
            place_code=promise.where.code,
            lon=promise.where.lon,
            lat=promise.where.lat,
            at=now(),
            title="",
            body=written.body,
            kind=kind,
        ),
    }


def _form(
    request: HttpRequest, written: Report, step: str, *, status: int = 200, told: dict[str, Any] | None = None
) -> HttpResponse:
    home = home_of(request.actor)
    code = code_of(written, home)
    context = {
        "report": written,
        "step": step,
        "likely": [s.kind for s in choices.likely(written.body, code)] if step == "what" else [],
        "groups": choices.groups(code),
        "pictures": pictures.of_files(written.files),
        "home": home,
        "promise": None,
        **(told or {}),
        "max_photos": MAX_PHOTOS,
        "words_may_be_public": agrees(request.actor.person_id, PUBLIC_WORDS),
        "who": print_of(request.actor),
    }
    return render(request, "phone/report.html", context, status=status)


@require_POST
@for_residents
def photo(request: HttpRequest) -> HttpResponse:
    """One photo of a draft; answers with its id."""
    upload = request.FILES.get("photo")
    if upload is None:
        raise Invalid(_("没有收到照片，请重新选择。"), fields={"photo": _("请选择照片。")})
    return JsonResponse({"id": str(photos.store(request, upload))}, status=201)


@require_GET
@for_residents
def kinds(request: HttpRequest) -> HttpResponse:
    """The kinds a text sounds like, how surely, and the words that decided."""
    found = choices.likely(request.GET.get("text", "")[:2000], _code_of(home_of(request.actor)))
    told = [{"name": s.kind, "word": s.word, "percent": s.percent, "why": _why(s)} for s in found]
    return JsonResponse({"kinds": told})


def _code_of(home: Home | None) -> str:
    return home.code if home else ""


def _why(suggestion: Suggestion) -> str:
    """ "把握 83%，看到：噪声、半夜"."""
    if not suggestion.words:
        return _("把握 %(n)d%%") % {"n": suggestion.percent}
    return _("把握 %(n)d%%，看到：%(words)s") % {"n": suggestion.percent, "words": listed(suggestion.words)}


@require_POST
@for_residents
def preview(request: HttpRequest) -> HttpResponse:
    """What would be promised, as a fragment for the third step; the refusal is a fragment too."""
    try:
        told = _promise(request, Report.read(request))
    except Invalid as refused:
        return render(request, "parts/refused_fragment.html", {"refusal": refused}, status=refused.status)
    return render(request, "phone/promise.html", told)


@require_GET
@for_residents
def places(request: HttpRequest) -> HttpResponse:
    """For the map: the neighbourhoods of the resident's district, and their own street down to its buildings."""
    home = home_of(request.actor)
    if home is None:
        collection = known_places.ground("*")
    else:
        district, street = home.code[: Level.DISTRICT.digits], home.code[: Level.STREET.digits]
        collection = known_places.ground(district, around=street)
    response = HttpResponse(collection, content_type="application/geo+json")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
