"""What connections ask of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from .session import Down, Session


def _nothing() -> None:
    return


class Opened(NamedTuple):
    """A stored session: its subscriptions, what waits for it, and whether it was there before."""

    id: int
    filters: dict[str, int]
    waiting: list[Down]
    present: bool


@dataclass(slots=True)
class Open:
    """A client came with a session that lasts."""

    thing: int
    client: str
    then: Callable[[Opened], None]
    fail: Callable[[], None]


@dataclass(slots=True)
class Forget:
    """A client came with a clean session: what was kept for it is dropped."""

    thing: int
    client: str
    fail: Callable[[], None] = _nothing


@dataclass(slots=True)
class Subscribe:
    session: Session
    granted: dict[str, int]
    then: Callable[[list[Down]], None]
    fail: Callable[[], None]


@dataclass(slots=True)
class Unsubscribe:
    session: Session
    filters: list[str]
    then: Callable[[], None]
    fail: Callable[[], None]


class How(Enum):
    ARRIVED = auto()
    SENT = auto()
    DROPPED = auto()
    TOLD = auto()
    TRIED = auto()


@dataclass(slots=True)
class Settle:
    """Messages the client has acknowledged (`ARRIVED`), that were sent to one that acknowledges nothing (`SENT`), or that
    nobody listens to any more (`DROPPED`): they go. `TOLD` were sent and wait to be acknowledged; `TRIED` were not when the
    connection ended."""

    ids: list[int]
    how: How = How.ARRIVED
    fail: Callable[[], None] = _nothing


@dataclass(slots=True)
class Fetch:
    """Messages somebody has written just now; or, after the line was cut, all there is for these."""

    ids: list[int]
    sessions: list[int]
    things: list[int]
    then: Callable[[list[Down]], None]
    fail: Callable[[], None] = _nothing


Asked = Open | Forget | Subscribe | Unsubscribe | Settle | Fetch
