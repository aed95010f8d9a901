"""A scene for this room's own tests: models of device, some of them personal, so no real scene can break them."""

from linli.kernel.declare import Command, Department, Parameter, Scene
from linli.kernel.declare.devices import BATTERY, SIGNAL, Agreement, Device, Quantity, Whose
from linli.kernel.declare.spans import Span, Unit

scene = Scene(
    name="toy",
    departments=(Department("fire"),),
    devices=(
        Device(
            "smoke-detector",
            (Quantity("smoke", "dB/m", 0, 10), BATTERY, SIGNAL),
            every=Span(1, Unit.HOUR),
            commands=(
                Command("silence", (Parameter("minutes", "min", 1, 30),)),
                Command("tone", (Parameter("loudness", choices=("soft", "loud")), Parameter("gain", "", 0, 1, 2))),
                Command("self-test"),
                Command("set-interval", (Parameter("seconds", "s", 60, 86400),), interval="seconds"),
            ),
        ),
        Device(
            "home-door",
            (Quantity("open", switch=True),),
            every=Span(1, Unit.HOUR),
            personal=True,
            agreement=Agreement("home-door", Whose.HOME),
        ),
        Device(
            "button",
            (Quantity("pressed", switch=True),),
            every=Span(1, Unit.HOUR),
            personal=True,
            agreement=Agreement("button", Whose.ONE),
        ),
        Device(
            "reader",
            (Quantity("credential", "", 0, 4),),
            every=Span(1, Unit.HOUR),
            personal=True,
            agreement=Agreement("reader", Whose.EACH),
        ),
        Device("water-level", (Quantity("level", "m", -5, 20), BATTERY), every=Span(10, Unit.MINUTE)),
    ),
)
