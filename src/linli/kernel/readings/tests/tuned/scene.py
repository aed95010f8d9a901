"""A scene for the tests of numbers, of the usual course and of backtests."""

from linli.kernel.declare import (
    Device,
    Quantity,
    Reading,
    Rule,
    Scene,
    Severity,
    Silent,
    Together,
    minutes,
)

scene = Scene(
    name="toy_tuned",
    devices=(
        Device(
            "smoke-detector",
            measures=(Quantity("smoke", "%/m", 0, 10, digits=2), Quantity("battery", "%", 0, 100, digits=0)),
            every=minutes(5),
        ),
        Device("counter", measures=(Quantity("people", "", 0, 10_000, digits=0),), every=minutes(5)),
    ),
    rules=(
        Rule(
            "smoke",
            of=("smoke-detector",),
            when=Reading("smoke").above(0.5, clears=0.4),
            severity=Severity.ORANGE,
            lasts=30,
            steps=((Severity.RED, Reading("smoke").above(2)),),
        ),
        Rule("smoke-together", of=("smoke-detector",), when=Together(Reading("smoke").above(0.5), things=2)),
        Rule("silent", of=("smoke-detector", "counter"), when=Silent()),
        Rule("crowd", of=("counter",), when=Reading("people").unusual(4, least=20, down=False)),
    ),
)
