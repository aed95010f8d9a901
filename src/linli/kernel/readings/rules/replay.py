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
    """One machine over one thing, or over the things of one place. `rests`: maintenances (ms), in order, apart.
    `breaks`: times in which nobody listened, likewise: nobody is called silent then, and silence counts from their end."""

    machine: Machine
    begin: int
    rests: Sequence[tuple[int, int]] = ()
    breaks: Sequence[tuple[int, int]] = ()
    found: list[Stood] = field(default_factory=list)
    _state: State | None = None
    _last: int = 0
    _over: int = 0

    def __post_init__(self) -> None:
        # Who has not been heard yet is not silent: the time of a silence begins with the first word.
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
            if due is None:
                return
            at = self._listened(max(due, self.begin))
            if at > now:
                return
            self._tick(at)

    def _tick(self, at: int) -> None:
        self._state, change = self.machine.tick(self._state, at, self._heard(at), muted=self.muted(at))
        if change is not None:
            self._keep(change)

    def _listened(self, at: int) -> int:
        """The first instant from then on at which somebody listens; only silence asks for it."""
        if not self.machine.listens:
            return at
        nth = bisect_right(self.breaks, at, key=lambda gap: gap[0])
        return max(at, self.breaks[nth - 1][1]) if nth else at

    def _heard(self, at: int) -> int:
        """When it was last heard, or could have been for the first time since."""
        nth = bisect_right(self.breaks, at, key=lambda gap: gap[1])
        return max(self._last, self.breaks[nth - 1][1]) if nth else self._last

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
