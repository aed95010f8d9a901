"""What is kept about me, who looked at it, how I like to read, and leaving for good."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.access import Invalid, Refused, holds
from linli.kernel.people import queries, verbs
from linli.kernel.people.backend import Backend
from linli.kernel.people.words import role_word
from linli.kernel.places.queries import label

from .. import pending
from .common import page, signed_in

_YEAR = 365 * 24 * 3600


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """A resident's own data, or a member of staff's account; name and large type can be changed here."""
    if request.method != "POST":
        return _me_page(request)
    if "large" in request.POST:
        return _large(request)
    try:
        verbs.correct_person(
            by=request.actor,
            at=timezone.now(),
            person_id=request.actor.person_id,
            name=request.POST.get("name", ""),
        )
    except Refused as refused:
        return _me_page(request, refused, name=request.POST.get("name", ""))
    request.session.pop("actor", None)
    return HttpResponseRedirect(reverse("door:me"))


def _me_page(request: HttpRequest, refused: Refused | None = None, name: str | None = None) -> HttpResponse:
    actor, at = request.actor, timezone.now()
    account = Backend().get_user(str(actor.account_id))
    if actor.person_id is None or not holds(actor, "people.read_self"):
        left = queries.recovery_codes_left(actor.account_id)
        return page(request, "me_staff", refused, account=account, role=role_word(actor.role), codes_left=left)
    card = queries.self_of(actor, at)
    looks = [(look, role_word(look.role)) for look in queries.who_looked(actor.person_id, by=actor)]
    return page(
        request,
        "me",
        refused,
        card=card,
        place=label(card.place_code) if card.place_code else "",
        name=card.name if name is None else name,
        looks=looks,
    )


def _large(request: HttpRequest) -> HttpResponse:
    large = request.POST["large"] == "1"
    verbs.set_ways(by=request.actor, at=timezone.now(), large_type=large)
    response = HttpResponseRedirect(reverse("door:me"))
    response.set_cookie("large", "1" if large else "0", max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English: in a cookie for this browser, and with the account for the next one."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(pending.keep_next(request) or reverse("door:signin"))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie("language", wanted, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
        verbs.set_ways(by=request.actor, at=timezone.now(), language=wanted)
    return response


@signed_in
def erase(request: HttpRequest) -> HttpResponse:
    """Delete my account: said plainly, confirmed by typing one's name, done at once."""
    actor = request.actor
    card = queries.self_of(actor, timezone.now())
    if request.method != "POST":
        return page(request, "erase", card=card, typed="")
    typed = request.POST.get("name", "").strip()
    if typed != card.name:
        return page(request, "erase", _not_the_name(), card=card, typed=typed)
    verbs.erase_person(by=actor, at=timezone.now(), person_id=actor.person_id)
    request.session.flush()
    return page(request, "erased")


@signed_in
def recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("door:me"))
    codes = verbs.renew_recovery_codes(by=request.actor, at=timezone.now(), account_id=request.actor.account_id)
    return page(request, "recovery", codes=codes, onward=reverse("door:me"))


def _not_the_name() -> Refused:
    sentence = _("请准确填写您的姓名，以确认是您本人要注销。")
    return Invalid(sentence, fields={"name": sentence})
