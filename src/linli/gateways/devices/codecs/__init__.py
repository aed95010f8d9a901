"""Readers of payloads by name; a model of device names its own (`Device.codec`). Pure, tested on recorded samples."""

from __future__ import annotations

from .form import Codec, Item, Spoiled, Unreadable
from .plain import codec as plain

CODECS: dict[str, Codec] = {codec.name: codec for codec in (plain,)}

__all__ = ["CODECS", "Codec", "Item", "Spoiled", "Unreadable"]
