"""What moves along and stands in the streets: vehicles, people on foot, cars that park."""

from __future__ import annotations

from linli.kernel.declare import BATTERY, SIGNAL, Device, Quantity, minutes

# Vehicles an hour, as the last minutes would make it; their mean speed; the share of time the loop is covered.
FLOW = Quantity("flow", "1/h", 0, 12_000, digits=0)
SPEED = Quantity("speed", "km/h", 0, 250, digits=0)
COVERED = Quantity("covered", "%", 0, 100)
PASSING = Quantity("passing", "1/h", 0, 100_000, digits=0)
FREE = Quantity("free", "", 0, 20_000, digits=0)
FULL = Quantity("full", "%", 0, 100, digits=0)

# They count; no number plate and no face is read (rights.md, 1).
TRAFFIC_COUNTER = Device("traffic-counter", (FLOW, SPEED, COVERED, SIGNAL), every=minutes(1), icon="traffic")
FOOTFALL_COUNTER = Device("footfall-counter", (PASSING, SIGNAL), every=minutes(5), icon="people")
# In a doorway that many homes share: a light beam says how many went through, not who, nor to which home. Not personal while
# at least eight homes lie behind it; a door of fewer gets none (docs/signs.md).
ENTRANCE_COUNTER = Device("entrance-counter", (PASSING, BATTERY, SIGNAL), every=minutes(60), icon="people")
CAR_PARK = Device("car-park", (FREE, FULL, SIGNAL), every=minutes(5), icon="parking")

DEVICES = (TRAFFIC_COUNTER, FOOTFALL_COUNTER, ENTRANCE_COUNTER, CAR_PARK)
