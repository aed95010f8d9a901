"""A scene for the readings room's own tests: limits one can reckon in the head."""

from linli.kernel.declare import (
    Department,
    Device,
    Matter,
    Proof,
    Quantity,
    Reading,
    Rule,
    Scene,
    Severity,
    Urgency,
    hours,
    minutes,
    working_days,
)

scene = Scene(
    name="toy_readings",
    departments=(Department("fire"),),
    matters=(
        Matter(
            "smoke-alarm",
            owner="fire",
            answer=minutes(2),
            finish=hours(4),
            faster=((Urgency.CRITICAL, minutes(2), hours(1)),),
            climb=minutes(10),
            reasons=("put-out", "false-alarm"),
            public=False,
        ),
        Matter(
            "check-device", owner="fire", answer=hours(2), finish=working_days(3), proof=Proof.TEXT, public=False
        ),
    ),
    devices=(
        Device(
            "smoke-detector",
            measures=(Quantity("smoke", "%/m", 0, 10, digits=2), Quantity("battery", "%", 0, 100, digits=0)),
            every=minutes(5),
        ),
        Device("level-gauge", measures=(Quantity("level", "m", 0, 20, digits=2),), every=minutes(5)),
    ),
    rules=(
        Rule(
            "smoke",
            of=("smoke-detector",),
            when=Reading("smoke").above(0.5, clears=0.4),
            severity=Severity.ORANGE,
            lasts=30,
            opens="smoke-alarm",
        ),
        Rule(
            "alone",
            of=("smoke-detector",),
            when=Reading("smoke").above(0.5),
            severity=Severity.RED,
            opens="smoke-alarm",
            gathers=0,
        ),
        Rule("level", of=("level-gauge",), when=Reading("level").above(3.0), severity=Severity.YELLOW),
    ),
)
