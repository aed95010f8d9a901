"""One connection, from its request to its end."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
from dataclasses import dataclass
from http import HTTPStatus

from linli.project.stream import Ticket, ticket_of

from . import http, limits
from .door import Door
from .hub import Hub
from .records import cursor_of, said
from .wheel import Wheel

_AHEAD = 10.0
"""Seconds to wait for what another process has told a viewer already."""
_dice = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class House:
    """What all connections share."""

    hub: Hub
    door: Door
    wheel: Wheel
    places: limits.Places


class Visit(asyncio.Protocol):
    """A request, then, where it may, a stream. Nothing here has a task or a timer once the stream is open.

    `_place`: whether it holds one of the places there are; `_hears`: whether it is told what happens.
    """

    __slots__ = ("_head", "_hears", "_house", "_opening", "_place", "_transport", "slot", "ticket")

    ticket: Ticket

    def __init__(self, house: House) -> None:
        self._house = house
        self._head: bytes | None = b""
        self._opening: asyncio.Task[None] | None = None
        self._place = self._hears = False
        self.slot = -1

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._house.wheel.add(self, limits.ASKING)

    def data_received(self, data: bytes) -> None:
        if self._head is None:  # one connection, one request: what follows is nothing to us
            return
        self._head += data
        head, end, _rest = self._head.partition(b"\r\n\r\n")
        if end:
            self._head = None
            self._answer(http.parse(head + end))
        elif len(self._head) > limits.HEAD:
            self._head = None
            self._say(http.plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, ""))

    def connection_lost(self, _why: Exception | None) -> None:
        self._house.wheel.remove(self)
        if self._opening is not None:
            self._opening.cancel()
        if self._hears:
            self._hears = False
            self._house.hub.leave(self)
        if self._place:
            self._place = False
            self._house.places.give_back(self.ticket.footing)

    # What the others call

    def tell(self, data: bytes) -> None:
        if self._transport.get_write_buffer_size() > limits.SLOW:
            self._transport.abort()  # it comes back with its place, or is told to ask for all it shows
        else:
            self._transport.write(data)

    def turn(self) -> None:
        """Its turn on the wheel: say that we are here, or end what asks for nothing or takes nothing."""
        if not self._place or self._transport.get_write_buffer_size():
            self._transport.abort()
        elif self._hears:
            self._transport.write(self._house.hub.state())

    def end(self) -> None:
        self._transport.close()

    # What it does

    def _answer(self, request: http.Request | None) -> None:
        if request is None:
            self._say(http.plain(HTTPStatus.BAD_REQUEST, ""))
        elif request.method != "GET":
            self._say(http.plain(HTTPStatus.METHOD_NOT_ALLOWED, "", "", "Allow: GET"))
        elif request.path == "/healthz":
            self._say(http.plain(HTTPStatus.OK, "behind" if self._house.hub.behind else "ok"))
        elif request.path == "/stream":
            self._opening = asyncio.get_running_loop().create_task(self._open(request))
        else:
            self._say(http.plain(HTTPStatus.NOT_FOUND, ""))

    async def _open(self, request: http.Request) -> None:
        refusal = await self._admitted(request.query.get("token", ""))
        if refusal is not None:
            self._say(http.refused(refusal, request.origin))
        else:
            await self._begin(request)
        self._opening = None

    async def _admitted(self, token: str) -> limits.Refusal | None:
        ticket = ticket_of(token)
        if ticket is None:
            return limits.OVER
        if refusal := self._house.places.take(ticket.footing):
            return refusal
        self.ticket, self._place = ticket, True
        try:
            return None if await self._house.door.stands(ticket.footing) else limits.OVER
        except TimeoutError:
            return limits.AWAY

    async def _begin(self, request: http.Request) -> None:
        hub, heard = self._house.hub, cursor_of(request.last)
        self._transport.write(http.stream_head(request.origin) + b"retry: %d\n\n" % _dice.randrange(*limits.RETRY))
        self._steady()
        if heard is not None and heard > hub.cursor:
            self._transport.write(said("behind"))
            await hub.reach(heard, _AHEAD)
        # No other task runs between these: what happened is told as missed or as it happens, and never both.
        self._transport.write(hub.missed(self.ticket.eyes, heard, moment_of(request.query.get("drawn", ""))))
        self._transport.write(hub.state())
        hub.join(self)
        self._hears = True

    def _steady(self) -> None:
        """From now on a stream: its turn comes once a round, and a silent other end is noticed by the kernel."""
        self._house.wheel.remove(self)
        self._house.wheel.add(self)
        sock = self._transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.SENT)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limits.UNACKNOWLEDGED)

    def _say(self, answer: bytes) -> None:
        self._transport.write(answer)
        self._transport.close()


def moment_of(text: str) -> float | None:
    """When a page was drawn, in seconds since 1970; None for anything else."""
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text) else None
