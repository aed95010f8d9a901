"""The line to a client: when it is read from, and how acknowledgements go out together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from .endpoint import Endpoint

HIGH_WATER = 256 * 1024
"""Bytes that wait to be read by a client before nothing more is taken from it."""
PENDING = 1000
"""Publishes of one connection that wait to be committed; with more it is not read from."""
BREATH = 0.05
"""Seconds between two looks whether half of them are."""


class Line(asyncio.Protocol):
    """It is read from unless something speaks against it; what is not read waits at the client, and is not lost."""

    __slots__ = (
        "_acks",
        "_asking",
        "_paused",
        "_pending",
        "_slowed",
        "_stopped",
        "_transport",
        "_writable",
        "address",
        "endpoint",
    )

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.address = ""
        self._transport: asyncio.Transport | None = None
        self._acks = b""
        self._pending: set[int] = set()  # packet identifiers of publishes that are not committed yet
        self._asking = False  # something about this client is being looked up: what comes meanwhile waits
        self._paused = endpoint.full  # the receiver is full
        self._slowed = False  # too much of it came, or waits to be committed
        self._stopped = False  # nothing more is taken from it
        self._writable = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.endpoint.arrived(self)
        if self._paused:
            self._pause()

    def pause_writing(self) -> None:
        """It does not read what we send: nothing more is taken from it either."""
        self._writable = False
        self._pause()

    def resume_writing(self) -> None:
        self._writable = True
        self._resume()

    @property
    def gone(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def flush(self) -> None:
        """Send the acknowledgements that have gathered."""
        acks, self._acks = self._acks, b""
        if self._transport is not None:
            self._transport.write(acks)

    def close(self) -> None:
        """What was written still goes out."""
        self._stopped = True
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        self._stopped = True
        if self._transport is not None:
            self._transport.abort()

    def block(self) -> None:
        """The receiver is full."""
        self._paused = True
        self._pause()

    def unblock(self) -> None:
        """The receiver has room again."""
        self._paused = False
        self._resume()

    def slow(self, seconds: float) -> None:
        """Read nothing from it for a while; others are read meanwhile."""
        if not self._slowed:
            self._slowed = True
            self._pause()
            self.endpoint.loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        if len(self._pending) > PENDING // 2:
            self.endpoint.loop.call_later(BREATH, self._go_on)
            return
        self._slowed = False
        self._resume()

    def _pause(self) -> None:
        if self._transport is not None and self._transport.is_reading():
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._transport is None or self._transport.is_closing() or self._transport.is_reading():
            return
        if self._writable and not (self._asking or self._paused or self._slowed or self._stopped):
            self._transport.resume_reading()
