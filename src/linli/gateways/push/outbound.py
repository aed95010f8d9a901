"""Sending: the library encrypts for the browser and signs as us; the answer is judged."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import requests
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher

from linli.kernel.notices.sending import Browser, Failed, Gone

from . import wire

TIMEOUT = (4.0, 8.0)  # to connect, to answer
SIGNED_FOR = 12 * 3600
_LONGEST_TOPIC = 32
_here = threading.local()


class _Stay(requests.Session):
    """A push service that redirects is not the one the browser named."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{**kwargs, "allow_redirects": False})


def send(to: Browser, message: Mapping[str, object], *, topic: str, ttl: int, urgent: bool) -> None:
    """One message. Raises Gone (404, 410) or Failed. Neither address nor content is logged or told."""
    if not known(to.endpoint):
        raise Failed("address of no push service", again=None)
    origin = "/".join(to.endpoint.split("/")[:3])
    claims: dict[str, Any] = {
        "sub": settings.LINLI_PUSH_CONTACT,
        "aud": origin,
        "exp": int(time.time()) + SIGNED_FOR,
    }
    headers = {
        **_key(settings.LINLI_VAPID_KEY).sign(claims),
        "TTL": str(ttl),
        "Urgency": "high" if urgent else "normal",
        "Topic": topic[:_LONGEST_TOPIC],
    }
    keys = {"p256dh": to.p256dh, "auth": to.auth}
    body = json.dumps(dict(message), ensure_ascii=False, separators=(",", ":"))
    try:
        pusher = WebPusher({"endpoint": to.endpoint, "keys": keys}, requests_session=_session())
        answer = pusher.send(body, headers, content_encoding="aes128gcm", timeout=TIMEOUT)
    except requests.RequestException as error:
        raise Failed(type(error).__name__, again=0) from None
    assert isinstance(answer, requests.Response)
    said = wire.judge(answer.status_code, answer.headers.get("Retry-After"), time.time())
    if said.gone:
        raise Gone
    if not said.sent:
        raise Failed(f"the push service said {answer.status_code}", again=said.again)


def known(endpoint: str) -> bool:
    """Whether we speak to this address: a service of the browsers', or one that LINLI_PUSH_SERVICES adds."""
    return wire.known(endpoint, (*wire.SERVICES, *settings.LINLI_PUSH_SERVICES))


def _session() -> requests.Session:
    """One for each thread: connections to a service stay open between messages."""
    if not hasattr(_here, "session"):
        _here.session = _Stay()
    session: requests.Session = _here.session
    return session


@cache
def _key(private: str) -> Vapid02:
    return Vapid02.from_string(private_key=private)
