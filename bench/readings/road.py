"""The whole road: devices publish (QoS 1), are acknowledged after the commit, rules are evaluated, rows are durable.

`mqload` (../shared/tools, compiled here when there is a compiler) plays the devices. Intake, evaluator, PostgreSQL and
the load all run on this machine; each one's processor time is stated a reading.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from .cpu import Cpu
from .probe import Probe

ROOT = Path(__file__).resolve().parents[2]
LOAD = ROOT.parent / "shared" / "tools" / "mqload.c"
PORT = 21910


def load_program(data: Path) -> Path | None:
    """mqload, compiled; None without its source or a compiler."""
    program = data / "mqload"
    if not program.exists():
        if not LOAD.exists() or not shutil.which("cc"):
            return None
        subprocess.run(["cc", "-O2", "-w", "-o", str(program), str(LOAD)], check=True)
    return program


@contextlib.contextmanager
def running(on: Ground, name: str, *, evaluators: int = 1) -> Iterator[dict[str, Cpu]]:
    """An intake and evaluators on that database; yields what each costs."""
    env = os.environ | {"LINLI_DATABASE_URL": on.url(name), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    commands = {"intake": ["intake", "--bare", "--port", str(PORT)]}
    commands |= {f"evaluator {n + 1}": ["evaluate", "--bare"] for n in range(evaluators)}
    started: list[subprocess.Popen[bytes]] = []
    costs = {}
    try:
        for what, arguments in commands.items():
            process = subprocess.Popen([sys.executable, "-m", "linli.cli", *arguments], env=env)
            started.append(process)
            costs[what] = Cpu.of(process.pid)
        costs["PostgreSQL"] = Cpu.of_engine(on.engine)
        Probe.wait(PORT)
        time.sleep(3)
        yield costs
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(20)


@dataclass
class Run:
    """What one run of the load came to."""

    acked: int
    rate: float
    p50: float
    p99: float
    gap: float
    stored: int
    behind: float
    cpu: dict[str, float]
    load: float
    delays: list[float]


SAID = re.compile(
    r"sent=(\d+) acked=(\d+) in ([\d.]+)s = (\d+) acked/s +lat p50=([\d.]+)ms p99=([\d.]+)ms maxgap=([\d.]+)s.*genCPU=([\d.]+)s"
)


def run(
    on: Ground,
    name: str,
    costs: dict[str, Cpu],
    program: Path,
    *,
    devices: int,
    rate: int,
    seconds: int,
    probe: bool,
) -> Run:
    with on.connect(name) as connection:
        connection.execute("SELECT set_config('linli.sees', '*', false)")
        before = stored(connection)
        spent = {what: cost.seconds() for what, cost in costs.items()}
        command = [str(program), "-p", str(PORT), "-n", str(devices), "-a", "1", "-t", str(seconds), "-c", "2000"]
        command += ["-r", str(rate), "-w", "64"] if rate else ["-w", "8"]
        said_by = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        delays = Probe(PORT, connection, devices).measure(seconds - 8) if probe else []
        said, _ = said_by.communicate(timeout=seconds + 60)
        found = SAID.search(said)
        if not found:
            raise SystemExit(f"mqload said: {said}")
        _sent, acked, elapsed, _per_second, p50, p99, gap, load = found.groups()
        begun = time.perf_counter()
        while (count := stored(connection) - before) < int(acked) and time.perf_counter() - begun < 120:
            time.sleep(0.2)
        behind = time.perf_counter() - begun
        used = {what: (cost.seconds() - spent[what]) / max(1, int(acked)) * 1e6 for what, cost in costs.items()}
    return Run(
        int(acked), int(acked) / float(elapsed), float(p50), float(p99), float(gap), count, behind, used,
        float(load) / int(acked) * 1e6, delays,
    )  # fmt: skip


def stored(connection: Any) -> int:
    """Readings of the bench's devices."""
    return int(connection.execute("SELECT count(*) FROM readings_reading").fetchone()[0])


def measure(on: Ground, name: str, table: Table, program: Path, given: Any) -> None:
    with running(on, name) as costs:
        sustained = [
            run(
                on, name, costs, program, devices=given.devices, rate=given.rate, seconds=given.seconds, probe=False
            )
            for _n in range(given.runs)
        ]
        _say(table, f"{given.devices:,} devices, {given.rate:,}/s asked, {given.seconds} s", sustained)
        burst = run(on, name, costs, program, devices=given.devices, rate=0, seconds=10, probe=False)
        _say(table, "flat out for 10 s", [burst])
        half = run(on, name, costs, program, devices=given.devices, rate=given.rate // 2, seconds=60, probe=True)
        delays = sorted(half.delays)
        if delays:
            table.add(
                f"publish → matter open, {given.rate // 2:,}/s beside it",
                f"{statistics.median(delays) * 1000:.0f} ms",
                f"p99 {delays[min(len(delays) - 1, int(len(delays) * 0.99))] * 1000:.0f} ms",
                f"{len(delays)} alarms",
                "p99 < 1 s",
            )


def _say(table: Table, what: str, runs: list[Run]) -> None:
    one = sorted(runs, key=lambda run: run.rate)[len(runs) // 2]
    spent = sum(one.cpu.values())
    table.add(
        f"acknowledged/s, {what}",
        f"{one.rate:,.0f}",
        f"PUBACK p99 {one.p99:.0f} ms",
        f"p50 {one.p50:.0f} ms",
        "20,000; p99 < 100 ms",
    )
    parts = ", ".join(f"{part} {us:.1f}" for part, us in one.cpu.items())
    table.add(f"CPU a reading, {what}", f"{spent:.1f} µs", parts, f"{spent / 40:.2f} of the limit", "40 µs")
    table.note(
        f"{what}: {one.acked:,} acknowledged, {one.stored:,} stored {one.behind:.1f} s after the last;"
        f" longest gap {one.gap * 1000:.0f} ms; the load itself {one.load:.1f} µs a reading"
    )
