"""`linli demo` as its user meets it: one command, one ready line, nothing left; and what a kill does to it."""

from __future__ import annotations

import fcntl
import http.client
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import expect

from linli.parts.tests import browser
from linli.project.demo.staff import PASSWORD
from linli.project.engines.leftovers import clear
from linli.project.engines.paths import socket_dir
from linli.project.engines.probe import living
from linli.project.engines.tests.others import interpreter

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]  # one district for all of them
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk or act as another user")
# Without a word for so long it hangs, however busy the machine is.
SILENCE = 600.0


class Demo:
    """A running `linli demo` and what it prints."""

    def __init__(self, data: Path, port: int, output: Path, *more: str, **how: Any) -> None:
        self.data, self.port, self.output = data, port, output
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LINLI_LANGUAGE": "en"}
        environment.pop("LINLI_DATABASE_URL", None)
        python = interpreter(how.get("user"))
        command = [python, "-m", "linli.cli", "demo", "--data", str(data), "--port", str(port), *more]
        with output.open("w") as file:
            given: dict[str, Any] = {"stdout": file, "stderr": subprocess.STDOUT, "env": environment, "cwd": "/"}
            self.process = subprocess.Popen(command, **given | how)

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def until(self, true: Callable[[], bool]) -> None:
        heard, deadline = "", 0.0
        while not true():
            if heard != (said := self.said) or not deadline:
                heard, deadline = said, time.monotonic() + SILENCE
            assert time.monotonic() < deadline, f"waited in vain:\n{said}"
            assert self.process.poll() is None, f"it ended:\n{said}"
            time.sleep(0.1)

    def says(self, words: str) -> None:
        self.until(lambda: words in self.said)

    def ready(self) -> None:
        self.until(lambda: any(line.startswith("ready ") for line in self.said.splitlines()))

    def ends(self) -> int:
        return self.process.wait(SILENCE)

    def answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
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
            except psutil.NoSuchProcess:  # also a zombie: gone, or going
                continue
        return found


def _of_its_terminal() -> None:
    """What a child does before it becomes the demo: heed its terminal, also where these tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal(threading.Thread):
    """What it shows goes to a file, until it is closed."""

    def __init__(self, ours: int, output: Path) -> None:
        super().__init__(daemon=True)
        self.ours, self.output, self.closing = ours, output, threading.Event()
        os.set_blocking(ours, False)  # it is not closed while anybody waits in a read
        self.start()

    def run(self) -> None:
        with self.output.open("ab", buffering=0) as file:
            while not self.closing.wait(0.05):
                with suppress(OSError):
                    file.write(os.read(self.ours, 65536))
        os.close(self.ours)

    def close(self) -> None:
        self.closing.set()
        self.join()


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linli-demo-"))
    folder.chmod(0o755)
    yield folder / "data"
    clear(folder / "data" / "postgres", socket_dir(folder / "data"), lambda _sentence: None)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    """A free port whose two neighbours are free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            number: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", number + 1))
                third.bind(("127.0.0.1", number + 2))
            except (OSError, OverflowError):
                continue
            return number


