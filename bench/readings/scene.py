"""The scene of the bench: one model of device that says what `mqload` says, under a rule of every type.

Most of `mqload`'s values lie between 20 and 30; one in forty runs of fifty is hot, from 80 to 90.
"""

from linli.kernel.declare import (
    BATTERY,
    Check,
    Department,
    Device,
    Field,
    Hours,
    Matter,
    Quantity,
    Reading,
    Rule,
    Scene,
    Severity,
    Silent,
    Together,
    minutes,
)

SENSOR = Device(
    "bench-sensor",
    measures=(Quantity("v", "%", -1000, 1000), Quantity("temperature", "°C", -40, 125), BATTERY),
    every=minutes(1),
    silent_after=minutes(60),
    fields=(Field("temp", "temperature"), Field("bat", "battery")),
)
V, TEMPERATURE = Reading("v"), Reading("temperature")
OF = (SENSOR.name,)
LASTING = 5.0
"""Seconds that `bench-lasting` must last."""
HOT = Matter("bench-hot", owner="bench-service", answer=minutes(2), finish=minutes(60), check=Check.NONE)

# As the spike of the house had it: over the limit with hysteresis, for a while.
PLAIN = (
    Rule(
        "bench-over",
        of=OF,
        when=V.above(200, clears=150),
        severity=Severity.RED,
        opens=HOT.name,
        gathers=0,
        calms=0,
    ),
)
MIXED = (
    *PLAIN,
    Rule("bench-lasting", of=OF, when=V.above(75, clears=60), lasts=LASTING, gathers=0, calms=0),
    Rule("bench-often", of=OF, when=V.below(5), repeats=3, within=60),
    Rule("bench-rising", of=OF, when=TEMPERATURE.rises(30, within=60)),
    Rule("bench-both", of=OF, when=V.above(75) & TEMPERATURE.above(20), steps=((Severity.RED, V.above(88)),)),
    Rule("bench-either", of=OF, when=V.above(85) | TEMPERATURE.below(0), between=Hours("22:00", "06:00")),
    Rule("bench-together", of=OF, when=Together(V.above(75), things=3)),
    Rule("bench-unusual", of=OF, when=V.unusual(5)),
    Rule("bench-silent", of=OF, when=Silent()),
    Rule("bench-battery", of=OF, when=Reading("battery").below(20, clears=30), severity=Severity.BLUE),
)

scene = Scene("bench", departments=(Department("bench-service"),), matters=(HOT,), devices=(SENSOR,), rules=MIXED)
