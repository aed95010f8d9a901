"""Killed, orphaned, unreachable, slow: the next start makes a whole server of it, and nothing committed is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from linli.project.engines import Engine
from linli.project.engines.account import server_account
from linli.project.engines.binaries import programs
from linli.project.engines.conf import install
from linli.project.engines.paths import claim_socket_dir
from linli.project.engines.probe import living
from linli.project.engines.server import launch
from linli.project.say import Say

from .conftest import Run, master, quiet, rows, write_row

# Starts a postmaster that nobody will ever wait for, so that its death leaves a zombie under this process.
CARELESS = """
import sys
from linli.project.engines import Engine
engine = Engine.ensure(sys.argv[1], say=lambda s: None)
print(engine._process.pid, flush=True)
sys.stdin.readline()
"""


def ensure(data: Path, say: Say = quiet) -> Engine:
    """With the settings of real use: without them a kill may lose what was committed."""
    return Engine.ensure(data, say=say)


@pytest.fixture
def numbers(data: Path) -> Iterator[dict[str, object]]:
    """Numbers a pid file may hold that are no server's; the processes are of the server's own account, because
    PostgreSQL does not believe in another account's processes anyway."""
    account = server_account(data / "postgres")
    zombie = subprocess.Popen(["true"], **account.started_as())
    stranger = subprocess.Popen(["sleep", "600"], **account.started_as())
    while psutil.Process(zombie.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    yield {"zombie": zombie.pid, "stranger": stranger.pid, "nonsense": "x"}
    zombie.wait()
    assert stranger.poll() is None, "a stranger must be left alone"
    stranger.kill()
    stranger.wait()


def busy_backend(dsn: str) -> tuple[threading.Thread, int]:
    """A backend in the middle of an uncommitted insert and a long query; its pid."""
    pids: list[int] = []

    def work() -> None:
        with pytest.raises(psycopg.OperationalError), psycopg.connect(dsn) as connection:
            connection.execute("INSERT INTO kept VALUES (666)")
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            pids.append(row[0])  # type: ignore[index]
            # plain arithmetic: it does not notice that its postmaster is gone until it is interrupted
            connection.execute("SELECT count(*) FROM generate_series(1, 2000000000) n WHERE n % 7 = 3")

    thread = threading.Thread(target=work)
    thread.start()
    while not pids:
        time.sleep(0.02)
    time.sleep(0.3)
    return thread, pids[0]


def test_a_killed_postmaster_with_a_busy_orphan_is_recovered(data: Path) -> None:
    engine = ensure(data)
    write_row(engine, 1)
    thread, orphan = busy_backend(engine.dsn)
    os.kill(master(engine), signal.SIGKILL)
    time.sleep(0.3)
    assert psutil.pid_exists(orphan), "the backend should have outlived its postmaster"
    again = ensure(data)
    thread.join(timeout=10)
    assert orphan not in [process.pid for process in living(data / "postgres")]
    assert rows(again) == [1]
    engine.leave()
    assert again.leave() is True


def test_a_zombie_postmaster_is_not_believed_alive(data: Path, run: Run) -> None:
    parent = run(CARELESS, data)
    pid = int(parent.stdout.readline())  # type: ignore[union-attr]
    os.kill(pid, signal.SIGKILL)
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.02)
    assert (data / "postgres" / "postmaster.pid").read_text().startswith(f"{pid}\n")
    engine = ensure(data)
    assert master(engine) != pid
    parent.kill()
    engine.leave()


@pytest.mark.parametrize("kind", ["zombie", "stranger", "nonsense"])
def test_a_pid_file_that_lies_is_not_believed(kind: str, data: Path, numbers: dict[str, object]) -> None:
    engine = ensure(data)
    write_row(engine, 1)
    text = (data / "postgres" / "postmaster.pid").read_text().split("\n", 1)[1]
    os.kill(master(engine), signal.SIGKILL)
    engine._reap()
    (data / "postgres" / "postmaster.pid").write_text(f"{numbers[kind]}\n{text}")
    again = ensure(data)
    assert rows(again) == [1]
    engine.leave()
    again.leave()


def test_a_server_whose_socket_was_deleted_is_replaced(data: Path) -> None:
    engine = ensure(data)
    write_row(engine, 1)
    old = master(engine)
    for entry in engine.socket.iterdir():
        entry.unlink()
    said: list[str] = []
    again = ensure(data, said.append)
    assert master(again) != old
    assert rows(again) == [1]
    assert any(str(old) in sentence for sentence in said)
    engine.leave()
    again.leave()


def test_whoever_watches_brings_it_back(data: Path) -> None:
    engine = ensure(data)
    write_row(engine, 1)
    os.kill(master(engine), signal.SIGKILL)
    time.sleep(0.2)
    assert not engine.answers()
    engine.heal()
    assert rows(engine) == [1]
    engine.leave()


@pytest.mark.slow
def test_a_recovery_longer_than_ten_seconds_is_waited_for_and_joined(data: Path) -> None:
    """A real archive recovery whose restore command is slow; the one who began to wait for it is gone."""
    engine = ensure(data)
    write_row(engine, 1)
    engine.leave()
    cluster = data / "postgres"
    (cluster / "recovery.signal").touch()
    with (cluster / "postgresql.conf").open("a") as conf:
        conf.write("restore_command = 'sleep 7; false'\n")
    account = server_account(cluster)
    os.chown(cluster / "recovery.signal", account.uid, account.gid)
    socket = claim_socket_dir(data, uid=account.uid, gid=account.gid)
    install(cluster, account, socket, fast=False)
    process = launch(cluster, account, programs(account, quiet), data / "engine.log")
    time.sleep(1)
    said: list[str] = []
    started = time.monotonic()
    again = ensure(data, said.append)
    waited = time.monotonic() - started
    assert waited > 10
    assert any("恢复" in sentence for sentence in said)
    assert master(again) == process.pid
    assert rows(again) == [1]
    again.leave()
    process.wait(10)


def test_half_a_new_cluster_is_thrown_away(data: Path) -> None:
    ensure(data).leave()
    (data / "postgres").rename(data / next(iter_mark(data)))
    engine = ensure(data)
    assert list(data.glob(".new-*")) == []
    engine.leave()


def iter_mark(data: Path) -> Iterator[str]:
    import hashlib

    yield f".new-{hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]}-killed"
