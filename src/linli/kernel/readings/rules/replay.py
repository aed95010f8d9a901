"""A rule played over readings of the past, with the clock of their time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from .machine import Machine
from .samples import Change, Sample, State


@dataclass(slots=True)
class Stood:
    """A warning that would have stood, from and until (ms; None: to the end), at its highest grade."""

    begun: int
    ended: int | None
    severity: int


@dataclass(slots=True)
class Replay:
    """One machine over one thing, or over the things of one place. `rests`: maintenances (ms), in order, apart."""

    machine: Machine
    begin: int
    rests: Sequence[tuple[int, int]] = ()
    found: list[Stood] = field(default_factory=list)
    _state: State | None = None
    _last: int = 0
    _over: int = 0

    def __post_init__(self) -> None:
        self._state = self.machine.rest(self.begin)
        self._last = self.begin

    def take(self, sample: Sample, muted: bool | None = None) -> None:
        """The next reading; of those of one place, with whether its own thing was being maintained."""
        state, at = self._state, sample.at
        if state is not None:
            due = self.machine.due(state)
            if (due is not None and due <= at) or self.rests:
                self.until(at)
        if muted is None:
            muted = bool(self.rests) and self.muted(at)
        self._state, change = self.machine.feed(self._state, sample, muted=muted)
        self._last = at
        if change is not None:
            self._keep(change)

    def until(self, now: int) -> None:
        """Let what is due by then run out, each at its time; what maintenance held back is told when it ends."""
        while self._over < len(self.rests) and self.rests[self._over][1] <= now:
            end = self.rests[self._over][1]
            self._run_out(end)
            self._tick(end)
            self._over += 1
        self._run_out(now)

    def _run_out(self, now: int) -> None:
        while self._state is not None:
            due = self.machine.due(self._state)
            if due is None or due > now:
                return
            self._tick(max(due, self.begin))

    def _tick(self, at: int) -> None:
        self._state, change = self.machine.tick(self._state, at, self._last, muted=self.muted(at))
        if change is not None:
            self._keep(change)

    def muted(self, at: int) -> bool:
        nth = bisect_right(self.rests, at, key=lambda rest: rest[0])
        return nth > 0 and at < self.rests[nth - 1][1]

    def _keep(self, change: Change) -> None:
        if change.what == "raise":
            self.found.append(Stood(change.at, None, change.severity))
        elif self.found and self.found[-1].ended is None:
            if change.what == "clear":
                self.found[-1].ended = change.at
            else:
                self.found[-1].severity = max(self.found[-1].severity, change.severity)
