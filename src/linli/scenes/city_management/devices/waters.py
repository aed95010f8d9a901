"""How high water stands: in the river, and where a road dips."""

from __future__ import annotations

from linli.kernel.declare import BATTERY, SIGNAL, Device, Quantity, minutes

# Above the zero of the gauge; what is high there, each gauge is told (rule numbers).
RIVER = Quantity("river-level", "m", -10, 100, digits=2)
DEPTH = Quantity("depth", "m", 0, 10, digits=2)

RIVER_GAUGE = Device("river-gauge", (RIVER, BATTERY, SIGNAL), every=minutes(10), icon="level")
FLOOD_GAUGE = Device(
    "flood-gauge", (DEPTH, BATTERY, SIGNAL), every=minutes(10), silent_after=minutes(60), icon="level"
)

DEVICES = (RIVER_GAUGE, FLOOD_GAUGE)
