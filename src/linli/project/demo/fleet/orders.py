"""What the demo's devices do when they are told something: the valve goes shut, the interval is another, they report."""

from __future__ import annotations

import json

from linli.kernel.catalogue.registry import catalogue

from .saying import Mouth


def takes(model: str) -> bool:
    """Whether a model can be told anything."""
    device = catalogue().devices.get(model)
    return bool(device and device.commands)


def obey(mouth: Mouth, payload: bytes) -> bool:
    """Whether it is something this device does. What it cannot read, or does not know, it lets lie."""
    try:
        order = json.loads(payload)
        command = order["command"]
        if command == "set-interval":
            mouth.every = int(order["seconds"])
    except (ValueError, KeyError, TypeError):
        return False
    if command == "shut-valve":
        mouth.shut = True
    device = catalogue().devices.get(mouth.placed.model)
    return bool(device and device.command(command))
