"""A few models and devices for tests of intake: declared as a scene declares them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from linli.gateways.devices.receiving import Message, Receiver
from linli.kernel.access import as_system
from linli.kernel.declare import BATTERY, LAT, LON, SIGNAL, Device, Field, Quantity, Scene, minutes
from linli.kernel.readings.models import Intake
from linli.kernel.readings.wire import Dead, Entry, unpack
from linli.kernel.things.models import Credential, Slot, Thing
from linli.kernel.things.proofs import digest_of

SMOKE = Device(
    "smoke-detector",
    (
        Quantity("smoke", "dB/m", 0, 20, digits=2),
        Quantity("temperature", "°C", -40, 125),
        BATTERY,
        SIGNAL,
        Quantity("alarm", switch=True),
    ),
    every=minutes(10),
)
WATER = Device(
    "water-gauge",
    (Quantity("water-level", "m", 0, 10, digits=2), Quantity("pressure", "MPa", 0, 2.5, digits=3), BATTERY),
    every=minutes(5),
    fields=(Field("lvl_mm", "water-level", 0.001),),
)
LOAD = Device(
    "load", (Quantity("v", "", 0, 200), Quantity("temperature", "°C", -40, 125), BATTERY), every=minutes(1)
)
TRUCK = Device("truck", (LON, LAT, Quantity("speed", "km/h", 0, 200)), every=minutes(1), moves=True)
DEVICES = {device.name: device for device in (SMOKE, WATER, LOAD, TRUCK)}
SLOTS: dict[str, Mapping[str, int]] = {
    device.name: {q.name: n for n, q in enumerate(device.measures)} for device in DEVICES.values()
}

SCENE = Scene("fleet", devices=tuple(DEVICES.values()))
HOOD = "990101001001"
AT = datetime.fromtimestamp(1_764_150_000, UTC)
NOW = 1_764_150_000_000
"""2025-11-26T09:40:00Z in milliseconds."""


@dataclass
class One:
    """A device as intake knows it."""

    no: int
    key: str
    model: str
    shard: int = 0


class Known:
    """Slots by model, as `Registry` tells them."""

    def slots(self, model: str) -> Mapping[str, int]:
        return SLOTS.get(model, {})


@dataclass
class Offered:
    """Messages, and which of them were acknowledged."""

    receiver: Receiver
    done: list[Message] = field(default_factory=list)

    def say(self, one: One, payload: bytes, received: int = NOW, packet: int = 1, again: bool = False) -> float:
        message = Message(one, "mqtt", f"things/{one.key}", payload, received, again, packet, self.done.append)
        return self.receiver.take(message)


def waiting() -> tuple[list[Entry], list[Dead]]:
    """Everything that waits in readings_intake."""
    entries, dead = list[Entry](), list[Dead]()
    for row in Intake.objects.order_by("id"):
        batch = unpack(bytes(row.entries))
        entries += batch.entries
        dead += batch.dead
    return entries, dead


async def until(true: object, patience: float = 10.0) -> None:
    """Wait for a function to become true."""
    async with asyncio.timeout(patience):
        while not true():  # type: ignore[operator]
            await asyncio.sleep(0.005)


def install(one: One, secret: bytes = b"s3cret", **changes: object) -> Thing:
    """A device of the fleet in the database, with its secret and its model's slots."""
    with as_system():
        for quantity, slot in SLOTS[one.model].items():
            Slot.objects.get_or_create(model=one.model, quantity=quantity, defaults={"slot": slot})
        given = {
            "key": one.key, "model": one.model, "name": one.key, "state": "working", "place_code": HOOD,
            "shard": one.shard, "registered_at": AT,
        } | changes  # fmt: skip
        thing = Thing.objects.create(**given)
        thing.refresh_from_db()
        Credential.objects.create(thing=thing, digest=digest_of(secret), issued_at=AT)
    one.no = thing.no
    return thing
