"""Everything is killed, again and again, under load: what was acknowledged is stored, each once; no warning comes twice;
a timer that ran meanwhile runs out on time.

Devices keep what was not acknowledged and send it again, as the standard asks of them. Half of them have a clock, half
have none. Each reading carries its running number in its value, so afterwards every single one can be looked for.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from . import rolled, timers

PORT = 21940
DEVICES, ALARMED, TIMED = 150, 20, 20
EVERY = 0.1
"""Seconds between two readings of a device."""
FIRST = 1000
"""Where running numbers begin: as values they stay between 10 and 70, and raise nothing."""


@dataclass
class Load:
    """What devices said, in their own books."""

    said: Counter[str] = field(default_factory=Counter)
    episodes: Counter[str] = field(default_factory=Counter)
    timed: list[tuple[str, int]] = field(default_factory=list)
    waiting: int = 0
    posted: int = 0
    stop: bool = False


def measure(on: Ground, name: str, table: Table, data: Path, *, times: int) -> None:
    load = Load()
    with Town(on, name, data) as town:
        speaking = threading.Thread(target=asyncio.run, args=(devices(load),))
        posting = threading.Thread(target=post, args=(load,))
        speaking.start()
        posting.start()
        time.sleep(10)
        town.kill_in_turns(times)
        time.sleep(15)
        load.stop = True
        speaking.join()
        posting.join()
        with on.connect(name) as connection:
            connection.execute("SELECT set_config('linli.sees', '*', false)")
            settle(connection)
            report(connection, load, town, table, times)


class Town:
    """Intakes, evaluators and web, watched as in an installation; PostgreSQL is started again by whoever watches.

    The first of each is called "intake" and "evaluate", those after it "intake 2" and so on.
    """

    def __init__(self, on: Ground, name: str, data: Path, *, many: int = 1) -> None:
        self.on, self.data, self.many = on, data, many
        self.ports = [PORT + 2 + 2 * n for n in range(many)]
        os.environ["LINLI_DATABASE_URL"] = on.url(name)
        self.stopping = threading.Event()
        self.gaps: dict[str, list[float]] = {}

    def __enter__(self) -> Town:
        from linli.cli.serve import database_watch
        from linli.project import processes

        processes.WELL_AFTER = 1.0  # type: ignore[misc]
        programs = [processes.web("127.0.0.1", PORT)]
        for n, port in enumerate(self.ports):
            number = f" {n + 1}" if n else ""
            programs.append(replace(processes.evaluate(), name=f"evaluate{number}"))
            programs.append(replace(processes.intake("127.0.0.1", port, port + 1), name=f"intake{number}"))
        self.supervisor = processes.Supervisor(programs, say=lambda words: None, logs=self.data / "logs")
        self.supervisor.start()
        watch = database_watch(self.on.engine, lambda words: None)
        self.watcher = threading.Thread(target=self._watch, args=(watch,))
        self.watcher.start()
        for port in (PORT, *self.ports):
            answers(port, 60)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.watcher.join()
        self.supervisor.stop()
        os.environ.pop("LINLI_DATABASE_URL")

    def _watch(self, watch: Callable[[], None]) -> None:
        while not self.stopping.wait(0.1):
            self.supervisor.tick()
            with suppress(Exception):
                watch()

    def kill_in_turns(self, times: int) -> None:
        dice = random.Random(3)
        targets = ["evaluate", "web", "intake", "PostgreSQL"] * times
        dice.shuffle(targets)
        for n, what in enumerate(targets, 1):
            time.sleep(dice.uniform(1, 5))
            begun = time.perf_counter()
            self.kill(what)
            time.sleep(0.3)
            self.back(what)
            self.gaps.setdefault(what, []).append(time.perf_counter() - begun)
            print(f"  {n}/{len(targets)} {what}: back after {time.perf_counter() - begun:.1f} s", flush=True)

    def kill(self, what: str) -> None:
        if what == "PostgreSQL":
            pid = int((self.on.engine.cluster / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            return
        child = next(child for child in self.supervisor.children if child.program.name == what)
        if child.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)

    def back(self, what: str) -> None:
        if what == "web":
            answers(PORT, 60)
        elif what == "intake":
            answers(self.ports[0], 60)
        elif what == "PostgreSQL":
            until = time.monotonic() + 90
            while time.monotonic() < until and not self.on.engine.answers():
                time.sleep(0.1)


def answers(port: int, patience: float) -> None:
    import socket

    until = time.monotonic() + patience
    while time.monotonic() < until:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)


async def devices(load: Load, ports: Sequence[int] = (PORT + 2,)) -> None:
    """All devices, until told to stop and everything is acknowledged. Who loses an intake tries the next."""
    from linli.project.demo.fleet.client import Client

    clients = []
    turns: Counter[str] = Counter()
    loop = asyncio.get_running_loop()

    def lost(client: Client) -> None:
        if not load.stop or client._waiting:
            loop.call_later(random.uniform(0.2, 0.6), lambda: asyncio.ensure_future(join(client)))

    async def join(client: Client) -> None:
        if client.up:
            return
        turns[client.key] += 1
        try:
            await loop.create_connection(lambda: client, "127.0.0.1", ports[turns[client.key] % len(ports)])
        except OSError:
            loop.call_later(0.3, lambda: asyncio.ensure_future(join(client)))

    for n in range(DEVICES):
        client = Client(f"dev-{n:06d}", f"s3cret-{n:06d}", lost)
        clients.append(client)
        turns[client.key] = n
        await join(client)
    speaking = [asyncio.ensure_future(speak(client, n, load)) for n, client in enumerate(clients)]
    await asyncio.gather(*speaking)
    until = time.monotonic() + 60
    while time.monotonic() < until and (waits := sum(len(client._waiting) for client in clients)):
        load.waiting = waits
        await asyncio.sleep(0.2)
    load.waiting = sum(len(client._waiting) for client in clients)
    for client in clients:
        client.close()
    await asyncio.sleep(0.5)


async def speak(client: Any, n: int, load: Load) -> None:
    """Running numbers; now and then an alarm, or a value that must last for five seconds."""
    clock, number, last = n % 2 == 0, FIRST, 0
    while not load.stop:
        await asyncio.sleep(EVERY * random.uniform(0.5, 1.5))
        if len(client._waiting) >= 15:
            continue
        moment = time.time()
        value = number / 100
        if n < ALARMED and number % 100 == 50:
            value = 300 + number / 1000
            load.episodes[client.key] += 1
        elif ALARMED <= n < ALARMED + TIMED and number % 150 >= 50 and number % 150 < 120:
            value = 80 + number % 150 / 1000  # for about seven seconds
            if number % 150 == 50:
                load.timed.append((client.key, int(moment * 1000)))
        at = max(int(moment * 1000), last + 1)
        last = at
        said = {"v": value, "temp": number % 1000 / 10, "bat": 50 + number // 1000}
        client.publish(f"d/{client.key}/up", json.dumps(({"t": at} if clock else {}) | said).encode())
        load.said[client.key] += 1
        number += 1


def post(load: Load) -> None:
    """One more device speaks HTTP: each request has a key, and is sent until it is answered."""
    key = f"dev-{DEVICES:06d}"
    proof = b64encode(f"{key}:s3cret-{DEVICES:06d}".encode()).decode()
    number = FIRST
    while not load.stop:
        body = json.dumps({"v": number / 100, "temp": number % 1000 / 10, "bat": 50 + number // 1000}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/api/v1/devices/readings", body,
            {"Authorization": f"Basic {proof}", "Content-Type": "application/json", "Idempotency-Key": f"n{number}"},
        )  # fmt: skip
        while True:
            try:
                urllib.request.urlopen(request, timeout=5).close()
                break
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise
            except OSError:
                pass
            time.sleep(0.2)
        load.posted += 1
        number += 1
        time.sleep(0.05)


def settle(connection: Any) -> None:
    """Until what waits has been evaluated."""
    until = time.monotonic() + 60
    while (
        time.monotonic() < until and connection.execute("SELECT EXISTS (SELECT FROM readings_intake)").fetchone()[0]
    ):
        time.sleep(0.2)
    time.sleep(1)


_STORED = """
SELECT t.key, r.values[2], r.values[3], count(*) FROM readings_reading r JOIN things_thing t ON t.no = r.thing
GROUP BY 1, 2, 3
"""
_WARNED = """
SELECT t.key, w.times, w.matter_id IS NOT NULL FROM readings_warning w JOIN things_thing t ON t.id = w.thing_id
WHERE w.rule = 'bench-over'
"""


def report(connection: Any, load: Load, town: Town, table: Table, times: int) -> None:
    stored: dict[str, Counter[int]] = {}
    for key, tenths, thousands, count in connection.execute(_STORED).fetchall():
        number = round(tenths * 10) + (round(thousands) - 50) * 1000
        stored.setdefault(key, Counter())[number] += count
    said = load.said + Counter({f"dev-{DEVICES:06d}": load.posted})
    lost = twice = strange = 0
    for key, count in said.items():
        # Without a clock of its own a reading is a message; the running number is the same for both.
        wanted, found = set(range(FIRST, FIRST + count)), stored.get(key, Counter())
        lost += len(wanted - set(found))
        twice += sum(n - 1 for n in found.values() if n > 1)
        strange += len(set(found) - wanted)
    warned = {key: (n, opened) for key, n, opened in connection.execute(_WARNED).fetchall()}
    wrong = sum(warned.get(key, (0, False))[0] != n for key, n in load.episodes.items())
    unopened = sum(not opened for _n, opened in warned.values())
    sent = sum(said.values())
    kills = sum(len(gaps) for gaps in town.gaps.values())
    table.add(f"{kills} kills under load: said and acknowledged", f"{sent:,}", f"{load.waiting} never acknowledged")
    table.add("of them lost", f"{lost}", "", "", "0")
    table.add("of them stored twice", f"{twice}", f"{strange} nobody said", "", "0")
    total = sum(load.episodes.values())
    table.add(
        "alarms raised as often as they began",
        f"{total - wrong if not wrong else total}",
        f"{wrong} devices differ",
        f"{unopened} without a matter",
        "all",
    )
    without = [f"dev-{n:06d}" for n in range(ALARMED, ALARMED + TIMED) if n % 2]
    timers.report(connection, table, [one for one in load.timed if one[0] not in without], without)
    rolled.report(connection, table)
    for what, gaps in sorted(town.gaps.items()):
        table.add(
            f"{what}: answers again after kill -9",
            f"{statistics.median(gaps):.1f} s",
            f"longest {max(gaps):.1f} s",
            f"{len(gaps)} times",
        )
    if times:
        table.note(
            f"each of four killed {times} times at random moments; {DEVICES} devices over MQTT, one over HTTP"
        )
