"""What a scene may declare for a screen: pages to go to, and tiles to look at. Plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise

ScreenName = Literal["phone", "desk", "board", "tv", "command"]
Zone = Literal["left", "right", "foot"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a scene that a screen's navigation leads to. `url` is a name of the URLconf.

    `needs`: any of these permissions opens it; with none everybody who is signed in sees it. `icon`: a name of
    parts/icons.html, for the phone. `said`: on the phone, a few words beneath the title.
    """

    url: str
    title: str | Promise
    needs: tuple[str, ...] = ()
    icon: str = "list"
    said: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one scene on one screen, under the scene's own word."""

    title: str | Promise
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a leaf: a title, a sentence or two, small words beside (when, where, who), a badge ("还缺 3 人")."""

    title: str
    text: str = ""
    said: tuple[str, ...] = ()
    badge: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a scene that a board turns to. `rows` is asked with public eyes for the code of the board's place and the
    time; with none the page is passed over. Everybody who walks by reads it: nothing of a person but what that person
    agreed to have published. `said`: period and source in a few words."""

    name: str
    title: str | Promise
    rows: Callable[[str, datetime], Sequence[Row]]
    said: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure or short list on a screen's front page, drawn by the fragment at `url` (a name of the URLconf) for the code
    of a place.

    `zone`: the side of the screen it stands at where a layout has sides. `wide` counts columns of the screen's grid, 1
    to 4. `needs`: the permission without which it is not shown. `hears`: topics of the live stream after which it is
    asked for again. `every`: seconds after which it is asked for again in any case.
    """

    name: str
    screen: ScreenName
    url: str
    title: str | Promise
    zone: Zone = "left"
    wide: int = 1
    needs: str = ""
    hears: tuple[str, ...] = ()
    every: int = 60

    def __post_init__(self) -> None:
        if not 1 <= self.wide <= 4:
            raise ValueError(f"tile {self.name!r}: wide is {self.wide}, it must be 1 to 4")
        if self.every < 5:
            raise ValueError(f"tile {self.name!r}: asked for every {self.every} seconds, at least 5 are wanted")
