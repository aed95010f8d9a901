"""Public safety: what may harm people here, who must come, and how soon."""

from linli.kernel.declare import Scene

from .devices import DEVICES
from .matters import DEPARTMENTS, MATTERS
from .points import RULES as POINTS
from .rules import RULES

scene = Scene(
    name="public_safety", departments=DEPARTMENTS, matters=MATTERS, devices=DEVICES, rules=RULES, points=POINTS
)
