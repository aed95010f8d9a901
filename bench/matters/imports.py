"""`linli import matters` of a CSV against a bare COPY of the same columns into an identical table."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from .ground import Ground
from .rows import town
from .table import Table

MAP = """
name = "bench"
[take]
source_key = "key"
kind = "kind"
title = "title"
body = "body"
place_code = "place"
address = "address"
lon = "lon"
lat = "lat"
opened_at = "opened"
ended_at = "ended"
state = "state"
"""
HEAD = ("key", "kind", "title", "body", "place", "address", "lon", "lat", "opened", "ended", "state")


def measure(on: Ground, rows: int, table: Table, data: Path) -> None:
    on.drop("import")
    on.create("import")
    on.use("import")
    town()
    path, mapping = data / "import.csv", data / "import.toml"
    _write(path, rows)
    mapping.write_text(MAP, encoding="utf-8")
    seconds, early, late = _import(on, path, mapping)
    bare = _copy(on, rows, data / "import.copy")
    table.add(
        f"import of {rows:,} matters, {rows / seconds:,.0f} /s",
        f"{seconds:.1f} s",
        "",
        f"{seconds / bare:.1f} × bare COPY {bare:.1f} s",
        "≤ 5 ×",
    )
    table.add(
        "import: memory at 10 % and at the end",
        f"{late:.0f} MB",
        "",
        f"{late / early:.2f} × {early:.0f} MB",
        "flat",
    )
    on.drop("import")
    for left in (path, mapping, data / "import.copy"):
        left.unlink()


def _write(path: Path, rows: int) -> None:
    first = datetime(2023, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for n in range(rows):
            opened = first + timedelta(seconds=n * 90_000_000 // rows)
            place = f"99010100100{1 + n % 2}" if n % 3 else "990102003004"
            closed = n % 12 != 0
            writer.writerow((
                f"K{n}", "street-litter" if n % 3 else "unlicensed-stall", f"{n % 997}号门前有人摆摊",
                f"第{n}次反映：{n % 997}号门前每天傍晚摆摊，占了盲道，请尽快处理。", place, f"临江路{n % 997}号",
                f"{121.4 + n % 1000 / 1e4:.4f}", f"{31.2 + n % 777 / 1e4:.4f}", opened.isoformat(),
                (opened + timedelta(days=5)).isoformat() if closed else "", "closed" if closed else "accepted",
            ))  # fmt: skip


def _import(on: Ground, path: Path, mapping: Path) -> tuple[float, float, float]:
    """Seconds, and the process's memory in MB after a tenth of the file and at its end."""
    environment = os.environ | {"LINLI_DATABASE_URL": on.url("import"), "PYTHONPATH": os.pathsep.join(sys.path)}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "linli.cli", "import", "matters", str(path), "--map", str(mapping)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    memory: list[float] = []
    while process.poll() is None:
        memory.append(_memory(process.pid))
        time.sleep(0.1)
    seconds = time.perf_counter() - begun
    said = process.stdout.read() if process.stdout else ""
    assert process.returncode == 0, said
    memory = [value for value in memory if value] or [0.0]
    return seconds, memory[len(memory) // 10], memory[-1]


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _copy(on: Ground, rows: int, path: Path) -> float:
    with psycopg.connect(on.url("import")) as bare:
        bare.execute("SELECT set_config('linli.sees', '*', false), set_config('linli.scope', '*', false)")
        found = bare.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'matters_matter'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''"
        ).fetchall()
        columns = ", ".join(name for (name,) in found)
        bare.execute("CREATE TABLE bare_matter (LIKE matters_matter INCLUDING ALL)")
        bare.commit()
        with path.open("wb") as file, bare.cursor().copy(
            f"COPY (SELECT {columns} FROM matters_matter) TO STDOUT"
        ) as out:  # fmt: skip
            for part in out:
                file.write(part)
        begun = time.perf_counter()
        with path.open("rb") as file, bare.cursor().copy(f"COPY bare_matter ({columns}) FROM STDIN") as into:
            while part := file.read(1 << 16):
                into.write(part)
        bare.commit()
        seconds = time.perf_counter() - begun
        taken = bare.execute("SELECT count(*) FROM bare_matter").fetchone()
        assert taken == (rows,), f"{taken} rows were imported instead of {rows}"
    return seconds
