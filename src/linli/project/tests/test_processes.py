"""Children are kept alive, stopped whole, and never outlive whoever watches them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from linli.project.processes import Program, Supervisor

FAMILY = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def until(true: Callable[[], bool], limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def program(code: str, name: str = "web") -> Program:
    return Program(name, name, [sys.executable, "-c", code])


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watch(said: list[str], tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def start(*codes: str) -> Supervisor:
        supervisor = Supervisor([program(code, f"p{n}") for n, code in enumerate(codes)], said.append, tmp_path)
        supervisor.start()
        made.append(supervisor)
        return supervisor

    yield start
    for supervisor in made:
        supervisor.stop(patience=0.1)


def test_who_dies_is_started_again_later_each_time(watch: Callable[..., Supervisor], said: list[str]) -> None:
    supervisor = watch("raise SystemExit('no such table')")
    child = supervisor.children[0]
    delays: list[float] = []

    def third_death() -> bool:
        supervisor.tick()
        if child.deaths > len(delays):
            delays.append(child.delay)
            child.due = 0.0  # the test need not wait the delay out
        return len(delays) == 3

    until(third_death)
    assert delays == [1.0, 2.0, 4.0]
    assert "no such table" in said[0], "its last words tell the operator why"


def test_a_killed_parent_takes_its_own_children_along(watch: Callable[..., Supervisor], tmp_path: Path) -> None:
    supervisor = watch(FAMILY)
    child = supervisor.children[0]
    log = tmp_path / "p0.log"
    until(lambda: log.exists() and log.read_text().strip().isdigit())
    grandchild = int(log.read_text())
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: supervisor.tick() is None and child.deaths == 1)
    until(lambda: not alive(grandchild))


def test_stopping_ends_also_who_does_not_listen(watch: Callable[..., Supervisor], tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    )
    supervisor = watch(deaf, FAMILY)
    until(lambda: all((tmp_path / f"p{n}.log").exists() and (tmp_path / f"p{n}.log").read_text() for n in (0, 1)))
    pids = [child.process.pid for child in supervisor.children if child.process]
    pids.append(int((tmp_path / "p1.log").read_text()))
    supervisor.stop(patience=0.5)
    assert not any(alive(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_nobody_outlives_a_killed_watcher() -> None:
    code = (
        "import sys, time\n"
        "from linli.project.processes import Program, Supervisor\n"
        "s = Supervisor([Program('p', 'p', [sys.executable, '-c', 'import time; time.sleep(600)'])], print)\n"
        "s.start(); print(s.children[0].process.pid, flush=True); time.sleep(600)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    watcher = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert watcher.stdout is not None
    child = int(watcher.stdout.readline())
    assert alive(child)
    watcher.kill()
    watcher.wait()
    watcher.stdout.close()
    until(lambda: not alive(child))
