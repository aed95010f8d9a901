"""The registry of tiles: what the scenes declare for a screen, beside the screen's own; and how one is drawn.

A scene declares in `scenes/<scene>/<screen>.py`, as `TILES`. A tile's view is an ordinary one with an address of its own:
a page that shows it draws it within its own request, and asks for it alone when something happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, wraps

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, Refused, holds, require
from linli.kernel.catalogue.modules import modules_of_scenes

from .page import ScreenName, Tile

log = structlog.get_logger(__name__)
TileView = Callable[[HttpRequest, str], HttpResponse]


@cache
def declared(screen: ScreenName) -> tuple[Tile, ...]:
    """The tiles of every scene of this installation for a screen, in the order of the scenes."""
    return tuple(tile for module in modules_of_scenes(screen) for tile in getattr(module, "TILES", ()))


def tiles_of(actor: Actor, screen: ScreenName, own: Sequence[Tile] = ()) -> tuple[Tile, ...]:
    """What this actor is shown on a screen: the screen's own tiles, then the scenes'. Raises ValueError for a name that
    is given twice, or a tile of another screen."""
    every = (*own, *declared(screen))
    _checked(every, screen)
    return tuple(tile for tile in every if not tile.needs or holds(actor, tile.needs))


def _checked(tiles: Iterable[Tile], screen: str) -> None:
    seen: set[str] = set()
    for tile in tiles:
        if tile.screen != screen:
            raise ValueError(f"tile {tile.name!r} is declared for {tile.screen}, not for {screen}")
        if tile.name in seen:
            raise ValueError(f"two tiles are called {tile.name!r}")
        seen.add(tile.name)


def drawn(request: HttpRequest, tile: Tile, code: str) -> SafeString:
    """A tile's fragment. One that fails says so in its place, and takes nothing else with it."""
    found = resolve(reverse(tile.url, args=[code]))
    try:
        answer = found.func(request, *found.args, **found.kwargs)
        return mark_safe(answer.content.decode())  # noqa: S308 - our own view's
    except Refused:
        return mark_safe("")
    except Exception:
        log.exception("a tile could not be drawn", tile=tile.name)
        return mark_safe(render(request, "parts/tile_failed.html", {"title": tile.title}).content.decode())  # noqa: S308


def tile_view(needs: str) -> Callable[[TileView], Callable[..., HttpResponse]]:
    """The door of a tile's view: a GET, by who has the permission at the place."""

    def wrap(view: TileView) -> Callable[..., HttpResponse]:
        @require_GET
        @wraps(view)
        def look(request: HttpRequest, code: str) -> HttpResponse:
            require(request.actor, needs, code)
            return view(request, code)

        return look

    return wrap


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a tile: what, how much, and where one sees what it is made of.

    `tone`: "" or red, orange, yellow, blue, done. `note`: a short word beside, a place or what it is compared with.
    """

    words: str | Promise
    value: str
    unit: str = ""
    note: str = ""
    tone: str = ""
    href: str = ""


def figures(
    request: HttpRequest, *, name: str, title: str | Promise, said: str, rows: Sequence[Figure], empty: str = ""
) -> HttpResponse:
    """A tile of figures, as every tile of figures looks. `said`: period and source in a few words."""
    context = {"name": name, "title": title, "said": said, "rows": rows, "empty": empty or _("没有数据。")}
    return render(request, "parts/tile_figures.html", context)
