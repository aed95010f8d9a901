"""A way out that writes down what it was given, for tests: of push and of sms. `refusing` is raised by every push."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.kernel.notices.sending import Browser

PUSHED: list[tuple[str, Mapping[str, Any]]] = []
TEXTED: list[tuple[str, str, Mapping[str, str]]] = []
REFUSING: list[Exception] = []


def send(to: Browser, message: Mapping[str, Any], *, topic: str, ttl: int, urgent: bool) -> None:
    if REFUSING:
        raise REFUSING[0]
    PUSHED.append((to.endpoint, message))


def known(endpoint: str) -> bool:
    return endpoint.startswith("https://push.example/")


def sms(phone: str, template: str, params: Mapping[str, str]) -> None:
    TEXTED.append((phone, template, params))


def silence() -> None:
    for kept in (PUSHED, TEXTED, REFUSING):
        kept.clear()
