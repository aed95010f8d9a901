"""ChirpStack v4 (LoRaWAN): an uplink event as its MQTT and HTTP integrations send it in JSON.

`object` holds what its own decoder made of the payload; where it has none, `data` (base64) is read by the model's
binary codec: chirpstack-cayenne, chirpstack-packed. The strength of the best gateway becomes the signal. A status event
tells the battery. Events without a reading (join, ack, txack, log) have no value, and say so.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from linli.kernel.readings.measures import Measures

from . import cayenne, packed
from .form import Codec, Item, Read, Said, Spoiled, Unreadable
from .plain import FIELDS
from .texts import load


def _reader(inner: Codec | None) -> Read:
    def read(payload: bytes, measures: Measures) -> Said:
        told = load(payload)
        if not isinstance(told, dict):
            raise Unreadable(f"{type(told).__name__}: {str(told)[:80]}")
        time = told.get("time")
        around = dict(_around(told))
        decoded = told.get("object")
        if isinstance(decoded, dict):
            return (Item(time, {**around, **decoded}),)
        data = told.get("data")
        if not data or inner is None:
            return (Item(time, around if "batteryLevel" in told else {}),)
        return [_within(item, time, around) for item in inner.read(_bytes(data), measures)]

    return read


def _within(item: Item | Spoiled, time: object, around: dict[str, Any]) -> Item | Spoiled:
    if isinstance(item, Spoiled):
        return item
    alone = item.alone
    if isinstance(alone, bytes):
        alone = {"time": time, "data": base64.b64encode(alone).decode()}
    return Item(time if item.time is None else item.time, {**around, **item.values}, alone)


def _around(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    heard = told.get("rxInfo")
    if isinstance(heard, list):
        strengths = [one["rssi"] for one in heard if isinstance(one, dict) and isinstance(one.get("rssi"), int)]
        if strengths:
            yield "signal", max(strengths)
    if "batteryLevel" in told and not told.get("batteryLevelUnavailable") and not told.get("externalPowerSource"):
        yield "battery", told["batteryLevel"]


def _bytes(data: object) -> bytes:
    try:
        return base64.b64decode(str(data), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable(f"data={str(data)[:80]}") from None


codec = Codec("chirpstack", _reader(None), FIELDS)
with_cayenne = Codec("chirpstack-cayenne", _reader(cayenne.codec), {**FIELDS, **cayenne.FIELDS})
with_packed = Codec("chirpstack-packed", _reader(packed.codec), FIELDS)
