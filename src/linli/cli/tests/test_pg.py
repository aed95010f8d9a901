"""The backup that docs/operate.md tells to make can be restored, row level security or not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from linli.project.engines import Engine
from linli.project.engines.engine import reset


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:

    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    folder.chmod(0o755)
    yield folder / "data"
    reset(folder / "data")
    shutil.rmtree(folder)


def linli(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LINLI_DATA": str(data)}
    command = [sys.executable, "-m", "linli.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_backup_holds_rows_nobody_may_see_and_can_be_restored(data: Path, tmp_path: Path) -> None:
    engine = Engine.ensure(data, say=lambda _sentence: None, fast=True)
    with psycopg.connect(engine.dsn) as connection:
        connection.execute("CREATE TABLE secret (place text)")
        connection.execute("INSERT INTO secret VALUES ('3101')")
        connection.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE secret FORCE ROW LEVEL SECURITY")
    engine.leave()
    dump = tmp_path / "backup.dump"
    made = linli(data, "pg", "pg_dump", "-Fc", "-f", str(dump))
    assert made.returncode == 0, made.stderr
    reset(data)
    restored = linli(data, "pg", "pg_restore", "--clean", "--if-exists", "-d", "linli", str(dump))
    assert restored.returncode == 0, restored.stderr
    rows = linli(
        data, "pg", "psql", "-Atc", "SELECT place, tableowner FROM secret, pg_tables WHERE tablename='secret'"
    )
    assert rows.stdout == "3101|linli\n"


def test_a_program_there_is_not(data: Path) -> None:
    said = linli(data, "pg", "pg_dmp")
    assert said.returncode == 1
    assert "pg_dump" in said.stderr
    assert "Traceback" not in said.stderr
