"""One question over HTTP. Follows no redirect: an address that is allowed could lead to one that is not."""

from __future__ import annotations

import http.client
import ssl
import time
from contextlib import closing
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from linli.kernel.datasets.origins import PORTS, origin_of

from .wire import Answer, Unfetched, Validators, asks, name_of, validators

TIMEOUT = 20.0
"""Seconds for the connection and for each piece."""
WHOLE = 120.0
"""Seconds for all of it: a source that drips must not hold the worker."""
CHUNK = 1 << 16


def fetch(
    url: str,
    *,
    allowed: frozenset[str],
    most: int,
    validators_: Validators | None = None,
    header: str = "",
    secret: str = "",
    timeout: float = TIMEOUT,
    whole: float = WHOLE,
) -> Answer:
    """Get an address of an allowed origin, at most `most` bytes. Raises Unfetched with a sentence."""
    if origin_of(url) not in allowed:
        raise Unfetched(_("这个地址不在允许获取的名单里（LINLI_FETCH_HOSTS）。"))
    known = validators_ or Validators()
    try:
        with closing(_connection(url, timeout)) as connection:
            connection.request("GET", _target(url), headers=asks(known, header, secret))
            return _answer(url, connection.getresponse(), known, most, time.monotonic() + whole)
    except TimeoutError as error:
        raise Unfetched(_("对方没有及时回答。")) from error
    except ssl.SSLError as error:
        raise Unfetched(_("对方的证书不可信：%(why)s") % {"why": error.reason or error}) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unfetched(_("连不上对方：%(why)s") % {"why": str(error)[:120] or type(error).__name__}) from error


def _connection(url: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _answer(url: str, response: http.client.HTTPResponse, known: Validators, most: int, until: float) -> Answer:
    if response.status == 304:
        return Answer(None, known, name_of(url))
    if 300 <= response.status < 400:
        raise Unfetched(_("对方转到了别的地址；请直接填写那个地址。"))
    if response.status in (401, 403):
        raise Unfetched(_("对方不给（%(status)d）：密钥可能不对或已过期。") % {"status": response.status})
    if response.status != 200:
        raise Unfetched(_("对方回答 %(status)d。") % {"status": response.status})
    if (response.length or 0) > most:
        raise Unfetched(_too_large(most))
    pieces, size = [], 0
    while piece := response.read(CHUNK):
        size += len(piece)
        if size > most:
            raise Unfetched(_too_large(most))
        if time.monotonic() > until:
            raise Unfetched(_("对方给得太慢，没有取完。"))
        pieces.append(piece)
    if response.length:
        raise Unfetched(_("没有取完就断了。"))
    return Answer(b"".join(pieces), validators(dict(response.getheaders())), name_of(url))


def _too_large(most: int) -> str:
    return _("文件超过 %(n)d MB，没有取。") % {"n": most // (1024 * 1024)}
