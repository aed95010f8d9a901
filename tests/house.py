"""A whole installation in a directory of its own, to be killed piece by piece."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psutil
import psycopg

from linli.project.engines.address import at_socket
from linli.project.engines.paths import socket_dir
from linli.project.testing import alone, migrations_hash
from linli.project.tests.ports import free_port

SEED = """
import json
from datetime import UTC, datetime
from linli.kernel.access import Actor, Role, as_system
from linli.kernel.matters.tests.cast import CITY, make_cast
from linli.kernel.people.verbs import issue_key
make_cast()
key, plain = issue_key(
    by=Actor(role=Role.SECURITY_ADMIN, scope="*"), at=datetime.now(UTC), name="kill test", place_code=CITY
)
print("KEY", plain)
"""


_VAR = Path(__file__).parents[1] / "var"
_STATIC = _VAR / "test-static"
"""Scripts and styles as an installation sends them: by the scenes that are on, built by the first house and used by all."""


class House:
    """`linli serve` and `linli work` over one embedded PostgreSQL, each a process that a test may kill."""

    standing: WeakSet[House] = WeakSet()
    """Those with something running: when a test fails, what they printed is shown with it."""

    def __init__(self, data: Path, clock: Path | None = None, scenes: Sequence[str] = ()) -> None:
        """`scenes`: modules; those of every installation where none is named."""
        self.data, self.port = data, free_port(2)
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LINLI_DATA": str(data),
            "LINLI_STATIC": str(_STATIC / (hashlib.sha256(",".join(scenes).encode()).hexdigest()[:12])),
        }
        if scenes:
            self.environment["LINLI_SCENES"] = ",".join(scenes)
        self.environment.pop("LINLI_DATABASE_URL", None)
        if clock is not None:
            self.environment["LINLI_CLOCK"] = str(clock)
        self.running: list[subprocess.Popen[Any]] = []

    def linli(self, *words: str, given: str = "") -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "linli.cli", *words],
            input=given,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def move_in(self) -> None:
        """What `linli migrate` does, copied from an installation that did it once: a second where that takes many."""
        found = _migrated_once()
        # The server's account may not come here, and a cluster lives elsewhere; or one runs here already.
        if (found / "postgres").is_symlink() or (self.data / "postgres").exists():
            self.linli("migrate")
            return
        self.data.mkdir(mode=0o711, exist_ok=True)
        for part in ("postgres", "secrets"):
            subprocess.run(["cp", "-a", "--reflink=auto", str(found / part), str(self.data)], check=True)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.data / f"{words[0]}.out").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "linli.cli", *words], env=self.environment, stdout=log, stderr=log
        )
        self.running.append(process)
        self.standing.add(self)
        return process

    def answers(self, *ports: int) -> bool:
        """Whether something listens on each; fails with what they printed as soon as one that should run has ended."""
        for process in self.running:
            assert process.poll() is None, f"{process.args} ended\n{self.printed()}"
        for port in ports:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)):
                    return False
        return True

    def printed(self) -> str:
        """The end of what each program of this installation said, the database's among them."""
        logs = sorted((*self.data.glob("*.out"), *self.data.glob("engine.log")))
        return "\n".join(f"{log.name}: …{log.read_text()[-4000:]}" for log in logs)

    def stop(self) -> None:
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
        self.running.clear()
        self.standing.discard(self)

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    def postmaster(self) -> psutil.Process | None:
        pid = next(self.data.glob("**/postmaster.pid"), None)
        try:
            return psutil.Process(int(pid.read_text().split()[0])) if pid else None
        except (psutil.NoSuchProcess, ValueError, OSError):
            return None

    def children(self, *words: str) -> list[psutil.Process]:
        """Living processes below those we started, whose command line has all the words."""
        found = []
        for process in self.running:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    try:
                        if all(any(word in part for part in child.cmdline()) for word in words):
                            found.append(child)
                    except psutil.NoSuchProcess:
                        continue
        return found

    def post(self, path: str, body: dict[str, Any], key: str, timeout: float = 10) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                "POST", path, json.dumps(body), {"Content-Type": "application/json", "X-API-Key": key}
            )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def rows(self, query: str) -> list[list[Any]]:
        """Rows of the installation's own database, seen with the system's eyes."""
        with self.session() as connection:
            return [list(row) for row in connection.execute(query).fetchall()]

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection[Any]]:
        """A session of our own in that database; what it locks, the others wait for."""
        given = at_socket(socket_dir(self.data))
        with psycopg.connect(
            host=given["HOST"], port=given["PORT"], user=given["USER"], dbname=given["NAME"], autocommit=True
        ) as connection:
            connection.execute("SELECT set_config('linli.sees', '*', false)")
            yield connection


def _migrated_once() -> Path:
    """The data directory of an installation with the migrations as they are now, its server stopped."""
    found = _VAR / f"test-house-{migrations_hash()}"
    with alone(_VAR / "test-house.lock"):
        if not found.exists():
            for older in _VAR.glob("test-house-*"):
                shutil.rmtree(older)
            draft = found.with_name("test-house-draft")
            House(draft).linli("migrate")
            until(lambda: not (draft / "postgres" / "postmaster.pid").exists(), "its server to stop")
            draft.rename(found)
    return found


# Reads scripts, one a line as JSON, and runs each where the one before it ended; a mark follows what it printed.
TELLER = """
import json, sys, traceback
from linli.cli.ground import use_django
use_django()
world = {}
for line in sys.stdin:
    try:
        exec(compile(json.loads(line), "told", "exec"), world)
        print("\\n=done=", flush=True)
    except BaseException:
        print(traceback.format_exc(), "\\n=failed=", sep="", flush=True)
"""


class Teller:
    """A process of the installation that runs Python as a test tells it: started once, where a command starts anew."""

    def __init__(self, house: House) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", TELLER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=house.environment,
        )  # fmt: skip
        house.running.append(self.process)

    def tell(self, script: str) -> str:
        """Run it to its end and return what it printed."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(script) + "\n")
        self.process.stdin.flush()
        said: list[str] = []
        for line in self.process.stdout:
            if line.strip() in ("=done=", "=failed="):
                assert line.strip() == "=done=", "".join(said)
                return "".join(said)
            said.append(line)
        raise AssertionError("".join(said) or "it ended")


def until(true: Callable[[], Any], what: str, limit: float = 90.0) -> Any:
    deadline = time.monotonic() + limit
    while not (value := true()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return value
