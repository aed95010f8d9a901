"""Sending: the provider's file is read, the request made, the answer judged."""

from __future__ import annotations

import os
import secrets
import time
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as UrlRequest

import structlog
from django.conf import settings

from linli.kernel.people.sender import not_sent

from . import wire

log = structlog.get_logger(__name__)
_LONGEST_ANSWER = 64 * 1024


class _Stay(HTTPRedirectHandler):
    """A provider that redirects is not the provider in the contract."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_Stay)


def send(phone: str, template: str, params: Mapping[str, str]) -> None:
    """Send one message through the provider of `settings.LINLI_SMS`. Raises NotSent when it did not go.

    Neither phone nor code is logged; the provider's own words are.
    """
    try:
        to = configured(settings.LINLI_SMS)
        request = wire.build(to, phone, template, params, timestamp=int(time.time()), nonce=secrets.token_hex(16))
        answer = wire.parse(to, *_exchange(request, to.timeout))
    except (OSError, ValueError) as error:  # URLError, a timeout; Misconfigured, TOML
        log.error("sms.failed", template=template, error=f"{type(error).__name__}: {error}")
        raise not_sent() from None
    if not answer.accepted:
        log.error("sms.refused", template=template, words=answer.words.replace(phone, "…"))
        raise not_sent()


def configured(path: str) -> wire.Provider:
    """The provider of a TOML file, read again when it changes."""
    return _read(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: str, _changed: int) -> wire.Provider:
    config = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return wire.provider(_with_secrets(config))


def _with_secrets(part: Any) -> Any:
    """`"env:NAME"` stands for a variable, so that the file itself may be shown to anybody."""
    if isinstance(part, dict):
        return {key: _with_secrets(value) for key, value in part.items()}
    if isinstance(part, str) and part.startswith("env:"):
        if part[4:] not in os.environ:
            raise wire.Misconfigured(f"the variable {part[4:]} is not set")
        return os.environ[part[4:]]
    return part


def _exchange(request: wire.Request, timeout: float) -> tuple[int, bytes]:
    asked = UrlRequest(request.url, request.body, request.headers, method=request.method)  # noqa: S310 - https, see wire
    try:
        with _opener.open(asked, timeout=timeout) as answer:
            return answer.status, answer.read(_LONGEST_ANSWER)
    except HTTPError as error:
        return error.code, error.read(_LONGEST_ANSWER)
    except URLError as error:
        raise OSError(str(error.reason)) from None
