"""One request, read by h11 and answered with a refusal or the head of a stream. Pure: bytes in, bytes out.

Only what an EventSource sends is understood: one GET on a connection, without a body. A proxy with TLS stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import h11

from .limits import Refusal


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    origin: str
    last: str
    """The place of the last event heard: the browser's own header, else what the page says."""


def parse(head: bytes) -> Request | None:
    """What is asked for by everything up to the empty line; None for what is no request (RFC 9112, by h11)."""
    reader = h11.Connection(h11.SERVER)
    try:
        reader.receive_data(head)
        asked = reader.next_event()
        if not isinstance(asked, h11.Request):
            return None
        target = urlsplit(asked.target.decode("ascii"))
        query = {name: values[-1] for name, values in parse_qs(target.query, max_num_fields=20).items()}
    except (h11.RemoteProtocolError, ValueError):
        return None
    headers = {name: value.decode("latin-1") for name, value in asked.headers}
    last = headers.get(b"last-event-id") or query.get("last", "")
    return Request(asked.method.decode("ascii"), target.path, query, headers.get(b"origin", ""), last)


def stream_head(origin: str) -> bytes:
    """The beginning of a stream; it lasts until the connection ends."""
    return _head(HTTPStatus.OK, origin, "Content-Type: text/event-stream", "X-Accel-Buffering: no")


def refused(refusal: Refusal, origin: str = "") -> bytes:
    after = [f"Retry-After: {refusal.after}"] if refusal.after else []
    return plain(refusal.status, refusal.sentence, origin, *after)


def plain(status: HTTPStatus, words: str, origin: str = "", *headers: str) -> bytes:
    body = words.encode()
    if status != HTTPStatus.NO_CONTENT:
        headers = (*headers, "Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(body)}")
    return _head(status, origin, *headers) + body


def _head(status: HTTPStatus, origin: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close", "Cache-Control: no-store", *headers]
    if origin:
        # Pages are served one port away; the token is the permission, so no cookie is asked for.
        lines += [f"Access-Control-Allow-Origin: {origin}", "Vary: Origin"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
