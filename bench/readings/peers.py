"""The same load and the same rule (over 75, no longer at 60, for five seconds) in Node-RED and Home Assistant behind Mosquitto.

Each is looked for where its variable says: NODE_RED names a folder in which `npm install node-red` was run, HOME_ASSISTANT
a virtual environment with `homeassistant` and what its MQTT, recorder and frontend ask for; Mosquitto comes from the system's
packages. Two things are measured of each: processor time for a thousand messages at two rates, and what a kill -9 costs
(timers that were running, alarms said while it was away, readings it was to keep). Ours is measured beside them, with the
commit before the acknowledgement, rules of every type and PostgreSQL's part in it; its kills are `--only kills`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen, run

from bench.matters.ground import Ground
from bench.matters.table import Table

from . import road
from .cpu import Cpu
from .peer import BROKER, DEVICES, Peer
from .peer_deaths import measure as deaths
from .peer_home_assistant import HomeAssistant
from .peer_node_red import NodeRed
from .probe import Probe

RATES = (400, 3200)
LEISURE = 120
"""Seconds a peer is given to work off what waits when the load has ended."""


def measure(on: Ground, name: str, table: Table, program: Path, data: Path, seconds: int = 20) -> None:
    theirs: dict[str, dict[int, float]] = {}
    for peer in (NodeRed(data), HomeAssistant(data, records=False), HomeAssistant(data, records=True)):
        if missing := peer.missing() or ("there is no mosquitto" if not shutil.which("mosquitto") else ""):
            table.note(f"{peer.name}: not measured, {missing}")
            continue
        peer.prepare()
        with broker(peer.folder) as mosquitto:
            theirs[peer.name] = _costs(peer, mosquitto, program, seconds, table)
            deaths(peer, table)
    _ours(on, name, table, program, seconds, theirs)


@contextmanager
def broker(folder: Path) -> Iterator[Popen[bytes]]:
    """Mosquitto without a bound on what waits for a slow reader."""
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {BROKER} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    process = Popen(["mosquitto", "-c", str(config)], stderr=DEVNULL)
    try:
        Probe.wait(BROKER)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _costs(peer: Peer, mosquitto: Popen[bytes], program: Path, seconds: int, table: Table) -> dict[int, float]:
    """Rate → processor seconds of the peer for a thousand messages."""
    found = {}
    with peer.running() as process:
        costs = {"peer": Cpu.of(process.pid), "Mosquitto": Cpu.of(mosquitto.pid)}
        for rate in RATES:
            before = {what: cost.seconds() for what, cost in costs.items()}
            command = [program, "-p", BROKER, "-n", DEVICES, "-t", seconds, "-r", rate, "-w", 64]
            said = road.SAID.search(run([str(part) for part in command], capture_output=True, text=True).stdout)
            assert said
            behind = _worked_off(costs["peer"])
            used = {what: (cost.seconds() - before[what]) / int(said[2]) * 1000 for what, cost in costs.items()}
            found[rate] = used["peer"]
            table.add(
                f"CPU seconds per 1,000 messages at {rate}/s, {peer.name}", f"{used['peer']:.3f}",
                f"Mosquitto beside it {used['Mosquitto']:.3f}",
                f"done {behind:.0f} s after the last" if behind > 2 else "keeps up",
            )  # fmt: skip
    return found


def _worked_off(cost: Cpu) -> float:
    """Seconds until it rests: less than a tenth of a processor for two seconds."""
    begun, before = time.monotonic(), cost.seconds()
    while time.monotonic() - begun < LEISURE:
        time.sleep(2)
        now = cost.seconds()
        if now - before < 0.2:
            break
        before = now
    return time.monotonic() - begun - 2


def _ours(
    on: Ground, name: str, table: Table, program: Path, seconds: int, theirs: dict[str, dict[int, float]]
) -> None:
    with road.running(on, name) as costs:
        time.sleep(5)
        for rate in RATES:
            ran = road.run(on, name, costs, program, devices=DEVICES, rate=rate, seconds=seconds, probe=False)
            ours = sum(ran.cpu.values()) / 1000
            table.add(
                f"CPU seconds per 1,000 messages at {rate}/s, all of ours",
                f"{ours:.3f}",
                ", ".join(f"{part} {us / 1000:.3f}" for part, us in ran.cpu.items()),
                ", ".join(f"{ours / each[rate]:.2f} x {peer}" for peer, each in theirs.items()),
                "< 1 x Node-RED",
            )
