"""Early signs 苗头, as values: what, at one place, together makes it worth that a person goes and looks.

    Sign("group-renting-sign", level=HOME, opens="group-renting-check", indications=(
        Indication("home-water", Rows("home-water"), weight=1.0, least=8, step=2),
        Indication("home-complaints", Matters(("group-renting", "night-noise")), weight=1.2, least=2, step=1),
    ))

A sign speaks of places, never of persons (docs/rights.md, 2): what an indication looks at lies at a place, no name or
number of a person can be asked for, and a device that is about one person is refused. How strength is reckoned is
docs/signs.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from .devices import LONGEST_NAME, Device
from .matters import SLUG

LEVELS = (15, 18, 21, 23, 27)
"""Digits of places a sign may speak of: grid, compound, building, unit, home."""


@dataclass(frozen=True, slots=True)
class Matters:
    """How many people reported one of these kinds. With `hours` each stretch of so many hours of the day is judged by
    itself and the strongest speaks. A report that lies at no place so deep goes to the nearest such place within
    `within` metres, and to no other; 0 leaves it out."""

    kinds: tuple[str, ...]
    hours: int = 0
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Readings:
    """The mean of a quantity of devices of a model, by days. `around`: of a device that stands at a place the sign's lies
    in (the door of the house): it is the same for all of them, and so supports what else speaks, never alone."""

    model: str
    quantity: str
    around: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """What data sets say under a topic, of those whose declaration lets signs have it (`[signs.TOPIC]`). `monthly`: each
    month's value is one stretch; else rows are summed up over days, as reports are."""

    topic: str
    monthly: bool = False


Looks = Matters | Readings | Rows


@dataclass(frozen=True, slots=True)
class Indication:
    """One thing that speaks for a sign.

    The last `days` are held against the `past` stretches of as many days before them at the same place, and against the
    last `days` of places alike. It is silent below `least`. It begins to speak where it stands out by `begins`
    deviations from both, and speaks with its whole `weight` from `full`. A deviation is 1.4826 times the median absolute
    deviation, and never less than `step`: the smallest difference that means something.
    """

    name: str
    looks: Looks
    weight: float
    least: float
    step: float
    days: int = 28
    past: int = 12
    begins: float = 2.0
    full: float = 5.0

    @property
    def around(self) -> bool:
        return isinstance(self.looks, Readings) and self.looks.around

    def faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield f"the indication {self.name!r} must be lower-case words joined by hyphens"
        if not (0 < self.weight < 100 and self.step > 0 and isfinite(self.step) and isfinite(self.least)):
            yield f"the indication {self.name!r} needs a weight and a step over nought"
        if self.least <= 0:
            yield f"the indication {self.name!r} would speak of nothing: least must be over nought"
        if not 0 <= self.begins < self.full:
            yield f"the indication {self.name!r} needs 0 <= begins < full"
        if not (1 <= self.days <= 92 and 3 <= self.past <= 60):
            yield f"the indication {self.name!r} looks at 1 to 92 days and 3 to 60 stretches before them"
        if isinstance(self.looks, Matters):
            if not self.looks.kinds:
                yield f"the indication {self.name!r} looks at no kind of matter"
            if self.looks.hours and 24 % self.looks.hours:
                yield f"the indication {self.name!r} needs hours that divide a day"


@dataclass(frozen=True, slots=True)
class Sign:
    """What may be wrong at a place of `level` digits, and is worth that a person looks.

    A suggestion is made where the strengths add up to `raises` and at least `least` indications speak, one of them of the
    place itself. Places alike are those of the same level within the first `alike` digits. Accepted, it opens a matter of the kind `opens`, whose
    outcomes `found` and `unfounded` tell whether it was so. After it was dismissed or has ended the place rests for `rests` days,
    unless an indication speaks anew or by `grown` more than then.
    """

    name: str
    level: int
    indications: tuple[Indication, ...]
    opens: str
    found: tuple[str, ...]
    unfounded: tuple[str, ...]
    raises: float = 1.2
    least: int = 2
    alike: int = 9
    rests: int = 90
    grown: float = 0.5

    def indication(self, name: str) -> Indication | None:
        return next((one for one in self.indications if one.name == name), None)

    def faults(self) -> Iterator[str]:
        for fault in self._faults():
            yield f"sign {self.name!r}: {fault}"

    def misfits(self, device: Device) -> Iterator[str]:
        """What it asks of a model of device that this one does not give, or must not."""
        for one in self.indications:
            if not isinstance(one.looks, Readings) or one.looks.model != device.name:
                continue
            if device.personal:
                yield f"sign {self.name!r}: {device.name!r} is about one person or home; signs are of places"
            if device.quantity(one.looks.quantity) is None:
                yield f"sign {self.name!r}: the device {device.name!r} does not measure {one.looks.quantity!r}"

    def _faults(self) -> Iterator[str]:
        if not SLUG.match(self.name) or len(self.name) > LONGEST_NAME:
            yield "the name must be lower-case words joined by hyphens"
        if self.level not in LEVELS:
            yield f"no place has a code of {self.level} digits that a sign may speak of"
        if not 9 <= self.alike < self.level:
            yield "places alike must lie together in something wider, a street at the most: a look is at one street"
        if self.least < 2:
            yield "one indication alone is no sign: least must be two or more"
        if self.least > len(self.indications):
            yield f"asks for {self.least} indications and has {len(self.indications)}"
        if not any(not one.around for one in self.indications):
            yield "has no indication of the place itself"
        if self.raises <= 0 or self.raises > sum(one.weight for one in self.indications):
            yield "can never be raised, or always"
        if not self.found or not self.unfounded or set(self.found) & set(self.unfounded):
            yield "must tell outcomes that confirm it from outcomes that do not"
        if not (1 <= self.rests <= 3650 and 0 < self.grown < 100):
            yield "needs days to rest, and by how much evidence must grow"
        for name, count in Counter(one.name for one in self.indications).items():
            if count > 1:
                yield f"the indication {name!r} is declared {count} times"
        for one in self.indications:
            yield from one.faults()
