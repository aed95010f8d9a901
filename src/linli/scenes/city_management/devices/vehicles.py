"""Vehicles of the municipality, and where they are. It is the vehicle that is followed, on duty, never a person."""

from __future__ import annotations

from linli.kernel.declare import LAT, LON, SIGNAL, Device, Quantity, days, minutes

from .street import SPEED

WORKING = Quantity("working", switch=True)
LOAD = Quantity("load", "%", 0, 120, digits=0)

SANITATION_VEHICLE = Device(
    "sanitation-vehicle", (LON, LAT, SPEED, WORKING, LOAD, SIGNAL), every=minutes(1), silent_after=minutes(20),
    keeps=days(30), moves=True, icon="vehicle",
)  # fmt: skip
PATROL_VEHICLE = Device(
    "patrol-vehicle", (LON, LAT, SPEED, SIGNAL), every=minutes(1), silent_after=minutes(20), keeps=days(30),
    moves=True, icon="vehicle",
)  # fmt: skip

DEVICES = (SANITATION_VEHICLE, PATROL_VEHICLE)
