"""`kill -9` under load: whatever was acknowledged is stored, and what was not is sent again and known again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind, Reader, answer_of
from linli.kernel.readings.wire import Flag

from .ground import SECRET, Process, device, intake, stored

DEVICES, WINDOW = 40, 20


@dataclass
class Detector:
    """Publishes as fast as it is acknowledged, over any number of connections; what was not acknowledged is sent again,
    with its number and marked, when a connection stands again. The value says which message it is."""

    port: int
    key: str
    acknowledged: set[int] = field(default_factory=set)
    sent: Counter[int] = field(default_factory=Counter)
    _next: int = 0

    async def speak(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or self.waiting():
            with contextlib.suppress(OSError, EOFError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(40):
                    await self._session(stop)
            await asyncio.sleep(0.05)

    def waiting(self) -> list[int]:
        return sorted(set(self.sent) - self.acknowledged)

    async def _session(self, stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(writing.connect(self.key, clean=False, user=self.key, password=SECRET))
            assert (await reader.readexactly(4))[3] == 0
            for n in self.waiting():
                self._send(writer, n, again=True)
            packets = Reader()
            while not stop.is_set() or self.waiting():
                while not stop.is_set() and len(self.waiting()) < WINDOW:
                    self._next += 1
                    self._send(writer, self._next)
                data = await reader.read(4096)
                if not data:
                    raise EOFError
                for first, body, _size in packets.feed(data):
                    assert first >> 4 == Kind.PUBACK
                    self.acknowledged.add(answer_of(first, body))
        finally:
            writer.close()

    def _send(self, writer: asyncio.StreamWriter, n: int, *, again: bool = False) -> None:
        self.sent[n] += 1
        payload = b'{"smoke": %.4f}' % (n / 10_000)
        writer.write(writing.publish(f"d/{self.key}/up", payload, qos=1, packet=n, again=again))


@pytest.mark.slow
def test_kill_9_under_load_loses_nothing_that_was_acknowledged() -> None:
    things = {device(f"kill-{n}").no: n for n in range(DEVICES)}
    with intake() as process:
        detectors = [Detector(process.port, f"kill-{n}") for n in range(DEVICES)]
        killer = threading.Thread(target=_kill_now_and_then, args=(process, 3))
        asyncio.run(_speak(detectors, killer))
    entries, dead = stored()
    assert {letter.why for letter in dead} <= {"flood"}
    kept: dict[int, Counter[int]] = {n: Counter() for n in range(DEVICES)}
    marked: dict[int, Counter[int]] = {n: Counter() for n in range(DEVICES)}
    for entry in entries:
        n = round((entry.values[0] or 0) * 10_000)
        kept[things[entry.thing]][n] += 1
        marked[things[entry.thing]][n] += bool(entry.flags & Flag.AGAIN)
    total = 0
    for n, detector in enumerate(detectors):
        assert not detector.waiting()
        assert set(kept[n]) == detector.acknowledged, "what was acknowledged is stored, and nothing else is"
        for message, times in kept[n].items():
            # More than once only what was sent more than once; and all but one of these carry the mark.
            assert times <= detector.sent[message]
            assert marked[n][message] >= times - 1
        total += len(kept[n])
    assert total > 2000
    again = sum(detector.sent.total() for detector in detectors) - total
    assert again > 0, "no kill met a message under way"


async def _speak(detectors: list[Detector], killer: threading.Thread) -> None:
    stop = asyncio.Event()
    speaking = [asyncio.create_task(detector.speak(stop)) for detector in detectors]
    killer.start()
    await asyncio.to_thread(killer.join)
    stop.set()
    await asyncio.gather(*speaking)


def _kill_now_and_then(process: Process, times: int) -> None:
    dice = random.Random(3)
    for _ in range(times):
        time.sleep(1 + dice.random())
        process.kill()
        process.start()
    time.sleep(1)
