"""Many viewers in one process, as bare as they can be: what is measured is the live process and not its readers.

Each comes back as a browser does: after the time it was told, with the place of its last event.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

from linli.project.stream import Eyes, ticket_of, token_for

from .town import Change, Looker

_ID = re.compile(rb"id: ([0-9-]+)\n")
_SUBJECT = re.compile(rb'"id": "([0-9a-f-]{36})"')


@dataclass
class Heard:
    """Which viewer heard of what, and when."""

    of: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    again: int = 0
    refused: int = 0


class Viewer(asyncio.Protocol):
    def __init__(self, crowd: Crowd, n: int, token: str) -> None:
        self.crowd, self.n, self.token = crowd, n, token
        self.last = ""
        self.open = False
        self.wanted = True
        self.retry = 3.0
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
        asked = f"GET /stream?token={self.token} HTTP/1.1\r\nHost: live\r\n{last}\r\n"
        transport.write(asked.encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        at = time.monotonic()
        whole, _, self._rest = (self._rest + data).rpartition(b"\n\n")
        if not self.open:
            self.open = whole.startswith(b"HTTP/1.1 200")
            if not self.open:
                self.crowd.heard.refused += 1
                return
            self.retry = int(re.search(rb"retry: ([0-9]+)", whole)[1]) / 1000  # type: ignore[index]
        for found in _SUBJECT.findall(whole):
            self.crowd.heard.of[found.decode()].append((self.n, at))
        if b"event: again" in whole:
            self.crowd.heard.again += 1
        if places := _ID.findall(whole):
            self.last = places[-1].decode()
        self.crowd.changed.set()

    def connection_lost(self, _why: Exception | None) -> None:
        self.open = False
        self._rest = b""
        if self.wanted:
            wait = self.retry if self.last else self.retry * random.uniform(0.5, 1.5)
            asyncio.get_running_loop().call_later(wait, self.crowd.connect, self)


class Crowd:
    """The viewers of one live process."""

    def __init__(self, port: int, lookers: list[Looker]) -> None:
        self.port = port
        self.heard = Heard()
        self.changed = asyncio.Event()
        self.eyes: list[Eyes] = []
        self.viewers: list[Viewer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        for n, looker in enumerate(lookers):
            token = token_for(looker.actor, looker.key)
            ticket = ticket_of(token)
            assert ticket is not None
            self.eyes.append(ticket.eyes)
            self.viewers.append(Viewer(self, n, token))

    async def open(self, at_once: int = 100) -> float:
        """All of them; the seconds until the last is open."""
        begun = time.monotonic()
        for first in range(0, len(self.viewers), at_once):
            for viewer in self.viewers[first : first + at_once]:
                self.connect(viewer)
            await asyncio.sleep(0)
        await self.until(lambda: all(viewer.open for viewer in self.viewers), 120)
        return time.monotonic() - begun

    def connect(self, viewer: Viewer) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(viewer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, viewer: Viewer) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: viewer, "127.0.0.1", self.port)
        except OSError:
            viewer.connection_lost(None)

    async def close(self) -> None:
        for viewer in self.viewers:
            viewer.wanted = False
            with contextlib.suppress(AttributeError):
                viewer.transport.close()
        await asyncio.sleep(0.5)

    async def until(self, true: object, patience: float) -> None:
        """Until something is true, looked at whenever somebody heard something and ten times a second."""
        async with asyncio.timeout(patience):
            while not true():  # type: ignore[operator]
                self.changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 0.1)

    def concerned(self, change: Change) -> set[int]:
        return {
            n
            for n, eyes in enumerate(self.eyes)
            if eyes.see(change.place_code, change.units, change.persons, f"matter:{change.subject}")
        }

    async def reached(self, changes: list[Change], patience: float = 30) -> tuple[list[float], list[float]]:
        """Seconds of every delivery, and of every change until all it concerns had heard. Stops with an assertion when
        somebody did not hear, heard twice, or heard what is not theirs."""
        wanted = {change.subject: self.concerned(change) for change in changes}
        with contextlib.suppress(TimeoutError):
            await self.until(lambda: all(len(self.heard.of[s]) >= len(w) for s, w in wanted.items()), patience)
        each, last = [], []
        for change in changes:
            heard = self.heard.of[change.subject]
            who = [n for n, _at in heard]
            assert set(who) == wanted[change.subject], f"{len(set(who) ^ wanted[change.subject])} wrong"
            assert len(who) == len(set(who)), "somebody heard twice"
            delays = [at - change.committed for _n, at in heard]
            each += delays
            if delays:
                last.append(max(delays))
        return each, last
