"""Readers of payloads by name; a model of device names its own (`Device.codec`). Pure, tested on recorded samples."""

from __future__ import annotations

from . import cayenne, chirpstack, packed, plain, senml, thingsboard, tuya
from .form import Codec, Item, Spoiled, Unreadable

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        plain.codec,
        thingsboard.codec,
        tuya.codec,
        senml.codec,
        cayenne.codec,
        packed.codec,
        chirpstack.codec,
        chirpstack.with_cayenne,
        chirpstack.with_packed,
    )
}

__all__ = ["CODECS", "Codec", "Item", "Spoiled", "Unreadable"]
