"""Residents come in: a code to their phone, and at the first time their name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.kernel.access import Invalid, Refused
from linli.kernel.people import verbs
from linli.kernel.people.numbers import mask_phone
from linli.kernel.places.queries import find, label, locate

from .. import entry, pending
from .common import page


def send(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone that was typed, or again to the one before."""
    again = "again" in request.POST
    phone = (pending.recall(request, "phone") or "") if again else request.POST.get("phone", "")
    try:
        sent = verbs.send_code(by=entry.at_door(request), at=timezone.now(), phone=phone)
    except Refused as refused:
        if again and pending.recall(request, "phone"):
            return _code_page(request, refused)
        after = pending.keep_next(request)
        return page(request, "signin", refused, side="resident", after=after, tail="", username="", phone=phone)
    pending.remember(request, "phone", sent.phone)
    pending.remember(request, "shown", sent.shown or "")
    return HttpResponseRedirect(reverse("door:code"))


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The page where the code is typed."""
    phone = pending.recall(request, "phone")
    if phone is None:
        return HttpResponseRedirect(reverse("door:signin"))
    if request.method != "POST":
        return _code_page(request)
    if "again" in request.POST:
        return send(request)
    try:
        account = verbs.check_code(
            by=entry.at_door(request),
            at=timezone.now(),
            phone=phone,
            code=request.POST.get("code", ""),
            device=entry.device(request),
        )
    except Refused as refused:
        return _code_page(request, refused)
    if account:
        return entry.let_in(request, account)
    pending.forget(request, "phone", "shown")
    pending.remember(request, "proved_phone", phone)
    return HttpResponseRedirect(reverse("door:welcome"))


def _code_page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    phone = pending.recall(request, "phone") or ""
    shown = pending.recall(request, "shown") or ""
    return page(request, "code", refused, phone=mask_phone(phone), shown=shown)


@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """The first time: a name, and if one likes where one lives."""
    phone = pending.recall(request, "proved_phone")
    if phone is None:
        return HttpResponseRedirect(reverse("door:signin"))
    typed = {key: request.POST.get(key, "") for key in ("name", "address", "lon", "lat", "place")}
    if request.method != "POST":
        return page(request, "welcome", typed=typed, found=[])
    found = find(typed["address"], limit=5) if typed["address"] and not typed["place"] else []
    try:
        place = typed["place"] or _place(typed, [f.code for f in found])
        account = verbs.register_resident(
            by=entry.at_door(request),
            at=timezone.now(),
            phone=phone,
            name=typed["name"],
            place_code=place,
            device=entry.device(request),
        )
    except Refused as refused:
        options = [(f.code, label(f.code)) for f in found]
        return page(request, "welcome", refused, typed=typed, found=options)
    return entry.let_in(request, account)


def _place(typed: dict[str, str], found: list[str]) -> str:
    """The place meant by an address or a position; "" when neither was given. Raises Invalid when unclear."""
    if typed["address"]:
        if len(found) == 1:
            return found[0]
        sentence = _("请选择您的住处。") if found else _("没有找到这个地址，可以先不填。")
        raise Invalid(sentence, fields={"address": sentence})
    try:
        return locate(float(typed["lon"]), float(typed["lat"])) or ""
    except ValueError:
        return ""
