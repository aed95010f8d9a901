"""What a device says at an instant: its course, what happens to it, its fault; as the bytes it sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import numpy as np

from . import courses, events, happenings
from .chance import Array, chance
from .faults import Fault, fault_of
from .happenings import Event, Values
from .placing import Placed

AHEAD = 24
"""So many reports are reckoned at once: numpy is as fast with them as with one."""
_DIGITS = {"smoke": 3, "pressure": 3, "river-level": 2, "depth": 2, "lon": 6, "lat": 6}
_BATTERY = {
    "smoke-detector", "co-detector", "emergency-button", "home-door", "fire-water-pressure", "fire-door-contact",
    "fire-lane-sensor", "river-gauge", "flood-gauge",
}  # fmt: skip


class Mouth:
    """A device's voice. `clocked` devices tell the time of what they measured; others leave that to who hears them."""

    __slots__ = (
        "_ahead",
        "_from",
        "_most",
        "_real",
        "clocked",
        "every",
        "fault",
        "placed",
        "seed",
        "shut",
        "topic",
    )

    def __init__(
        self, placed: Placed, seed: int, real: Callable[[float], Values] | None = None, ahead: int = AHEAD
    ) -> None:
        """`ahead`: so many reports are reckoned at once."""
        self.placed, self.seed, self._real = placed, seed, real
        self.fault = fault_of(placed)
        self.clocked = chance(placed.seed, 61) < 0.5
        self.topic = f"d/{placed.key}/up"
        self.every, self.shut = placed.every, False
        self._ahead: dict[str, Array] = {}
        self._from = 0.0
        self._most = ahead

    def values(self, at: float, happening: Iterable[Event] = ()) -> Values:
        """What is so at an instant (seconds since 1970)."""
        placed = self.placed
        if self.fault == Fault.STUCK:
            at = float(placed.seed % 86400)
        said = dict(self._course(at))
        if self._real is not None:
            said |= self._real(at)
        if placed.route:
            said |= events.driving(placed, at)
        said |= events.standing(placed, at)
        if self.fault == Fault.DRIFTING and said:
            name = next(iter(said))
            said[name] += (0.09 if name == "smoke" else 0.15 * abs(said[name])) * 1.0
        for event in happening:
            said = happenings.changed(event, placed, at, said)
        if self.shut and "valve-shut" in said:
            said["valve-shut"] = 1.0
        return said

    def _course(self, at: float) -> Values:
        """From what was reckoned ahead; the step is the device's own interval."""
        every = self.placed.every
        nth = int((at - self._from) / every)
        if not self._ahead or not 0 <= nth < self._most:
            self._from, nth = at, 0
            self._ahead = courses.course(self.placed, at + np.arange(self._most) * float(every), self.seed)
            if not self._ahead:
                return {}
        return {name: round(float(v[nth]), _DIGITS.get(name, 1)) for name, v in self._ahead.items()}

    def upkeep(self, at: float) -> Values:
        """Battery and signal."""
        now = np.array([at])
        said = {"signal": float(courses.signal(self.placed, now)[0]) - (32 if self.fault == Fault.DEAF else 0)}
        if self.placed.model in _BATTERY:
            level = float(courses.battery(self.placed, now)[0])
            said["battery"] = min(level, 11.0) if self.fault == Fault.EMPTY else level
        return said

    def payload(self, at: float, values: Values) -> bytes | None:
        """The bytes of one message; None where it is lost on the way."""
        said: dict[str, object] = dict(values)
        bucket = int(at)
        if self.fault == Fault.DEAF and chance(self.placed.seed + 71, bucket) < 0.34:
            return None
        if self.fault == Fault.STRINGS and said and chance(self.placed.seed + 72, bucket) < 0.4:
            name = next(iter(said))
            said[name] = f"{said[name]} ??"
        if self.fault == Fault.CLOCK:
            said["t"] = int(at % 86400) * 1000  # its clock began in 1970 when its battery was changed
        elif self.clocked:
            said["t"] = int(at * 1000)
        return json.dumps(said, separators=(",", ":")).encode()
