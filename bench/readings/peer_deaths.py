"""What a kill -9 costs a peer: timers that were running, alarms said while it was away, readings it was to keep.

The broker acknowledges all of it: whoever said it believes that it arrived.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from subprocess import Popen

from bench.matters.table import Table

from .peer import BROKER, Peer, until_ready
from .talk import Talk

RUNNING = range(20)
"""Devices whose timers run when it is killed."""
MEANWHILE = range(20, 40)
"""Devices that say an alarm while it is away."""
SPEAKING = range(40, 60)
"""Devices that speak all the time, running numbers."""


def measure(peer: Peer, table: Table) -> None:
    process = peer.start()
    try:
        with Talk(BROKER) as talk:
            until_ready(talk)
            for device in (*RUNNING, *MEANWHILE):
                talk.say(device, 20.0)
            speakers = Speakers()
            time.sleep(10)
            for device in RUNNING:
                talk.say(device, 80.0)
            time.sleep(2)
            process.kill()
            process.wait(20)
            for device in MEANWHILE:
                talk.say(device, 80.0)
            time.sleep(5)
            process = peer.start()
            until_ready(talk)
            time.sleep(10)
            said = speakers.stop()
            time.sleep(8)
            raised = Counter(talk.raised)
    finally:
        _end(process)
    _say(peer, table, raised, said)


def _end(process: Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)


def _say(peer: Peer, table: Table, raised: Counter[int], said: dict[int, set[float]]) -> None:
    lost = sum(device not in raised for device in RUNNING)
    table.add(f"{peer.name}, kill -9: running timers lost", f"{lost} of {len(RUNNING)}")
    lost = sum(device not in raised for device in MEANWHILE)
    table.add(f"{peer.name}, kill -9: alarms said while it was away, lost", f"{lost} of {len(MEANWHILE)}")
    kept = {device: peer.kept(device) for device in SPEAKING}
    count = sum(map(len, said.values()))
    if any(values is None for values in kept.values()):
        table.add(
            f"{peer.name}, kill -9: readings acknowledged and not kept", f"{count:,} of {count:,}", "it keeps none"
        )
        return
    lost = sum(len(numbers - (kept[device] or set())) for device, numbers in said.items())
    table.add(f"{peer.name}, kill -9: readings acknowledged and not kept", f"{lost:,} of {count:,}")


class Speakers(threading.Thread):
    """Running numbers of every device, five a second each, from 10 up in hundredths."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._over, self._said = threading.Event(), {device: set[float]() for device in SPEAKING}
        self.start()

    def run(self) -> None:
        number = 1000
        with Talk(BROKER) as talk:
            while not self._over.wait(0.2):
                for device in SPEAKING:
                    talk.say(device, number / 100)
                    self._said[device].add(number / 100)
                number += 1

    def stop(self) -> dict[int, set[float]]:
        self._over.set()
        self.join()
        return self._said
