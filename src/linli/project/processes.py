"""The processes an installation consists of, started, watched and stopped together.

Each runs in a session of its own, so Ctrl-C in the terminal reaches only whoever watches them; and each asks the
kernel to be told when that one dies, so nothing runs on unwatched, not even after a `kill -9`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from linli.project.say import Say
from linli.project.say import gettext as _

PR_SET_PDEATHSIG = 1
# A child that ran this long was well; its next death is the first again.
WELL_AFTER = 30.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
LOG_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Program:
    """One of our processes: what it is called and how it is started."""

    name: str
    label: str
    command: Sequence[str]


def web(host: str, port: int) -> Program:
    """Pages and API. Its backlog takes a burst of connections; 2 × 4 threads stay far below the
    100 sessions of the database. More of them wait for one another and not for the database: on two cores a
    detail was answered 310 times a second with eight threads a process, 414 with four."""
    options = [
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--backlog",
        "8192",
        "--backpressure",
        "4096",
        "--no-ws",
    ]
    return Program("web", _("网页与接口"), _granian("wsgi", "linli.project.wsgi:application", host, port, options))


def live(host: str, port: int) -> Program:
    """Live streams: sockets of its own, for every open page holds one (`project/live`)."""
    command = [sys.executable, "-m", "linli.project.live", "--host", host, "--port", str(port)]
    return Program("live", _("实时推送"), command)


def work() -> Program:
    """The worker: deadlines, followers, jobs."""
    return Program("work", _("后台任务"), [sys.executable, "-m", "linli.cli", "work", "--bare"])


def evaluate() -> Program:
    """The evaluator: what devices said becomes readings and warnings."""
    return Program("evaluate", _("读数评估"), [sys.executable, "-m", "linli.cli", "evaluate", "--bare"])


def intake(host: str, port: int, tls_port: int) -> Program:
    """Devices; any number may run, each on a port of its own."""
    command = [sys.executable, "-m", "linli.cli", "intake", "--bare", "--host", host]
    return Program("intake", _("设备接入"), [*command, "--port", str(port), "--tls-port", str(tls_port)])


def fleet(host: str, port: int) -> Program:
    """The demo's devices, connected to the intake at this port."""
    command = [sys.executable, "-m", "linli.cli", "fleet", "--bare", "--host", host, "--port", str(port)]
    return Program("fleet", _("模拟设备"), command)


def life() -> Program:
    """The demo's people, reporting and handling."""
    return Program("life", _("模拟生活"), [sys.executable, "-m", "linli.cli", "life", "--bare"])


def _granian(interface: str, target: str, host: str, port: int, options: list[str]) -> list[str]:
    common = ["--interface", interface, "--host", host, "--port", str(port), "--log-level", "warning"]
    common += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"]
    return [sys.executable, "-m", "granian", *common, *options, target]


@dataclass(slots=True)
class Child:
    """A program and its present process."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    due: float = 0.0
    delay: float = FIRST_DELAY
    deaths: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps programs running: one that ends is started again, later each time it ends soon.

    `logs`: a folder for what they print, or None to let them print where we do.
    """

    programs: Sequence[Program]
    say: Say
    logs: Path | None = None
    children: list[Child] = field(default_factory=list)

    def start(self) -> None:
        self.children = [Child(program) for program in self.programs]
        for child in self.children:
            self._spawn(child)

    def start_also(self, program: Program) -> None:
        """One more, beside those that run."""
        self.programs = (*self.programs, program)
        self.children.append(Child(program))
        self._spawn(self.children[-1])

    def tick(self) -> None:
        """Notice who ended and start again whoever is due. Call it a few times a second."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._mourn(child, now)
            if child.process is None and now >= child.due:
                self._spawn(child)

    def run(self, also: Callable[[], None] = lambda: None) -> None:
        """Watch for ever; `also` is called about five times a second."""
        while True:
            self.tick()
            also()
            time.sleep(0.2)

    def stop(self, patience: float = 12.0) -> None:
        """Ask every child to end, then insist. Its whole group goes, so no grandchild keeps a port."""
        living = [child for child in self.children if child.process is not None]
        for child in living:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in living:
            assert child.process is not None
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(_("{label} 没有按时停止,强制结束。").format(label=child.program.label))
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
            child.process = None

    def _spawn(self, child: Child) -> None:
        output = self._open_log(child.program)
        try:
            child.process = subprocess.Popen(
                child.program.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, preexec_fn=child_of(os.getpid()),
                env=os.environ | {"PGAPPNAME": f"linli {child.program.name}"},
            )  # fmt: skip
        finally:
            if output is not None:
                output.close()
        child.born = time.monotonic()

    def _mourn(self, child: Child, now: float) -> None:
        assert child.process is not None
        code = child.process.returncode
        _signal_group(child, signal.SIGKILL)  # what it left behind would hold its port
        child.process = None
        child.deaths += 1
        child.delay = FIRST_DELAY if now - child.born > WELL_AFTER else min(child.delay * 2, LONGEST_DELAY)
        child.due = now + child.delay
        how = _("信号 {number}").format(number=-code) if code < 0 else _("返回码 {number}").format(number=code)
        sentence = _("{label} 意外退出({how}),{delay:g} 秒后重新启动。").format(
            label=child.program.label, how=how, delay=child.delay
        )
        if last := self.last_words(child.program):
            sentence += f"\n    {last}"
        self.say(sentence)

    def last_words(self, program: Program) -> str:
        """The last line a program printed, when its output is kept in a file."""
        if self.logs is None:
            return ""
        try:
            lines = (self.logs / f"{program.name}.log").read_bytes()[-4000:].decode("utf-8", "replace").split("\n")
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _open_log(self, program: Program) -> IO[bytes] | None:
        if self.logs is None:
            return None
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.logs / f"{program.name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")


def _signal_group(child: Child, number: signal.Signals) -> None:
    assert child.process is not None
    try:
        os.killpg(child.process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def child_of(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: tie its life to ours, allow itself many connections."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # we died before the child could ask
                os._exit(1)
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return prepare
