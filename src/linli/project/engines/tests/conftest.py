"""Real servers in real directories, and nothing of them left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from linli.project.engines import Engine
from linli.project.engines.leftovers import clear
from linli.project.engines.paths import socket_dir

from .others import interpreter

Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory every account can enter (pytest's own is closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
    folder.chmod(0o755)
    yield folder
    for cluster in folder.glob("**/postgres"):
        home = cluster.resolve()
        clear(cluster, socket_dir(cluster.parent), lambda _sentence: None)
        shutil.rmtree(socket_dir(cluster.parent), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data(place: Path) -> Path:
    return place / "data"


@pytest.fixture
def run() -> Iterator[Run]:
    """Start Python code in a process of its own, perhaps as another user; ended after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object, user: str | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [interpreter(user), "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, user=user,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}, cwd="/",
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def quiet(_sentence: str) -> None:
    """Nobody listens."""


def ensure(data: Path, say: Callable[[str], None] = quiet) -> Engine:
    return Engine.ensure(data, say=say, fast=True)


def master(engine: Engine) -> int:
    """The postmaster's pid, asked of the server itself: its backends' parent."""
    with psycopg.connect(engine.superuser_dsn) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        import psutil

        return psutil.Process(row[0]).ppid()


def write_row(engine: Engine, value: int) -> None:
    with psycopg.connect(engine.dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def rows(engine: Engine) -> list[int]:
    with psycopg.connect(engine.dsn) as connection:
        return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY value").fetchall()]
