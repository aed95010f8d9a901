"""The lives planned in a process of their own, while this one writes: one interpreter could only do both in turn.

It starts before anybody is registered and plans the first lives meanwhile. Told who is who (`Telling`) it hands over
rows, batch after batch, and at the end the lives that are still open. It ends with whoever started it, however
that ends.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import IO, Any, TypeVar

from linli.kernel.matters.verbs.bulk import Incoming
from linli.project.processes import child_of

from . import geography, lives, past, residents
from .acts import Life
from .past import Telling

BATCH = 2_000
LATELY = timedelta(days=10)
MEANWHILE = 20_000  # lives planned before it is known who is who; they take some 50 MB
_COMMAND = "import django; django.setup(); from linli.project.demo.planner import main; main()"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be planned; the same gives the same."""

    seed: int
    first: date
    until: datetime
    daily: float


@dataclass(slots=True)
class Planner:
    """A process that plans; see `planning`. First ask what was reported `lately`, then for the `batches`."""

    process: subprocess.Popen[bytes]
    open_now: list[Life] = field(default_factory=list)

    def lately(self) -> list[tuple[str, int]]:
        """What residents reported in the last ten days, the latest first: where, and who by position."""
        reports: list[tuple[str, int]] = self._next()
        return reports

    def batches(self, telling: Telling) -> Iterator[list[Incoming]]:
        """What has ended or awaits its check, in order of the report; after the last, `open_now` is complete.

        Raises EOFError when the process ended before its time.
        """
        assert self.process.stdin is not None
        _hand_over(telling, self.process.stdin)
        while batch := self._next():
            yield batch
        self.open_now = self._next()

    def _next(self) -> Any:
        assert self.process.stdout is not None
        return pickle.load(self.process.stdout)  # noqa: S301 - of our own process


@contextmanager
def planning(asked: Asked) -> Iterator[Planner]:
    """A process that plans what is asked; none is left when the block ends, nor when this process is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        start_new_session=True, preexec_fn=child_of(os.getpid()),
    )  # fmt: skip
    try:
        assert process.stdin is not None
        _hand_over(asked, process.stdin)
        yield Planner(process)
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """The process: what it is asked comes on standard input, what it made goes to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed does not come between
    asked: Asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - of whoever started us
    world = _world(asked)
    _hand_over(_lately(world, asked), out)
    planned = lives.plan(world, first=asked.first, until=asked.until, daily=asked.daily)
    meanwhile = list(islice(planned, MEANWHILE))
    telling: Telling = pickle.load(sys.stdin.buffer)  # noqa: S301
    open_now: list[Life] = []
    rows = past.rows(_used_up(meanwhile, planned), telling, asked.until, open_now)
    for batch in _batches(rows, BATCH):
        _hand_over(batch, out)
    _hand_over([], out)
    _hand_over(open_now, out)


def _world(asked: Asked) -> lives.World:
    district = geography.build(asked.seed)
    return lives.World(district, residents.settle(district, asked.seed, asked.until.year), asked.seed)


def _lately(world: lives.World, asked: Asked) -> list[tuple[str, int]]:
    since = max(asked.first, asked.until.date() - LATELY)
    planned = lives.plan(world, first=asked.first, until=asked.until, daily=asked.daily, since=since)
    reports = [(life.place_code, life.reporter) for life in planned if life.reporter is not None]
    return reports[::-1]


def _used_up(meanwhile: list[Life], then: Iterable[Life]) -> Iterator[Life]:
    """The first and then the others; nothing is kept of what was used."""
    meanwhile.reverse()
    while meanwhile:
        yield meanwhile.pop()
    yield from then


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, size)):
        yield batch


def _hand_over(thing: object, to: IO[bytes]) -> None:
    pickle.dump(thing, to, pickle.HIGHEST_PROTOCOL)
    to.flush()
