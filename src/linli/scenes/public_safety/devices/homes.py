"""What hangs in homes and corridors and calls for help: smoke, gas, carbon monoxide, a button, a door."""

from __future__ import annotations

from linli.kernel.declare import (
    BATTERY,
    SIGNAL,
    Agreement,
    Command,
    Device,
    Parameter,
    Quantity,
    Whose,
    days,
    hours,
    minutes,
)

# What is out of range is set aside as what cannot be. Of what people die of that must not be the worst of it: up to `worst`,
# which is what nature can do, more than a detector measures counts as the most it measures. A 65535 is still nothing.
#
# Light lost to smoke over a metre, as the standards of point detectors measure it (GB 4715-2024, GB 20517-2025).
SMOKE = Quantity("smoke", "dB/m", 0, 10, digits=2, worst=100)
TEMPERATURE = Quantity("temperature", "°C", -50, 200, worst=1200)
# A share of the lower explosive limit, of methane where nothing else is said; 2000 is methane and nothing else.
GAS = Quantity("gas", "%LEL", 0, 100, worst=2000)
VALVE = Quantity("valve-shut", switch=True)
CO = Quantity("co", "ppm", 0, 5000, digits=0, worst=30_000)
# What a heated metal oxide makes of all gases together, said as carbon dioxide would be: 400 in clean air.
ECO2 = Quantity("eco2", "ppm", 0, 60_000, digits=0)
# Locks when pressed and stays so until somebody on the spot turns it back.
PRESSED = Quantity("pressed", switch=True)
OPEN = Quantity("open", switch=True)

# What networked detectors commonly take (makers' documents, not a standard): the siren is silenced for some minutes and
# sounds again by itself, a self-test, the heartbeat; a gas valve is shut from afar, and opened by hand on the spot only.
SILENCE = Command("silence-siren", (Parameter("minutes", "min", 1, 30),), lasts=minutes(10))
SELF_TEST = Command("self-test", lasts=hours(4))
INTERVAL = Command("set-interval", (Parameter("seconds", "s", 60, 86400),), lasts=days(2), interval="seconds")
SHUT_VALVE = Command("shut-valve", lasts=minutes(10))

SMOKE_DETECTOR = Device(
    "smoke-detector", (SMOKE, TEMPERATURE, BATTERY, SIGNAL), every=minutes(30), silent_after=hours(2), icon="smoke",
    commands=(SILENCE, SELF_TEST, INTERVAL),
)  # fmt: skip
GAS_DETECTOR = Device(
    "gas-detector", (GAS, VALVE, SIGNAL), every=minutes(10), icon="gas", commands=(SILENCE, SHUT_VALVE, SELF_TEST)
)
# Not personal, though it hangs in homes, as detectors of smoke and gas do: it measures a danger in the air that kills the
# neighbours too, and must not fall silent because somebody takes an agreement back (docs/adr/0014). So no more than the
# danger: no temperature, which would say when somebody bathes, and no longer than a month, for low values say it as well.
CO_DETECTOR = Device(
    "co-detector",
    (CO, BATTERY, SIGNAL),
    every=minutes(10),
    keeps=days(30),
    icon="gas",
    commands=(SILENCE, SELF_TEST),
)
# For rooms that are shared. Not in a home: breath is gas, too, and would say who is in (rights.md, 1).
FIRE_GAS_DETECTOR = Device(
    "fire-gas-detector", (ECO2, TEMPERATURE, SIGNAL), every=minutes(1), silent_after=minutes(10), icon="smoke",
    commands=(SILENCE, SELF_TEST),
)  # fmt: skip
EMERGENCY_BUTTON = Device(
    "emergency-button", (PRESSED, BATTERY, SIGNAL), every=hours(1), silent_after=hours(4), keeps=days(30),
    personal=True, icon="button", agreement=Agreement("emergency-button", Whose.ONE),
)  # fmt: skip
# Only with the consent of who lives there (rights.md): that a door stands open, never who went through it.
HOME_DOOR = Device(
    "home-door", (OPEN, BATTERY, SIGNAL), every=hours(1), silent_after=hours(12), keeps=days(30), personal=True,
    icon="door", agreement=Agreement("home-door", Whose.HOME),
)  # fmt: skip

DEVICES = (SMOKE_DETECTOR, GAS_DETECTOR, CO_DETECTOR, FIRE_GAS_DETECTOR, EMERGENCY_BUTTON, HOME_DOOR)
