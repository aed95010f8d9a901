"""A source over HTTP, as another unit would run one: on a port of its own, saying what it is told to say."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Source:
    """What it says, and what it was asked."""

    origin: str = ""
    content: bytes = b""
    etag: str = ""
    status: int = 200
    secret: str = ""
    drips: bool = False
    cut: bool = False
    length: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        self.asked.append({name.lower(): value for name, value in to.headers.items()})
        if self.secret and to.headers.get("X-Key") != self.secret:
            to.send_error(401)
            return
        if self.status == 302:
            to.send_response(302)
            to.send_header("Location", "http://127.0.0.1:1/inside")
            to.end_headers()
            return
        if self.status != 200:
            to.send_error(self.status)
            return
        if self.etag and to.headers.get("If-None-Match") == self.etag:
            to.send_response(304)
            to.end_headers()
            return
        to.send_response(200)
        to.send_header("Content-Length", str(self.length if self.length is not None else len(self.content)))
        if self.etag:
            to.send_header("ETag", self.etag)
        to.end_headers()
        self._body(to)

    def _body(self, to: BaseHTTPRequestHandler) -> None:
        if self.drips:
            for byte in self.content:
                to.wfile.write(bytes([byte]))
                to.wfile.flush()
                time.sleep(0.05)
            return
        to.wfile.write(self.content[: len(self.content) // 2] if self.cut else self.content)


@contextmanager
def served() -> Iterator[Source]:
    source = Source()
    server = ThreadingHTTPServer(("127.0.0.1", 0), source.handler())
    server.daemon_threads = True
    source.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
