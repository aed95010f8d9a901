"""Installing a device: the code on its label, where it hangs, a photo, and its first word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import Actor, Refused, holds
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.readings.queries import latest
from linli.kernel.things import verbs
from linli.kernel.things.models import State, Stranger, Thing
from linli.kernel.things.queries import one
from linli.kernel.things.texts import is_personal
from linli.parts.sensing import measured
from linli.parts.words import word

from .. import installing
from ..door import for_installers, goes
from ..installing import MOST_PHOTOS, Typed


@never_cache
@require_http_methods(["GET", "POST"])
@for_installers
def install(request: HttpRequest) -> HttpResponse:
    """Without a code: asks for it. With one: which device it is, and the form. Sent: the device is claimed."""
    code = request.POST.get("code") or request.GET.get("code", "")
    code = code.replace("\0", "").strip()[:60]
    if not code:
        return _page(request, "phone/install.html", {"code": ""})
    if request.method == "POST":
        return _claim(request, code)
    try:
        thing = verbs.peek(by=request.actor, at=now(), code=code)
    except Refused as refused:
        return _page(request, "phone/install.html", {"code": code, "refusal": refused}, refused.status)
    return _form(request, thing, code, Typed())


@never_cache
@require_GET
@for_installers
def near(request: HttpRequest) -> HttpResponse:
    """The places a device may hang at, for where the phone is: a fragment of the form."""
    lon, lat = installing.position(request.GET)
    try:
        thing = verbs.peek(by=request.actor, at=now(), code=request.GET.get("code", "")[:60])
    except Refused as refused:
        return HttpResponse(status=refused.status)
    typed = Typed(place=request.GET.get("place", ""), lon=lon, lat=lat)
    return render(request, "phone/install_places.html", _places(thing, request.actor, typed))


@never_cache
@require_GET
@for_installers
def installed(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """It is claimed; this page waits for its first word."""
    thing = one.find(request.actor, thing_id)
    context = {"thing": thing, "place": places.label(thing.place_code), "asks": thing.state == State.ASKING}
    context |= {"personal": is_personal(thing.model), **_heard(thing)}
    return _page(request, "phone/installed.html", context)


@never_cache
@require_GET
@for_installers
def heard(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """Whether it has spoken: a fragment that asks for itself again until it has."""
    thing = one.find(request.actor, thing_id)
    return render(request, "phone/install_heard.html", {"thing": thing, **_heard(thing)})


def _claim(request: HttpRequest, code: str) -> HttpResponse:
    actor: Actor = request.actor
    typed = Typed.read(request.POST)
    typed.take_photos(request)
    try:
        if typed.errors:
            raise Refused("", fields=typed.errors)
        thing = verbs.claim(
            by=actor,
            at=now(),
            code=code,
            place_code=typed.place_code(actor),
            spot=typed.spot,
            lon=typed.lon,
            lat=typed.lat,
            photos=typed.files,
        )
    except Refused as refused:
        typed.errors = {**typed.errors, **refused.fields}
        if not typed.errors or "code" in typed.errors:
            return _page(request, "phone/install.html", {"code": code, "refusal": refused}, refused.status)
        try:
            thing = verbs.peek(by=actor, at=now(), code=code)
        except Refused as gone:
            return _page(request, "phone/install.html", {"code": code, "refusal": gone}, gone.status)
        return _form(request, thing, code, typed, 422 if refused.status == 400 else refused.status)
    # What is about somebody is not switched on before they agree: that is the next step.
    return redirect("phone:agreement" if thing.state == State.ASKING else "phone:installed", thing.id)


def _form(request: HttpRequest, thing: Thing, code: str, typed: Typed, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor
    context = {
        "code": code,
        "thing": thing,
        "model": word("device", thing.model),
        "registered": places.label(thing.place_code),
        "lives": Stranger.objects.filter(key=thing.key, why="waiting", settled_at=None).exists(),
        "photo": holds(actor, "files.store"),
        "most_photos": MOST_PHOTOS,
        "pictures": installing.thumbnails(typed.files, now()),
        **_places(thing, actor, typed),
    }
    return _page(request, "phone/install_form.html", context, status)


def _places(thing: Thing, actor: Actor, typed: Typed) -> dict[str, Any]:
    found = installing.choices(thing, actor, typed.lon, typed.lat)
    codes = [choice.code for choice in found]
    chosen = typed.place if typed.place in (*codes, installing.OTHER) else ""
    if not chosen:
        chosen = codes[0] if codes and not typed.address else installing.OTHER
    return {"choices": found, "chosen": chosen, "other": installing.OTHER, "typed": typed}


def _heard(thing: Thing) -> dict[str, Any]:
    """What it said since it was installed; before that, what stands in its way, where we know."""
    said = latest.of([thing])[thing.no]
    since = thing.installed_at
    # Of a device at somebody's home that it lives is enough.
    hidden = is_personal(thing.model)
    spoke = said.received_at is not None and (since is None or said.received_at >= since)
    values = (
        [(word("quantity", name), measured(thing.model, name, value)) for name, value in said.values.items()]
        if spoke and not hidden
        else []
    )
    return {
        "spoke": spoke,
        "heard_at": said.received_at if spoke else None,
        "values": values,
        "trouble": "" if spoke else _trouble(thing),
    }


def _trouble(thing: Thing) -> str:
    if thing.state == State.ASKING:
        return _("还没有人同意，设备不启用，发来的数据不接收。")
    if thing.state == State.RETIRED:
        return _("这台设备已停用，不会再接受它的读数。")
    knocked = Stranger.objects.filter(key=thing.key, settled_at=None, why__in=("secret", "topic"))
    if thing.installed_at is not None:
        knocked = knocked.filter(last_at__gte=thing.installed_at)
    why = knocked.order_by("-last_at").values_list("why", flat=True).first()
    if why == "secret":
        return _("它连上来了，但密钥不对。请数据管理员更换密钥，再写进设备。")
    if why == "topic":
        return _("它连上来了，但用了别人的主题。请检查设备里的编号设置。")
    return ""


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, {**context, "here": "install", "on_duty": goes(request.actor)}, status=status)
