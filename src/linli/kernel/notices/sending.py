"""How a message leaves the house: this room says what it needs, the project names who does it (as people/sender.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a browser is reached: its address at the push service, and its keys (RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str


class Pusher(Protocol):
    """Sends one web push (RFC 8030), encrypted for the browser. `topic` lets a later message with the same one take its
    place while it waits at the service; `ttl` is for how many seconds it may wait there.

    Raises `Gone` when the browser takes none any more, `Failed` for anything else.
    """

    def __call__(
        self, to: Browser, message: Mapping[str, object], *, topic: str, ttl: int, urgent: bool
    ) -> None: ...


class Gone(Exception):
    """The push service knows the browser no more (404, 410): it is forgotten."""


class Failed(Exception):
    """It did not go. `again` after so many seconds, None where trying again is no use; `words` hold no address."""

    def __init__(self, words: str, *, again: int | None) -> None:
        super().__init__(words)
        self.words = words[:120]
        self.again = again


def pusher() -> Pusher | None:
    """What `settings.LINLI_PUSH_SENDER` names; None where push is not set up."""
    return cast(Pusher, import_string(settings.LINLI_PUSH_SENDER)) if settings.LINLI_PUSH_SENDER else None


def may_push_to(endpoint: str) -> bool:
    """Whether an address is one of a push service we speak to: whoever subscribes names it, and the server calls it."""
    return bool(settings.LINLI_PUSH_SENDER) and cast(
        bool, import_string(settings.LINLI_PUSH_SENDER.rpartition(".")[0] + ".known")(endpoint)
    )
