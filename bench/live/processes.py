"""The processes that are measured: the live process, who writes, and the floor beneath all of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import TracebackType

import psutil

from linli.project.processes import live

from .town import Change


class Served:
    """A live process, or a program in its place, over one database; may be killed and started again."""

    def __init__(self, url: str, port: int, command: list[str] | None = None) -> None:
        self.port = port
        self._command = command or list(live("127.0.0.1", port).command)
        self._environment = os.environ | {"LINLI_DATABASE_URL": url, "LINLI_LIVE_MOST": "60000"}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, env=self._environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                    if answer.read() == b"ok":
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.05)
        raise SystemExit("the live process does not answer")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def memory(self) -> int:
        """Resident bytes, of a server's workers too."""
        return sum(process.memory_info().rss for process in self._all())

    def cpu(self) -> float:
        times = [process.cpu_times() for process in self._all()]
        return sum(time.user + time.system for time in times)

    def _all(self) -> list[psutil.Process]:
        process = psutil.Process(self.process.pid)
        return [process, *process.children(recursive=True)]

    def __enter__(self) -> Served:
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(20)


class Writer:
    """Commits changes in a process of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Writer:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.live.writer",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"LINLI_DATABASE_URL": self._url}, limit=1 << 24,
        )  # fmt: skip
        await self.write(3, 100, "record")  # it has its statements ready
        return self

    async def write(self, many: int, rate: float, kind: str) -> list[Change]:
        """So many changes, at most so many a second."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{many} {rate} {kind}\n".encode())
        changes = []
        while (line := (await self._process.stdout.readline()).decode().strip()) != "done":
            if not line:
                raise SystemExit("the writer has ended")
            changes.append(Change.of(line))
        return changes

    async def __aexit__(self, *_raised: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
