"""The television's addresses: one page, its content, and what keeps it alive."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from linli.parts import displays

from .showing import draw

TV = displays.Screen(
    kind="tv",
    space="tv",
    room=Path(__file__).resolve().parent,
    files=("tv/tv.css", "tv/tv.js"),
    confirms="phone:tv",
    draw=draw,
)


def home(request: HttpRequest) -> HttpResponse:
    return displays.home(request, TV)


def content(request: HttpRequest) -> HttpResponse:
    return displays.content(request, TV)


def seen(request: HttpRequest) -> HttpResponse:
    return displays.seen(request, TV)


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    return displays.code(request, TV)


def live_address(request: HttpRequest) -> HttpResponse:
    return displays.live_address(request, TV)


def worker(_request: HttpRequest) -> HttpResponse:
    return displays.worker(TV)
