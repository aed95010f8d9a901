"""What belongs to a building: water to put fires out, doors that hold them back, lifts, the door from the street."""

from __future__ import annotations

from linli.kernel.declare import BATTERY, SIGNAL, Agreement, Device, Quantity, Whose, days, minutes

from .homes import OPEN

PRESSURE = Quantity("pressure", "MPa", 0, 4, digits=2)
# Of the depth that may be used: tanks differ, the share is what matters.
TANK = Quantity("tank", "%", 0, 120, digits=0)
EBIKE = Quantity("ebike", switch=True)
# What opened the door: 1 card, 2 code, 3 the attendant, 4 the reader's own face recognition after written consent.
# Of that last one nothing reaches Linli but this number (rights.md, 1).
CREDENTIAL = Quantity("credential", "", 0, 4, digits=0)
REFUSED = Quantity("refused", switch=True)
FORCED = Quantity("forced", switch=True)

FIRE_WATER = Device(
    "fire-water-pressure", (PRESSURE, BATTERY, SIGNAL), every=minutes(5), silent_after=minutes(30), icon="water"
)
FIRE_TANK = Device("fire-tank-level", (TANK, SIGNAL), every=minutes(10), icon="level")
FIRE_DOOR = Device("fire-door-contact", (OPEN, BATTERY, SIGNAL), every=minutes(60), icon="door")
LIFT_CAMERA = Device("lift-ebike-detector", (EBIKE, SIGNAL), every=minutes(5), icon="lift")
DOOR_READER = Device(
    "door-reader", (CREDENTIAL, REFUSED, FORCED, SIGNAL), every=minutes(30), keeps=days(30), personal=True,
    icon="door", agreement=Agreement("door-reader", Whose.EACH),
)  # fmt: skip

DEVICES = (FIRE_WATER, FIRE_TANK, FIRE_DOOR, LIFT_CAMERA, DOOR_READER)
