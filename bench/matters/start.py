"""How long the demo takes to be ready: the first time it makes its district, the second it only starts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .table import Table


def measure(data: Path, table: Table) -> None:
    first, second = _start(data), _start(data)
    table.add("demo ready, first time", f"{first:.1f} s", "", "", "≤ 60 s to fill")
    table.add("demo ready, second time", f"{second:.1f} s", "", f"{second / first:.2f} of the first", "≤ 8 s")


def _start(data: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k not in ("LINLI_DATABASE_URL", "LINLI_DATA")}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "linli.cli", "demo", "--port", str(port), "--data", str(data)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("ready "):
                return time.perf_counter() - begun
        raise RuntimeError("the demo ended before it was ready:\n" + "".join(said[-20:]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
