"""What the screens on walls and in living rooms share: who they are, what they are told, and their frame.

A screen is known by a key in a cookie of its own path, apart from any session: whoever is signed in in the same browser
is nobody here. It looks with the eyes of `kernel.displays.queries` and can do nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import ANONYMOUS, look_as
from linli.kernel.clock.now import now
from linli.kernel.displays import queries, verbs
from linli.kernel.displays.models import Display, Kind, State
from linli.kernel.notices.verbs.opening import note_shown

from .jinja import address_if

_PARTS = Path(__file__).resolve().parent
MOST_SHOWN, LONGEST_SHOWN = 20, 600
"""Notices a screen tells of at once, and seconds it can have shown one since it last told."""
_AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_YEAR = 400 * 24 * 3600  # the longest a browser keeps a cookie (RFC 6265bis)
SHELL = (
    "parts/tokens.css",
    "parts/base.css",
    "parts/display.css",
    "parts/live.js",
    "parts/display.js",
    "parts/display-sound.js",
    "parts/display-remote.js",
    "parts/linli.svg",
)
"""What both screens load, beside their own files."""

Draw = Callable[[HttpRequest, Display], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One kind of screen: its addresses lie in `space`, its files in `room`; `files` are its own styles and scripts.

    `confirms` is the page where its code is confirmed, for the picture of the code. `draw` gives what it shows.
    """

    kind: str
    space: str
    room: Path
    files: tuple[str, ...]
    confirms: str
    draw: Draw

    @property
    def home(self) -> str:
        return reverse(f"{self.space}:home")

    @property
    def cookie(self) -> str:
        return f"linli_{self.space}"


def home(request: HttpRequest, screen: Screen) -> HttpResponse:
    """The screen's one page: what it shows, or a code. In a demo a known key opens it (`?demo=`)."""
    if settings.DEMO and (key := request.GET.get("demo")):
        return _keep(HttpResponseRedirect(screen.home), request, screen, key)
    display = known(request, screen)
    if display is None or display.state != State.ENROLLED:
        response = _page(request, screen, {"display": display, "content": None})
        response.headers["Cache-Control"] = "no-store"
        return response
    enter(request, display)
    response = _page(request, screen, {"display": display, "content": screen.draw(request, display)})
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Display"] = State.ENROLLED.value
    return _keep(response, request, screen, request.COOKIES[screen.cookie])


def content(request: HttpRequest, screen: Screen) -> HttpResponse:
    """What it shows, anew: 410 for a screen that shows nothing any more, which then forgets what it has kept."""
    display = known(request, screen)
    if display is None or display.state != State.ENROLLED:
        return _not_any_more()
    enter(request, display)
    response = render(request, f"{screen.space}/content.html", _given(request, screen, display))
    response.headers["Cache-Control"] = "no-store"
    return response


