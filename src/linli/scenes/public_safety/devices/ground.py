"""What watches the ground: lanes that fire engines need, squares and halls where many people are."""

from __future__ import annotations

from linli.kernel.declare import BATTERY, SIGNAL, Device, Quantity, minutes

OCCUPIED = Quantity("occupied", switch=True)
PEOPLE = Quantity("people", "", 0, 200_000, digits=0)
# People there as a share of how many the place is approved for; the counter knows its place's number.
CROWDED = Quantity("crowded", "%", 0, 1000, digits=0)

# Finds steel above it by the earth's field: that something stands there, not what or whose.
FIRE_LANE = Device("fire-lane-sensor", (OCCUPIED, BATTERY, SIGNAL), every=minutes(30), icon="lane")
# Counts heads in the camera and sends the number; no picture leaves it and nobody is recognised (rights.md, 1).
PEOPLE_COUNTER = Device(
    "people-counter", (PEOPLE, CROWDED, SIGNAL), every=minutes(1), silent_after=minutes(5), icon="people"
)

DEVICES = (FIRE_LANE, PEOPLE_COUNTER)
