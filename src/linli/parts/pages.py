"""The registry of pages: where the scenes' own pages stand in a screen's navigation.

A scene declares in `scenes/<scene>/<screen>.py`, as `PAGES`, a `Group`. Its views and addresses are ordinary ones, in
`scenes/<scene>/urls.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise

from linli.kernel.access import Actor, holds
from linli.kernel.catalogue.modules import modules_of_scenes

from .jinja import address
from .page import Group, Page, ScreenName


@dataclass(frozen=True, slots=True)
class Open:
    """A page this actor may open, as the navigation shows it."""

    url: str
    href: str
    title: str | Promise
    icon: str
    said: str | Promise


@cache
def declared(screen: ScreenName) -> tuple[Group, ...]:
    """The groups of every scene of this installation for a screen, in the order of the scenes."""
    return tuple(module.PAGES for module in modules_of_scenes(screen) if hasattr(module, "PAGES"))


def pages_of(actor: Actor, screen: ScreenName) -> list[tuple[str | Promise, list[Open]]]:
    """The word of each group with those of its pages that this actor may open; groups with none are left out."""
    groups = ((g.title, [_open(page) for page in g.pages if _may(actor, page)]) for g in declared(screen))
    return [(title, pages) for title, pages in groups if pages]


def _may(actor: Actor, page: Page) -> bool:
    return not page.needs or any(holds(actor, permission) for permission in page.needs)


def _open(page: Page) -> Open:
    return Open(page.url, address(page.url), page.title, page.icon, page.said)
