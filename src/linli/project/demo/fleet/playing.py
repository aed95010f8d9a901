"""The fleet's process: every device connected, each speaking when its time has come or something happens to it.

One asyncio loop. What the panel starts is read from the demo's own table, at once when PostgreSQL says so and every few
seconds anyhow.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog
from django.conf import settings

from linli.kernel.readings.streams.postgresql import connect

from .. import geography
from . import events, happenings, orders, placing, real, registering
from .chance import chance
from .client import Client
from .faults import Fault
from .happenings import Event
from .panel import CHANNEL
from .saying import Mouth

log = structlog.get_logger(__name__)

A_SECOND = 200
"""Connections opened in a second at the start."""
GLANCE = 12.0
"""Seconds between two looks of a device that tells of changes."""
UPKEEP = 3600.0
"""Seconds between two reports of battery and signal."""
_READ = (
    "SELECT id, kind, place_code, keys, began_at, ends_at FROM demo_event WHERE ends_at > now() - interval '30 min'"
)


@dataclass(slots=True)
class Player:
    """A device on the stage."""

    mouth: Mouth
    client: Client
    glances: bool
    stood: dict[str, float]
    said_at: float = 0.0
    kept_at: float = 0.0
    due: float = 0.0
    cut: bool = False


class Stage:
    """All players, who speaks next, and what happens."""

    def __init__(
        self, host: str, port: int, fleet: Sequence[placing.Placed], seed: int, secrets: dict[str, str]
    ) -> None:
        self.host, self.port = host, port
        self.happening: list[Event] = []
        self._real = real.replays(fleet)
        self.players = [self._player(one, seed, secrets[one.key]) for one in fleet if one.key in secrets]
        self._by_client = {id(player.client): player for player in self.players}
        self._queue: list[tuple[float, int, Player]] = []
        self._count = 0
        self._arriving: asyncio.Queue[Client] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    def _player(self, one: placing.Placed, seed: int, secret: str) -> Player:
        mouth = Mouth(one, seed, self._real.get(one.key))
        glances = bool(events.standing(one, 0.0)) and one.model != "gas-detector"
        told = self._told if orders.takes(one.model) else None
        return Player(mouth, Client(one.key, secret, self._again, told), glances, {})

    def _told(self, client: Client, payload: bytes) -> None:
        """It does what it is told, and reports at once."""
        player = self._by_client[id(client)]
        if orders.obey(player.mouth, payload):
            self._at(player, time.time())
            self._woken.set()

    def _strangers(self) -> list[Client]:
        """Two that knock and are not let in: one nobody registered, one with a secret that is not its own."""
        known = self.players[len(self.players) // 2].client.key
        return [
            Client("XN-00001", "factory-default", self._again),
            Client(known, "factory-default", self._again),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        now = time.time()
        for player in self.players:
            if player.mouth.fault != Fault.DEAD:
                self._arriving.put_nowait(player.client)
                self._at(player, now + 1 + chance(player.mouth.placed.seed, 81) * player.mouth.placed.every)
        for stranger in self._strangers():
            self._arriving.put_nowait(stranger)
        work = [asyncio.create_task(part) for part in (self._arrive(), self._speak(), self._follow())]
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait([ended, *work], return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, *work, *self._tasks):
            task.cancel()
        outcomes = await asyncio.gather(*work, return_exceptions=True)
        for player in self.players:
            player.client.close()
        await asyncio.sleep(0.1)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    # Coming and going.

    async def _arrive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client = await self._arriving.get()
            player = self._by_client.get(id(client))
            if player is not None and player.cut:
                continue
            try:
                await loop.create_connection(lambda client=client: client, self.host, self.port)  # type: ignore[misc]
            except OSError:
                self._again(client)
            await asyncio.sleep(1 / A_SECOND)

    def _again(self, client: Client) -> None:
        """Once more, later, unless the network is cut where it is."""
        player = self._by_client.get(id(client))
        if player is not None and player.cut:
            return
        delay = client.later() if player is not None else 90.0
        task = asyncio.create_task(self._later(client, delay * (0.5 + chance(id(client), int(time.time())))))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _later(self, client: Client, delay: float) -> None:
        await asyncio.sleep(delay)
        self._arriving.put_nowait(client)

    # Speaking.

    def _at(self, player: Player, due: float) -> None:
        player.due = due
        self._count += 1
        heapq.heappush(self._queue, (due, self._count, player))

    async def _speak(self) -> None:
        while True:
            now = time.time()
            while self._queue and self._queue[0][0] <= now:
                due, _count, player = heapq.heappop(self._queue)
                if due == player.due:  # one that was called forward has a later entry still
                    self._turn(player, now)
            wait = min(0.5, max(0.005, self._queue[0][0] - now)) if self._queue else 0.5
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)

    def _turn(self, player: Player, now: float) -> None:
        mouth, placed = player.mouth, player.mouth.placed
        concerned = [event for event in self.happening if happenings.concerns(event, placed)]
        noticed = [event for event in concerned if not happenings.silences(event)]
        self._hush(player, any(happenings.silences(event) and now < event.ends for event in concerned))
        pace = min([mouth.every, *(happenings.hurry(event) for event in noticed)])
        self._at(player, now + min(pace, GLANCE if player.glances else pace))
        values = mouth.values(now, noticed)
        if player.glances:
            stands = values == player.stood
            player.stood = dict(values)
            if stands and now - player.said_at < mouth.every - 1:
                return
        if player.cut and not mouth.clocked:
            return
        if now - player.kept_at >= UPKEEP:
            values = values | mouth.upkeep(now)
            player.kept_at = now
        if payload := mouth.payload(now, values):
            player.client.publish(mouth.topic, payload)
            player.said_at = now

    def _hush(self, player: Player, cut: bool) -> None:
        if cut and not player.cut:
            player.cut = True
            player.client.cut()
        elif player.cut and not cut:
            player.cut = False
            self._arriving.put_nowait(player.client)

    # What happens.

    async def _follow(self) -> None:
        """Hear of the panel for as long as the process lives; a lost database is asked for again."""
        while True:
            try:
                async with await connect() as heard:
                    await heard.execute(f"LISTEN {CHANNEL}")
                    while True:
                        await self._read(heard)
                        async for _notice in heard.notifies(timeout=5, stop_after=1):
                            pass
            except (OSError, psycopg.Error) as error:
                log.warning("fleet: the database is away, trying again", error=str(error).strip())
                await asyncio.sleep(2)

    async def _read(self, heard: psycopg.AsyncConnection) -> None:
        cursor = await heard.execute(_READ)
        now = time.time()
        found = [
            Event(id_, kind, code, tuple(keys), began.timestamp(), ends.timestamp())
            for id_, kind, code, keys, began, ends in await cursor.fetchall()
        ]
        found = [event for event in found if not happenings.over(event, now)]
        if found == self.happening:
            return
        known = {event.id: event for event in self.happening}
        news = [event for event in found if known.get(event.id) != event]
        news += [event for event in self.happening if event.id not in {one.id for one in found}]
        self.happening = found
        for player in self.players:
            if player.due and any(happenings.concerns(event, player.mouth.placed) for event in news):
                self._at(player, now)
        self._woken.set()


def run(host: str, port: int, *, ready: Callable[[int], None] = lambda _count: None) -> None:
    """Play until SIGTERM or SIGINT. `ready` is told how many devices there are."""
    if not settings.DEMO:
        raise RuntimeError("the fleet is the demo's")
    seed, secrets = registering.secrets()
    fleet = placing.place(geography.build(seed), seed)
    runner = _runner()
    runner(_play(host, port, fleet, seed, secrets, ready))


def _runner() -> Callable[..., None]:
    """uvloop where it is installed; asyncio's own loop does the same at about twice the cost."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


async def _play(
    host: str, port: int, fleet: list[placing.Placed], seed: int, secrets: dict[str, str],
    ready: Callable[[int], None],
) -> None:  # fmt: skip
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stage = Stage(host, port, fleet, seed, secrets)
    ready(len(stage.players))
    await stage.run(stop)