@pytest.fixture
def start(data: Path, port: int, tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    started: list[Demo] = []

    def begin(*more: str, at: Path = data, **how: Any) -> Demo:
        """With a fortnight behind it: a year is filled in the same way, and read by the worker for minutes."""
        more = more or ("--days", "14")
        started.append(Demo(at, port, tmp_path / f"{len(started)}.txt", *more, **how))
        return started[-1]

    yield begin
    for demo in started:
        demo.process.terminate()
        demo.ends()


def nothing_runs(data: Path) -> bool:
    return not living(data / "postgres") and not any(
        str(data) in " ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])
    )


def test_one_ready_line_and_nothing_left_after_ctrl_c(start: Callable[..., Demo], data: Path, port: int) -> None:
    demo = start()
    demo.ready()
    assert [line for line in demo.said.splitlines() if "ready " in line] == [f"ready http://127.0.0.1:{port}"]
    demo.until(demo.answers)
    demo.process.send_signal(signal.SIGINT)
    demo.says("Stopping")
    for impatient in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
        demo.process.send_signal(impatient)
    assert demo.ends() == 0
    assert nothing_runs(data)
    assert not demo.answers()


@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium on this machine")
def test_a_fire_started_on_the_panel_is_a_warning_with_its_own_page_and_ends_when_it_is_stopped(
    start: Callable[..., Demo], port: int
) -> None:
    """Real devices' MQTT, real intake, rules and pages: nothing between the button and the warning is ours to fake."""
    demo = start()
    demo.ready()
    with browser.chromium() as chromium:
        page = chromium.new_page()
        page.set_default_timeout(SILENCE * 1000)
        page.goto(f"http://127.0.0.1:{port}/account/signin/?as=staff&next=/desk/panel/")
        page.fill("input[name=username]", "street-duty")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.click("#offer-fire button[type=submit]")
        event = page.locator(".panel-event[data-kind=fire]").first
        # The devices may still be connecting, a few hundred a second.
        expect(event.get_by_role("link", name=re.compile("烟雾|Smoke")).first).to_be_visible(timeout=SILENCE * 1000)
        address = event.get_by_role("link").first.get_attribute("href")
        event.get_by_role("button").click()
        expect(page.locator(".panel-event.over[data-kind=fire]").first).to_be_visible()
        assert address is not None
        page.goto(f"http://127.0.0.1:{port}{address}")
        expect(page.locator("main")).to_contain_text(re.compile("烟雾|Smoke"))


def test_killed_children_and_database_come_back_and_a_closed_terminal_stops_them(
    start: Callable[..., Demo], data: Path
) -> None:
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "start_new_session": True}
    demo = start(**streams, preexec_fn=_of_its_terminal)
    os.close(theirs)
    terminal = Terminal(ours, demo.output)
    demo.ready()
    for word in ("wsgi", "linli.project.live", "work", "evaluate", "intake", "fleet", "life"):
        victim = demo.children(word)[0]
        victim.kill()
        demo.until(lambda word=word, old=victim.pid: [p for p in demo.children(word) if p.pid != old] != [])
    postmaster = int((data / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    demo.says("The database is back.")
    demo.until(demo.answers)
    terminal.close()
    assert demo.ends() == 128 + signal.SIGHUP
    assert nothing_runs(data)


def test_a_killed_demo_leaves_no_child_and_the_next_takes_its_database_over(
    start: Callable[..., Demo], data: Path
) -> None:
    demo = start()
    demo.ready()
    children = psutil.Process(demo.process.pid).children(recursive=True)
    served = [child for child in children if child.name() != "postgres"]
    postmaster = (data / "postgres" / "postmaster.pid").read_text()
    demo.process.kill()
    demo.process.wait()
    _gone, stayed = psutil.wait_procs(served, timeout=SILENCE)
    assert [p for p in stayed if p.status() != psutil.STATUS_ZOMBIE] == []
    again = start()
    again.ready()
    assert (data / "postgres" / "postmaster.pid").read_text() == postmaster
    again.process.terminate()
    assert again.ends() == 128 + signal.SIGTERM
    assert nothing_runs(data)


def test_a_busy_port_is_said_before_anything_starts(start: Callable[..., Demo], port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()
        demo = start()
        assert demo.ends() == 1
    assert str(port + 1) in demo.said
    assert "Traceback" not in demo.said


@needs_root
def test_another_users_district_is_refused_in_a_sentence(start: Callable[..., Demo], tmp_path: Path) -> None:
    theirs = Path(tempfile.mkdtemp(prefix="linli-demo-")) / "data"
    theirs.parent.chmod(0o755)
    (theirs / "postgres").mkdir(parents=True)
    try:
        demo = start(at=theirs, user="nobody")
        assert demo.ends() == 1
        assert str(theirs) in demo.said
        assert "Traceback" not in demo.said
        assert list((theirs / "postgres").iterdir()) == []
    finally:
        shutil.rmtree(theirs.parent)


@needs_root
def test_a_disk_that_fills_up_is_said_and_with_room_again_the_next_start_works(start: Callable[..., Demo]) -> None:
    """A small district (--days) of another user on this machine, beside whatever runs here."""
    disk = Path(tempfile.mkdtemp(prefix="linli-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800m,mode=777", "none", disk], check=False)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        demo = start("--days", "7", at=disk / "data", user="nobody")
        demo.says("Registering")
        with (ballast := disk / "ballast").open("wb") as file, suppress(OSError):
            while True:
                file.write(b"\0" * 1024 * 1024)
                file.flush()
        assert demo.ends() == 1
        assert "disk" in demo.said and "full" in demo.said
        assert "Traceback" not in demo.said
        assert nothing_runs(disk / "data")
        ballast.unlink()
        again = start("--days", "7", at=disk / "data", user="nobody")
        again.ready()
        assert again.answers()
        again.process.send_signal(signal.SIGINT)
        assert again.ends() == 0
        assert nothing_runs(disk / "data")
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
        disk.rmdir()
