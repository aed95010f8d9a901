"""The board's addresses: one page, its content, and what keeps it alive."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.access import look_as
from linli.kernel.clock.now import now
from linli.kernel.displays import queries
from linli.parts import displays

from .showing import draw

BOARD = displays.Screen(
    kind="board",
    space="board",
    room=Path(__file__).resolve().parent,
    files=("board/board.css", "board/board.js"),
    confirms="desk:displays",
    draw=draw,
)


def home(request: HttpRequest) -> HttpResponse:
    return displays.home(request, BOARD)


def content(request: HttpRequest) -> HttpResponse:
    return displays.content(request, BOARD)


def seen(request: HttpRequest) -> HttpResponse:
    return displays.seen(request, BOARD)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    return displays.code(request, BOARD)


def live_address(request: HttpRequest) -> HttpResponse:
    return displays.live_address(request, BOARD)


def worker(_request: HttpRequest) -> HttpResponse:
    return displays.worker(BOARD)


@never_cache
def preview(request: HttpRequest, display_id: UUID) -> HttpResponse:
    """What hangs on the wall, for who looks after it: drawn once, with the board's eyes, and told of by nobody."""
    display = queries.one(display_id, request.actor)
    look_as(queries.public_eyes(display))
    frame = {"space": "board", "kind": "board", "state": "preview", "page_version": "", "zone": settings.TIME_ZONE}
    return render(
        request, "board/home.html", {**frame, "display": display, "drawn_at": now(), **draw(request, display)}
    )
