"""One message of one device, read and judged: what it says as `wire.Entry`, and what cannot be kept as `wire.Dead`.

Whatever way it came (MQTT, HTTP, a bridge, a replayed dead letter) it is read here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import msgspec
import structlog

from linli.kernel.declare import Device
from linli.kernel.readings.judging import Flaw, judge, says, sound
from linli.kernel.readings.limits import LARGEST
from linli.kernel.readings.measures import Measures
from linli.kernel.readings.wire import Dead, Entry, Flag

from .codecs import CODECS, Codec, Item, Spoiled, Unreadable
from .codecs.texts import alone

log = structlog.get_logger(__name__)

_OWN_CLOCK = int(Flag.OWN_CLOCK)
_SKEWED = int(Flag.SKEWED)
_AGAIN = int(Flag.AGAIN)
_MID = (1 << 63) - 1
"""A mid is stored as a bigint."""


class Sender(Protocol):
    """What a reader needs of a device (`things.queries.registry.Known`)."""

    no: int
    key: str
    model: str


class Came(Protocol):
    """How a message came. `mark` tells it from another with the same words: a packet id, an idempotency key; "" when
    nothing does, and then the same words are another message. `received` in ms."""

    via: str
    topic: str
    received: int
    again: bool

    @property
    def mark(self) -> str: ...


@dataclass(slots=True)
class Arrival:
    """A `Came` of who has no session: a request, a letter that is read again."""

    via: str
    topic: str
    received: int
    again: bool = False
    mark: str = ""


class Outcome(msgspec.Struct, gc=False):
    """What became of one item: its entry, or None; and the dead letters about it."""

    entry: Entry | None
    dead: Sequence[Dead]


class Model:
    """A model with its codec, ready to read."""

    def __init__(self, device: Device, slots: Mapping[str, int], codec: str = "") -> None:
        self.slots = slots
        self.name = codec or device.codec
        self.codec: Codec | None = CODECS.get(self.name)
        self._simple = self.codec.simple if self.codec else None
        self.measures = Measures(device, slots, self.codec.fields if self.codec else None)

    def simple(self, sender: Sender, came: Came, payload: bytes) -> Entry | None:
        """The reading of a payload that holds just one, with nothing wrong or unusual; else None, and `read` says all."""
        if self._simple is None or len(payload) > LARGEST:
            return None
        said = self._simple(payload, self.measures)
        if said is None:
            return None
        found = sound(self.measures, said[0], said[1], came.received)
        if found is None:
            return None
        at, flags, values = found
        mid = 0 if flags else _mid(sender, came, payload, 0)
        return Entry(sender.no, at, came.received, flags | _AGAIN if came.again else flags, mid, values)

    def read(self, sender: Sender, came: Came, payload: bytes, largest: int = LARGEST) -> list[Outcome]:
        """Every item of a payload, in its order; one outcome that says why when nothing of it can be read."""
        if len(payload) > largest:
            return [_dead(sender, came, self.name, Flaw("too_large", f"{len(payload)} > {largest}"), payload)]
        reader = self.codec
        if reader is None:
            return [_dead(sender, came, self.name, Flaw("unreadable", says(f"codec {self.name}")), payload)]
        try:
            said = reader.read(payload, self.measures)
        except Unreadable as error:
            return [_dead(sender, came, reader.name, Flaw("unreadable", says(str(error))), payload)]
        except Exception as error:  # a codec's own fault: what it was given is kept until it is mended
            log.exception("devices: a codec failed", codec=reader.name, model=sender.model)
            return [_dead(sender, came, reader.name, Flaw("unreadable", says(repr(error))), payload)]
        if not said:
            return [_dead(sender, came, reader.name, Flaw("no_value", ""), payload)]
        outcomes = []
        for n, item in enumerate(said):
            if type(item) is Item:
                outcomes.append(self._judged(sender, came, reader.name, item, payload, n))
            else:
                outcomes.append(_spoiled(sender, came, reader.name, item, payload))
        return outcomes

    def _judged(self, sender: Sender, came: Came, codec: str, item: Item, payload: bytes, n: int) -> Outcome:
        """`n` is the item's number in the payload."""
        received = came.received
        judged = judge(self.measures, item.time, item.values, received)
        flags, values, flaws = judged.flags, judged.values, judged.flaws
        entry = None
        if values is not None:
            mid = 0
            if flags & _SKEWED:
                # The time it gave tells it from another, whoever sends it again and however.
                flags |= _AGAIN
                mid = digest(sender, "", payload, n)
            elif not flags & _OWN_CLOCK:
                mid = _mid(sender, came, payload, n)
            if came.again:
                flags |= _AGAIN
            entry = Entry(sender.no, judged.at, received, flags, mid, values)
        if not flaws:
            return Outcome(entry, ())
        kept = payload if item.alone is None else _bytes(item.alone)
        return Outcome(entry, [_letter(sender, came, codec, flaw, kept) for flaw in flaws])


class Models:
    """Models ready to read, made when first asked for and anew when their slots change."""

    def __init__(self, devices: Mapping[str, Device]) -> None:
        self._devices = devices
        self._ready: dict[str, Model] = {}

    def of(self, name: str, slots: Mapping[str, int]) -> Model | None:
        """None when no scene of this installation declares the model."""
        model = self._ready.get(name)
        if model is None or model.slots is not slots:
            device = self._devices.get(name)
            if device is None:
                return None
            model = self._ready[name] = Model(device, slots)
        return model


def undeclared(sender: Sender, came: Came, payload: bytes) -> Outcome:
    """What becomes of a message of a device whose model no scene declares."""
    return _dead(sender, came, "", Flaw("unreadable", says(f"model {sender.model}")), payload)


def letter(sender: Sender, came: Came, why: str, text: str, payload: bytes) -> Dead:
    """A dead letter of a gateway's own finding: a topic that is not the device's, a flood."""
    return _letter(sender, came, "", Flaw(why, says(text)), payload)


def _dead(sender: Sender, came: Came, codec: str, flaw: Flaw, payload: bytes) -> Outcome:
    return Outcome(None, [_letter(sender, came, codec, flaw, payload)])


def _spoiled(sender: Sender, came: Came, codec: str, item: Spoiled, payload: bytes) -> Outcome:
    kept = payload if item.alone is None else _bytes(item.alone)
    return _dead(sender, came, codec, Flaw("unreadable", says(item.says)), kept)


def _letter(sender: Sender, came: Came, codec: str, flaw: Flaw, payload: bytes) -> Dead:
    kept = bytes(payload[:LARGEST])
    return Dead(
        came.received,
        sender.key,
        sender.no,
        came.via,
        says(came.topic),
        codec,
        flaw.why,
        flaw.says,
        kept,
        len(payload),
    )


def _bytes(thing: object) -> bytes:
    return thing if isinstance(thing, bytes) else alone(thing)


def _mid(sender: Sender, came: Came, payload: bytes, n: int) -> int:
    """What tells a message without a time of its own from others; by chance where nothing does."""
    mark = came.mark
    return digest(sender, mark, payload, n) if mark else secrets.randbits(62) + 1


def digest(sender: Sender, token: str, payload: bytes, n: int) -> int:
    """Who, which and what in 63 bits; never 0."""
    digest = blake2b(f"{sender.key}\0{token}\0{n}\0".encode(), digest_size=8)
    digest.update(payload)
    return (int.from_bytes(digest.digest()) & _MID) or 1
