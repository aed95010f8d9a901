"""A series played to a machine: readings, a clock that runs out between them, maintenance, restarts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from linli.kernel.declare import Device, Quantity, Rule, minutes
from linli.kernel.readings.rules import Machine, Sample, Usual, compile_rule

ZONE = ZoneInfo("Asia/Shanghai")
DEVICE = Device(
    "probe",
    (Quantity("smoke"), Quantity("heat"), Quantity("door", switch=True)),
    every=minutes(1),
    silent_after=minutes(1),
)
SLOTS = {"smoke": 0, "heat": 1, "door": 2}

Told = tuple[float, str, int]
"""Second, what, grade."""


class Said(NamedTuple):
    """A thing said something `at` a second."""

    at: int
    values: tuple[float | None, ...]
    thing: int = 1


@dataclass(frozen=True)
class Series:
    """Readings in order of time from second 0 (which is `base`, ms) until `end`; `rests` are maintenances [begin, end)."""

    readings: Sequence[Said]
    end: int
    rests: Sequence[tuple[int, int]] = ()
    base: int = 0

    def muted(self, second: float) -> bool:
        return any(begin <= second < end for begin, end in self.rests)


@dataclass
class Known:
    """A usual course written down by hand: hour of the week → mean, deviation."""

    course: dict[int, tuple[float, float]] = field(default_factory=dict)

    def at(self, thing: int, slot: int, how: int) -> tuple[float, float] | None:
        return self.course.get(how)


def machine(rule: Rule, usual: Usual | None = None, zone: ZoneInfo = ZONE) -> Machine:
    return compile_rule(rule, DEVICE, SLOTS, {}, usual, zone)


def play(
    machine: Machine, series: Series, *, ticking: bool = True, restarts: bool = False, begun: bool = True
) -> list[Told]:
    """What the machine tells. `ticking`: its timers are seen to at once; else only what readings bring, and the end.
    `restarts`: the state is written down and read again after every call."""
    state = machine.rest(series.base) if begun else None
    last = series.base
    told: list[Told] = []

    def keep(outcome: tuple[Any, Any]) -> Any:
        state, change = outcome
        if change is not None:
            told.append(((change.at - series.base) / 1000, change.what, change.severity))
        if restarts and state is not None:
            state = msgspec.msgpack.decode(msgspec.msgpack.encode(state))
        return state

    def see_to(state: Any, until: int, *, every: bool = ticking) -> Any:
        while every and (due := machine.due(state)) is not None and due <= until:
            at = max(due, series.base)
            state = keep(machine.tick(state, at, last, muted=series.muted((at - series.base) / 1000)))
        return state

    for at, what, said in _events(series):
        now = series.base + at * 1000
        state = see_to(state, now)
        if what == "over":
            state = keep(machine.tick(state, now, last, muted=series.muted(at)))
        else:
            sample = Sample(said.thing, now, list(said.values))
            state = keep(machine.feed(state, sample, muted=series.muted(at)))
            last = now
            if not ticking:
                state = _owed(machine, state, now, last, keep)
    see_to(state, series.base + series.end * 1000, every=True)
    return told


def _owed(machine: Machine, state: Any, now: int, last: int, keep: Any) -> Any:
    """What a reading brought beside the first change."""
    while state is not None and state[-1]:
        state = keep(machine.tick(state, now, last))
    return state


def _events(series: Series) -> Iterable[tuple[int, str, Any]]:
    """Ends of maintenance come before the reading of the same second."""
    events = [(end, 0, "over", None) for _begin, end in series.rests]
    events += [(said.at, 1, "said", said) for said in series.readings]
    return [(at, what, said) for at, _order, what, said in sorted(events, key=lambda e: e[:2])]
