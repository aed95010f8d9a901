"""What cannot be mended by waiting is said in a sentence, and changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.project.engines import EngineFault

from .conftest import Run, ensure, rows, write_row

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk or act as another user")


def test_data_of_another_major_version(data: Path) -> None:
    ensure(data).leave()
    (data / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EngineFault, match="PostgreSQL 16"):
        ensure(data)
    (data / "postgres" / "PG_VERSION").write_text("18\n")
    ensure(data).leave()


def test_a_directory_that_is_no_cluster_is_left_alone(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(EngineFault, match="PG_VERSION"):
        ensure(data)
    assert (data / "postgres" / "letter.txt").read_text() == "dear"


def test_a_link_to_nowhere_does_not_become_an_empty_city(data: Path) -> None:
    data.mkdir()
    (data / "postgres").symlink_to(data / "gone")
    with pytest.raises(EngineFault, match="gone"):
        ensure(data)


def test_a_place_that_cannot_be_written(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(EngineFault, match="不能写入"):
        ensure(place / "file" / "data")
    with pytest.raises(EngineFault, match="不能写入"):
        ensure(Path("/proc/linli"))


@needs_root
def test_a_directory_of_root_for_another_user(place: Path, run: Run) -> None:
    said = run(
        "import sys; from linli.project.engines import Engine; Engine.ensure(sys.argv[1])", place, user="nobody"
    ).communicate()[0]
    assert "EngineFault" in said
    assert str(place) in said


def test_a_setting_the_server_does_not_know_is_named(data: Path) -> None:
    ensure(data).leave()
    with (data / "postgres" / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(EngineFault, match="no_such_setting"):
        ensure(data)


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    disk = place / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "none", disk], check=False).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def fill_up(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * (shutil.disk_usage(disk).free - 1024 * 1024))
    return ballast


@needs_root
def test_a_full_disk(small_disk: Path) -> None:
    """Refused before and after the cluster is made; filling up under a running server loses nothing."""
    data = small_disk / "data"
    ballast = fill_up(small_disk)
    with pytest.raises(EngineFault, match="磁盘已满"):
        ensure(data)
    assert not (data / "postgres").exists()
    ballast.unlink()
    engine = ensure(data)
    write_row(engine, 1)
    ballast = fill_up(small_disk)
    engine.leave()
    with pytest.raises(EngineFault, match="磁盘已满"):
        ensure(data)
    ballast.unlink()
    again = ensure(data)
    assert rows(again) == [1]
    again.leave()