def seen(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Every minute: how the screen stands, and which version of the page there is; a new one is loaded at leisure."""
    display = known(request, screen)
    if display is not None and display.state == State.ENROLLED:
        sound = {"1": True, "0": False}.get(request.GET.get("sound", ""))
        verbs.seen(at=now(), display_id=display.pk, page=request.GET.get("page", ""), sound=sound)
        _note_shown(display, request.GET.get("shown", ""))
    state = display.state if display is not None else "none"
    response = JsonResponse({"state": state, "page": version(screen.room)})
    response.headers["Cache-Control"] = "no-store"
    return response


def code(request: HttpRequest, screen: Screen) -> HttpResponse:
    """A code for a screen that waits, with a picture of it and the key for its cookie."""
    by = replace(ANONYMOUS, address=request.actor.address)
    shown = verbs.show_code(by=by, at=now(), kind=screen.kind, key=request.COOKIES.get(screen.cookie, ""))
    where = address_if(screen.confirms)
    link = request.build_absolute_uri(f"{where}?code={shown.code}") if where else ""
    given = {"code": shown.code, "until": shown.until, "picture": picture(link), "confirm_at": link}
    response = render(request, "parts/display_code.html", {**given, "screen_kind": screen.kind})
    response.headers["Cache-Control"] = "no-store"
    return _keep(response, request, screen, shown.key)


def live_address(request: HttpRequest, screen: Screen) -> HttpResponse:
    """A fresh address for the live stream; "" for a screen that shows nothing any more."""
    display = known(request, screen)
    if display is None or display.state != State.ENROLLED:
        return JsonResponse({"url": ""})
    enter(request, display)
    return JsonResponse({"url": str(request.live_url)}, headers={"Cache-Control": "no-store"})


def worker(screen: Screen) -> HttpResponse:
    """The service worker with what it keeps: served from the screen's own path, which so is its scope."""
    source = (_PARTS / "static/parts/display-worker.js").read_text(encoding="utf-8")
    kept = [static(name) for name in (*SHELL, *screen.files)]
    sorry = {"title": _("现在没有网络"), "words": _("这块屏还没有存下内容。接上网络后会自己显示。")}
    head = (
        f"const VERSION = {version(screen.room)!r}\nconst SHELL = {kept!r}\nconst SPACE = {screen.space!r}\n"
        f"const HOME = {screen.home!r}\nconst CONTENT = {reverse(f'{screen.space}:content')!r}\n"
        f"const SORRY = {sorry!r}\n"
    )
    return HttpResponse(
        head + source,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


def _note_shown(display: Display, told: str) -> None:
    """How long each notice stood there, as "<id>:<seconds>,…": counted as shown, never as opened."""
    for part in told.split(",")[:MOST_SHOWN]:
        written, _colon, seconds = part.partition(":")
        if _AN_ID.fullmatch(written) and seconds.isdecimal() and len(seconds) < 5:
            note_shown(
                notice_id=UUID(written), screen=display.kind, display=str(display.pk), day=timezone.localdate(now()),
                seconds=min(int(seconds), LONGEST_SHOWN), by=queries.public_eyes(display),
            )  # fmt: skip


def known(request: HttpRequest, screen: Screen) -> Display | None:
    return queries.by_key(screen.kind, request.COOKIES.get(screen.cookie, ""))


def enter(request: HttpRequest, display: Display) -> None:
    """From here on the request looks with the screen's eyes: a board's with public ones, a television's with its person's."""
    request.display = display
    request.actor = queries.own_eyes(display) if display.kind == Kind.TV else queries.public_eyes(display)
    look_as(request.actor)


@cache
def version(room: Path) -> str:
    """Changes with any file of the screen or of what it shares, so that a new release replaces the page in use. By content:
    two machines with the same release say the same."""
    digest = hashlib.sha256()
    shared = [_PARTS / "static" / name for name in SHELL] + [_PARTS / "static/parts/display-worker.js"]
    files = [*room.glob("static/**/*.*"), *room.glob("jinja2/**/*.html"), *shared]
    for file in sorted([*files, *_PARTS.glob("jinja2/parts/display*.html")]):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _page(request: HttpRequest, screen: Screen, given: Mapping[str, Any]) -> HttpResponse:
    display = given["display"]
    shown = _given(request, screen, display, given["content"]) if given["content"] is not None else {}
    state = "waiting" if not shown else State.ENROLLED.value
    frame = {
        "space": screen.space,
        "state": state,
        "zone": settings.TIME_ZONE,
        "page_version": version(screen.room),
        "kind": screen.kind,
    }
    return render(request, f"{screen.space}/home.html", {**frame, **shown})


def _given(
    request: HttpRequest, screen: Screen, display: Display, drawn: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "display": display,
        "drawn_at": now(),
        "space": screen.space,
        **(screen.draw(request, display) if drawn is None else drawn),
    }


def _keep(response: HttpResponse, request: HttpRequest, screen: Screen, key: str) -> HttpResponse:
    response.set_cookie(
        screen.cookie,
        key,
        max_age=_YEAR,
        path=screen.home,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def picture(link: str) -> str:
    """A code to be scanned, as SVG; "" where there is no page to go to."""
    if not link:
        return ""
    return str(segno.make(link, error="m").svg_inline(border=2, omitsize=True, dark="#1c2430", light="#ffffff"))


def _not_any_more() -> HttpResponse:
    return HttpResponse(status=410, headers={"Cache-Control": "no-store"})
