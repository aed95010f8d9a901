"""One server for all who need it: started by the first, stopped by the last, taken over after a kill."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import psutil
import psycopg
import pytest

from linli.project.engines import EngineFault
from linli.project.engines.engine import reset
from linli.project.engines.paths import default_socket_dir

from .conftest import Run, ensure, master, rows, write_row

STAY = """
import sys
from linli.project.engines import Engine
engine = Engine.ensure(sys.argv[1], say=lambda s: None, fast=True)
import psycopg, psutil
with psycopg.connect(engine.superuser_dsn) as c:
    print(psutil.Process(c.execute("select pg_backend_pid()").fetchone()[0]).ppid(), flush=True)
sys.stdin.readline()
print(engine.leave(), flush=True)
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users")


def test_the_application_is_bound_by_row_level_security(data: Path) -> None:
    engine = ensure(data)
    with psycopg.connect(engine.dsn) as connection:
        connection.execute("CREATE TABLE secret (place text)")
        connection.execute("INSERT INTO secret VALUES ('3101')")
        connection.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE secret FORCE ROW LEVEL SECURITY")
        assert connection.execute("SELECT count(*) FROM secret").fetchone() == (0,)
    engine.leave()


def test_settings_are_ours_and_no_port_is_open(data: Path) -> None:
    engine = ensure(data)
    wanted = {
        "listen_addresses": "", "jit": "off", "TimeZone": "UTC", "wal_compression": "pglz", "max_wal_size": "4GB",
        "server_encoding": "UTF8", "max_connections": "100", "shared_buffers": "128MB",
    }  # fmt: skip
    with psycopg.connect(engine.superuser_dsn) as connection:
        found = {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in wanted}  # type: ignore[index]
    assert found == wanted
    assert psutil.Process(master(engine)).net_connections("tcp") == []
    engine.leave()


def test_the_last_who_leaves_stops_it(data: Path) -> None:
    first, second = ensure(data), ensure(data)
    assert first.leave() is False
    assert second.answers()
    assert second.leave() is True
    assert not second.answers()
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_three_who_start_at_once_share_one_server(data: Path, run: Run) -> None:
    processes = [run(STAY, data) for _ in range(3)]
    masters = {process.stdout.readline().strip() for process in processes}  # type: ignore[union-attr]
    assert len(masters) == 1
    assert masters.pop().isdigit()
    ended = [process.communicate("\n")[0].strip() for process in processes]
    assert sorted(ended) == ["False", "False", "True"]


def test_a_killed_parent_leaves_a_server_the_next_start_takes_over(data: Path, run: Run) -> None:
    parent = run(STAY, data)
    pid = int(parent.stdout.readline())  # type: ignore[union-attr]
    parent.kill()
    parent.wait()
    assert psutil.pid_exists(pid)
    engine = ensure(data)
    assert master(engine) == pid
    assert engine.leave() is True
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_reset_refuses_while_in_use_and_begins_anew_after(data: Path) -> None:
    engine = ensure(data)
    write_row(engine, 1)
    with pytest.raises(EngineFault, match="正在被使用"):
        reset(data)
    assert rows(engine) == [1]
    engine.leave()
    reset(data)
    assert list(data.iterdir()) == []
    again = ensure(data)
    with pytest.raises(psycopg.errors.UndefinedTable):
        rows(again)
    again.leave()


@needs_root
def test_two_users_on_one_machine_do_not_meet(place: Path, run: Run) -> None:
    theirs = place / "theirs"
    theirs.mkdir()
    os.chown(theirs, pwd.getpwnam("nobody").pw_uid, -1)
    other = run(STAY, theirs, user="nobody")
    their_master = other.stdout.readline().strip()  # type: ignore[union-attr]
    assert their_master.isdigit(), their_master
    ours = ensure(place / "ours")
    assert master(ours) != int(their_master)
    assert psutil.Process(int(their_master)).username() == "nobody"
    assert psutil.Process(master(ours)).uids().real not in (0, pwd.getpwnam("nobody").pw_uid)
    # Another user cannot even see our socket.
    peek = run("import sys, os; print(os.listdir(sys.argv[1]))", ours.socket, user="nobody")
    assert "PermissionError" in peek.communicate()[0]
    ours.leave()
    assert other.communicate("\n")[0].strip() == "True"


@needs_root
def test_another_users_data_directory_is_refused_in_words(data: Path, run: Run) -> None:
    ensure(data).leave()
    other = run(
        "import sys; from linli.project.engines import Engine; Engine.ensure(sys.argv[1])", data, user="nobody"
    )
    assert "EngineFault" in (said := other.communicate()[0])
    assert str(data) in said


@needs_root
def test_a_squatter_in_tmp_does_not_get_our_socket(data: Path) -> None:
    squatted = default_socket_dir(data)
    squatted.mkdir(mode=0o777)
    os.chown(squatted, pwd.getpwnam("nobody").pw_uid, -1)
    try:
        engine = ensure(data)
        assert engine.socket != squatted
        assert engine.socket.stat().st_mode & 0o777 == 0o700
        assert list(squatted.iterdir()) == []
        write_row(engine, 1)
        engine.leave()
    finally:
        squatted.rmdir()


@needs_root
def test_as_root_a_closed_directory_stays_closed(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    engine = ensure(closed / "data", said.append)
    write_row(engine, 7)
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "data" / "postgres").is_symlink()
    assert any("链接" in sentence for sentence in said)
    engine.leave()
    again = ensure(closed / "data")
    assert rows(again) == [7]
    again.leave()
    home = (closed / "data" / "postgres").resolve()
    reset(closed / "data")
    assert not home.exists()
