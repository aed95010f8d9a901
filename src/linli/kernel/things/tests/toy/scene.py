"""A scene for this room's own tests: two models of device, so no real scene can break them."""

from linli.kernel.declare import Department, Scene
from linli.kernel.declare.devices import BATTERY, SIGNAL, Device, Quantity
from linli.kernel.declare.spans import Span, Unit

scene = Scene(
    name="toy",
    departments=(Department("fire"),),
    devices=(
        Device("smoke-detector", (Quantity("smoke", "dB/m", 0, 10), BATTERY, SIGNAL), every=Span(1, Unit.HOUR)),
        Device("water-level", (Quantity("level", "m", -5, 20), BATTERY), every=Span(10, Unit.MINUTE)),
    ),
)
