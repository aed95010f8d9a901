"""Accepting connections: as many in one turn of the loop as stand in the queue.

uvloop accepts one a turn. Under load a turn takes long, and after a power cut in a district thousands of devices knock at
once: 3,000 that came beside 6,000 publishes a second had not got in after 20 seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

BACKLOG = 8192
AT_ONCE = 256
HANDSHAKES = 2000
"""TLS handshakes under way; who comes meanwhile waits in the queue."""
_BREATH = 0.05
_REST = 1.0
"""Seconds without accepting, where no more files can be opened."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where it answers; a TLS port only with a certificate."""

    host: str
    port: int
    tls_port: int | None = None
    tls: ssl.SSLContext | None = None


class Door:
    """A listening socket. `make` makes the protocol of a connection, `patience` is for a TLS handshake, seconds."""

    def __init__(
        self,
        host: str,
        port: int,
        make: Callable[[], asyncio.Protocol],
        *,
        tls: ssl.SSLContext | None = None,
        patience: float,
    ) -> None:
        """Raises OSError when the port is taken."""
        self._make = make
        self._tls = tls
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._coming: set[asyncio.Task[object]] = set()
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        self._socket = socket.create_server((host, port), family=family, backlog=BACKLOG)
        self._socket.setblocking(False)
        self._open = True
        self._loop.add_reader(self._socket, self._accept)

    def close(self) -> None:
        self._open = False
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            if len(self._coming) >= HANDSHAKES:
                self._rest(_BREATH)
                return
            try:
                came, _address = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.warning("intake: cannot accept, resting", error=str(error))
                self._rest(_REST)
                return
            came.setblocking(False)
            came.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = self._loop.create_task(self._let_in(came))
            self._coming.add(task)
            task.add_done_callback(self._coming.discard)

    async def _let_in(self, came: socket.socket) -> None:
        # A handshake that fails concerns nobody else.
        with contextlib.suppress(OSError, TimeoutError):
            await self._loop.connect_accepted_socket(
                self._make, came, ssl=self._tls, ssl_handshake_timeout=self._patience if self._tls else None
            )

    def _rest(self, seconds: float) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.call_later(seconds, self._again)

    def _again(self) -> None:
        if self._open:
            self._loop.add_reader(self._socket, self._accept)
