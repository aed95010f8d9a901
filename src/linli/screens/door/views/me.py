"""What is kept about me, who looked at it, a copy to take away, how I like to read, and leaving for good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.access import Invalid, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs
from linli.kernel.people.backend import Backend
from linli.kernel.people.keepers import as_plain
from linli.kernel.people.words import role_word
from linli.kernel.places.queries import label

from .. import pending
from .common import oneself, page, signed_in

_YEAR = 365 * 24 * 3600


LOOKS = 20
"""So many of who looked stand on the first page, and as many more on each after it."""


@oneself
def me(request: HttpRequest) -> HttpResponse:
    """A resident's own data, or a member of staff's account; name, year of birth and large type can be changed here."""
    if request.method != "POST":
        return _me_page(request)
    if "large" in request.POST:
        return _large(request)
    typed = {name: request.POST.get(name, "") for name in ("name", "birth_year")}
    try:
        verbs.correct_person(
            by=request.actor, at=now(), person_id=request.actor.person_id, name=typed["name"], **_year(typed)
        )
    except Refused as refused:
        return _me_page(request, refused, typed)
    request.session.pop("actor", None)
    return HttpResponseRedirect(reverse("door:me"))


def _year(typed: dict[str, str]) -> dict[str, int | None]:
    """The year of birth, where the form asked for it: none where an identity number states it already."""
    text = typed["birth_year"].strip()
    if not text:
        return {}
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        sentence = _("出生年份应是四位数字。")
        raise Invalid(sentence, fields={"birth_year": sentence})
    return {"birth_year": int(text)}


def _me_page(
    request: HttpRequest, refused: Refused | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    actor, at = request.actor, now()
    if actor.person_id is None or not holds(actor, "people.read_self"):
        account = Backend().get_user(str(actor.account_id))
        left = queries.recovery_codes_left(actor.account_id)
        return page(request, "me_staff", refused, account=account, role=role_word(actor.role), codes_left=left)
    card = queries.self_of(actor, at)
    return page(
        request,
        "me",
        refused,
        card=card,
        place=label(card.place_code) if card.place_code else "",
        typed=typed or {"name": card.name, "birth_year": card.birth_year or ""},
        **_looks(request, None),
    )


@oneself
def looks(request: HttpRequest) -> HttpResponse:
    """Everybody who looked, page after page, to the first."""
    before = request.GET.get("before", "")
    return page(
        request, "looks", **_looks(request, int(before) if before.isdecimal() and len(before) < 10 else None)
    )


def _looks(request: HttpRequest, before: int | None) -> dict[str, Any]:
    actor = request.actor
    found = queries.who_looked(actor.person_id, by=actor, limit=LOOKS, before=before)
    full = sum(look.times for look in found) == LOOKS
    return {
        "looks": [(look, role_word(look.role)) for look in found],
        "older": f"{reverse('door:looks')}?before={found[-1].seq}" if full else "",
    }


@oneself
def copy(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about me: to read and print, or as a file for programs. Made when it is asked for."""
    actor, at = request.actor, now()
    require(actor, "people.read_self")
    if request.method != "POST":
        return page(request, "copy", chapters=None, at=at)
    chapters = verbs.copy_person(by=actor, at=at, person_id=actor.person_id)
    if request.POST.get("form") != "json":
        return page(request, "copy", chapters=chapters, at=at)
    told = {"at": at, "copy": as_plain(chapters)}
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"linli-{timezone.localtime(at):%Y%m%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _large(request: HttpRequest) -> HttpResponse:
    large = request.POST["large"] == "1"
    verbs.set_ways(by=request.actor, at=now(), large_type=large)
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
        verbs.set_ways(by=request.actor, at=now(), language=wanted)
    return response


@oneself
def erase(request: HttpRequest) -> HttpResponse:
    """Delete my account: what goes, what stays and why; confirmed by typing one's name, done at once."""
    actor = request.actor
    card = queries.self_of(actor, now())
    told = {"card": card, "farewell": queries.farewell()}
    if request.method != "POST":
        return page(request, "erase", **told, typed="")
    typed = request.POST.get("name", "").strip()
    if typed != card.name:
        return page(request, "erase", _not_the_name(), **told, typed=typed)
    verbs.erase_person(by=actor, at=now(), person_id=actor.person_id)
    request.session.flush()
    return page(request, "erased")


@signed_in
def recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("door:me"))
    codes = verbs.renew_recovery_codes(by=request.actor, at=now(), account_id=request.actor.account_id)
    return page(request, "recovery", codes=codes, onward=reverse("door:me"))


def _not_the_name() -> Refused:
    sentence = _("请准确填写您的姓名，以确认是您本人要注销。")
    return Invalid(sentence, fields={"name": sentence})
