"""Measuring and printing: medians, 95th percentiles, and ratios against a limit measured in the same run."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Seconds of each of so many calls."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begun)
    return seconds


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[18] if len(values) > 1 else values[0]


@dataclass
class Line:
    what: str
    median: str
    p95: str = ""
    ratio: str = ""
    goal: str = ""


@dataclass
class Table:
    """The one table a run prints; notes come below it."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, median: str, p95: str = "", ratio: str = "", goal: str = "") -> None:
        line = Line(what, median, p95, ratio, goal)
        self.lines.append(line)
        print(f"  {what}: {median}  p95 {p95 or '-'}  ratio {ratio or '-'}  goal {goal or '-'}", flush=True)

    def note(self, words: str) -> None:
        self.notes.append(words)

    def markdown(self) -> str:
        head = ["| what | median | p95 | ratio | goal |", "|---|---:|---:|---:|---|"]
        rows = [f"| {x.what} | {x.median} | {x.p95} | {x.ratio} | {x.goal} |" for x in self.lines]
        load = " ".join(f"{part:.1f}" for part in os.getloadavg())
        when = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}; {os.cpu_count()} cores; load average at the end {load}"
        return "\n".join([when, "", *head, *rows, "", *[f"- {note}" for note in self.notes]])


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
