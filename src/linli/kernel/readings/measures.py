"""What one model measures, made ready for thousands of payloads a second. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linli.kernel.declare import Device, Quantity

_ENDLESS = 1e300


@dataclass(slots=True, frozen=True)
class Gauge:
    """One quantity under one name a payload may use: where its value goes and what can be true of it.

    `plain` is whether a number may be taken as it is: no switch, and no scale to reckon with.
    """

    quantity: Quantity
    slot: int
    low: float
    high: float
    plain: bool
    scale: float = 1.0


class Measures:
    """A model's quantities by every name its payloads may use for them.

    Names count in this order: the quantity's own, the model's `fields`, other spellings of its own name
    (water-level: water_level, waterLevel), then what senders in general call it (`common`, a codec's value).
    """

    def __init__(self, device: Device, slots: Mapping[str, int], common: Mapping[str, str] | None = None) -> None:
        self.device = device
        self.slots = slots
        self.width = max(slots.values(), default=-1) + 1
        self.gauges: dict[str, Gauge] = {}
        measured = {q.name: q for q in device.measures if q.name in slots}
        for quantity in measured.values():
            self._name(quantity.name, quantity)
        for field in device.fields:
            if quantity_of := measured.get(field.quantity):
                self._name(field.name, quantity_of, field.scale)
        for quantity in measured.values():
            for spelling in _spellings(quantity.name):
                self._name(spelling, quantity)
        for name, meant in (common or {}).items():
            if quantity_of := measured.get(meant):
                self._name(name, quantity_of)

        self.ranges: dict[str, tuple[int, float, float] | None] = {
            name: (gauge.slot, gauge.low, gauge.high) if gauge.plain else None
            for name, gauge in self.gauges.items()
        }
        """By every name: slot, and what a plain number may be; None where more must be asked."""

    def in_order(self) -> list[Gauge]:
        """Each quantity once, by its own name, in the order of the slots."""
        own = (self.gauges[q.name] for q in self.device.measures if q.name in self.slots)
        return sorted(own, key=lambda gauge: gauge.slot)

    def _name(self, name: str, quantity: Quantity, scale: float = 1.0) -> None:
        low, high = (quantity.low, quantity.high) if not quantity.switch else (0.0, 1.0)
        gauge = Gauge(
            quantity,
            self.slots[quantity.name],
            -_ENDLESS if low is None else low,
            _ENDLESS if high is None else high,
            not quantity.switch and scale == 1.0,
            scale,
        )
        self.gauges.setdefault(name, gauge)


def _spellings(name: str) -> Iterator[str]:
    if "-" in name:
        first, *others = name.split("-")
        yield name.replace("-", "_")
        yield first + "".join(word.capitalize() for word in others)
