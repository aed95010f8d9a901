"""Processor seconds of our processes and of PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psutil


@dataclass
class Cpu:
    """A process and everything beneath it, also what has ended already."""

    process: psutil.Process

    @classmethod
    def of(cls, pid: int) -> Cpu:
        return cls(psutil.Process(pid))

    @classmethod
    def of_engine(cls, engine: Any) -> Cpu:
        """The embedded server: its postmaster, sessions and background processes."""
        return cls.of(int((engine.cluster / "postmaster.pid").read_text().split()[0]))

    def seconds(self) -> float:
        """User and system time so far."""
        total = 0.0
        for process in [self.process, *self.process.children(recursive=True)]:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += times.user + times.system
            if process == self.process:
                total += times.children_user + times.children_system
        return total
