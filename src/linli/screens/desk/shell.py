"""What every desk page's frame shows: the rail, the saved filters, the other pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.kernel.access import Actor, holds
from linli.kernel.access.prepared import read
from linli.parts import pages as scenes
from linli.parts.jinja import address

from . import rail
from .nav import pages_of, sensing_of, works_with_matters
from .words import WORDS

_SAVED = "SELECT id, name, params FROM desk_savedfilter WHERE account_id = %s ORDER BY name"  # every page asks


def paint(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A fragment, with the desk's words."""
    return render(request, template, {**WORDS, **context}, status=status)


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """A full page in the desk's frame. `here` names the queue or page that is current."""
    actor: Actor = request.actor
    frame: dict[str, Any] = {
        "here": here,
        "get_messages": lambda: get_messages(request),
        "pages": pages_of(actor),
        "sensing_pages": watched(actor),
        "scene_pages": scenes.pages_of(actor, "desk"),
        "queues": [],
        "saved": [],
        "matters": works_with_matters(actor),
        "bell": holds(actor, "warnings.read"),
        "notices": holds(actor, "notices.read"),
    }
    if frame["matters"]:
        frame["queues"] = entries(actor)
        frame["saved"] = [
            (
                {"id": id_, "name": name},
                address("desk:queue", rail.ALL) + "?" + urlencode(orjson.loads(params), doseq=True),
            )
            for id_, name, params in read(_SAVED, [actor.account_id])
        ]
    return paint(request, template, {**frame, **context}, status=status)


def entries(actor: Actor, numbers: dict[str, int] | None = None) -> list[dict[str, Any]]:
    """The rail's queues; with their numbers once they are known."""
    return [
        {
            "name": name,
            "words": rail.WORDS[name],
            "href": address("desk:queue", name),
            "count": rail.shown((numbers or {}).get(name)),
        }
        for name in rail.queues_of(actor)
    ]


def watched(actor: Actor, numbers: dict[str, int] | None = None) -> list[dict[str, Any]]:
    """The rail's pages about devices; with what waits on them once it is known."""
    return [
        {"name": name, "words": words, "href": href, "count": rail.shown((numbers or {}).get(name) or None)}
        for name, href, words in sensing_of(actor)
    ]
