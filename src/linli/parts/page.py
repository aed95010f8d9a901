"""What a scene may declare for a screen: pages to go to, and tiles to look at. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScreenName = Literal["phone", "desk", "board", "tv", "command"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a scene on a screen. `url` is a name of the URLconf, `title` a msgid."""

    name: str
    screen: ScreenName
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure or short list on a screen's front page, drawn by the fragment at `url`.

    `wide` counts columns of the screen's grid, 1 to 4.
    """

    name: str
    screen: ScreenName
    url: str
    title: str
    wide: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.wide <= 4:
            raise ValueError(f"tile {self.name!r}: wide is {self.wide}, it must be 1 to 4")
