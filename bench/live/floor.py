"""What stands beneath and beside: bare asyncio sockets, which is the floor, and servers one could take instead.

`python -m bench.live.floor PORT` is the floor itself; `granian bench.live.floor:plain` an ASGI callable without a
framework; `granian bench.live.floor:framework` Starlette's StreamingResponse, as the house had it before.
A GET of /tell sends one event to everybody.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

EVENT = (
    b'id: 0-123456-78\ndata: {"topic": "matter", "id": "0193f1a2-7d7c-7e3b-8f5a-0123456789ab",'
    b' "verb": "matters.accept"}\n\n'
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 2000\n\n"
_open: set[Any] = set()


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1]
        if path.startswith(b"/stream"):
            self.transport.write(_HEAD)
            _open.add(self)
            return
        if path == b"/tell":
            for viewer in _open:
                viewer.transport.write(EVENT)
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        self.transport.close()

    def connection_lost(self, _why: Exception | None) -> None:
        _open.discard(self)


async def plain(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path == "/tell":
        _wake()
    start = {"type": "http.response.start", "status": 200, "headers": []}
    body = {"type": "http.response.body", "body": b"ok"}
    if not path.startswith("/stream"):
        await send(start)
        await send(body)
        return
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    _open.add(queue)
    try:
        await send(start | {"headers": [(b"content-type", b"text/event-stream")]})
        await send(body | {"body": b"retry: 2000\n\n", "more_body": True})
        while True:
            await send(body | {"body": await queue.get(), "more_body": True})
    finally:
        _open.discard(queue)


def _wake() -> None:
    for queue in _open:
        queue.put_nowait(EVENT)


def _framework() -> Any:
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse, StreamingResponse
    from starlette.routing import Route

    async def events() -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        _open.add(queue)
        try:
            yield b"retry: 2000\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            _open.discard(queue)

    async def stream(_request: Any) -> Any:
        return StreamingResponse(events(), media_type="text/event-stream")

    async def tell(_request: Any) -> Any:
        _wake()
        return PlainTextResponse("ok")

    async def health(_request: Any) -> Any:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/stream", stream), Route("/tell", tell), Route("/healthz", health)])


def __getattr__(name: str) -> Any:
    if name == "framework":
        return _framework()
    raise AttributeError(name)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", int(sys.argv[1]), backlog=8192)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
