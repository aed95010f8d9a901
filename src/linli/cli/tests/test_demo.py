"""`linli demo` as its user meets it: one command, one ready line, nothing left; and what a kill does to it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from linli.project.engines.leftovers import clear
from linli.project.engines.paths import socket_dir
from linli.project.engines.probe import living

pytestmark = pytest.mark.slow
# The first start makes the demo district, on a busy machine.
FIRST, LATER = 300.0, 60.0


class Demo:
    """A running `linli demo` and what it prints."""

    def __init__(self, data: Path, port: int, output: Path) -> None:
        self.data, self.port, self.output = data, port, output
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LINLI_LANGUAGE": "en"}
        environment.pop("LINLI_DATABASE_URL", None)
        with output.open("w") as file:
            command = [sys.executable, "-m", "linli.cli", "demo", "--data", str(data), "--port", str(port)]
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment)

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def until(self, true: Callable[[], bool], limit: float = LATER) -> None:
        deadline = time.monotonic() + limit
        while not true():
            assert time.monotonic() < deadline, f"waited in vain:\n{self.said}"
            assert self.process.poll() is None, f"it ended:\n{self.said}"
            time.sleep(0.1)

    def ready(self, limit: float = LATER) -> None:
        self.until(lambda: any(line.startswith("ready ") for line in self.said.splitlines()), limit)

    def answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False

    def children(self, word: str) -> list[psutil.Process]:
        """The living children that were started with this very word."""
        found = []
        for process in psutil.Process(self.process.pid).children():
            try:
                if word in process.cmdline():
                    found.append(process)
            except psutil.ZombieProcess:
                continue
        return found


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linli-demo-"))
    folder.chmod(0o755)
    yield folder / "data"
    clear(folder / "data" / "postgres", socket_dir(folder / "data"), lambda _sentence: None)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    """A free port whose neighbour is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            number: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", number + 1))
            except OSError:
                continue
            return number


@pytest.fixture
def start(data: Path, port: int, tmp_path: Path) -> Iterator[Callable[[], Demo]]:
    started: list[Demo] = []

    def begin() -> Demo:
        started.append(Demo(data, port, tmp_path / f"{len(started)}.txt"))
        return started[-1]

    yield begin
    for demo in started:
        demo.process.terminate()
        demo.process.wait(60)


def nothing_runs(data: Path) -> bool:
    return not living(data / "postgres") and not any(
        str(data) in " ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])
    )


def test_one_ready_line_and_nothing_left_after_ctrl_c(start: Callable[[], Demo], data: Path, port: int) -> None:
    demo = start()
    demo.ready(FIRST)
    assert [line for line in demo.said.splitlines() if "ready " in line] == [f"ready http://127.0.0.1:{port}"]
    assert demo.answers()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0
    assert nothing_runs(data)
    assert not demo.answers()


def test_killed_children_and_database_come_back(start: Callable[[], Demo], data: Path) -> None:
    demo = start()
    demo.ready()
    for word in ("wsgi", "asgi", "work"):
        victim = demo.children(word)[0]
        victim.kill()
        demo.until(lambda word=word, old=victim.pid: [p for p in demo.children(word) if p.pid != old] != [])
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    demo.until(lambda: "The database is back." in demo.said)
    demo.until(demo.answers)
    demo.process.terminate()
    demo.process.wait(60)
    assert nothing_runs(data)


def test_a_killed_demo_leaves_no_child_and_the_next_takes_its_database_over(
    start: Callable[[], Demo], data: Path
) -> None:
    demo = start()
    demo.ready()
    children = psutil.Process(demo.process.pid).children(recursive=True)
    served = [child for child in children if child.name() != "postgres"]
    postmaster = (data / "postgres" / "postmaster.pid").read_text()
    demo.process.kill()
    demo.process.wait()
    _gone, stayed = psutil.wait_procs(served, timeout=20)
    assert [p for p in stayed if p.status() != psutil.STATUS_ZOMBIE] == []
    started = time.monotonic()
    again = start()
    again.ready()
    assert (data / "postgres" / "postmaster.pid").read_text() == postmaster
    assert time.monotonic() - started < 30


def test_a_busy_port_is_said_before_anything_starts(start: Callable[[], Demo], port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        demo = start()
        assert demo.process.wait(60) == 1
    assert str(port + 1) in demo.said
    assert "Traceback" not in demo.said
