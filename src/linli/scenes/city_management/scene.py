"""City management: what is wrong in the street, whose it is, and how soon it is put right; and what instruments see."""

from linli.kernel.declare import Scene

from .departments import DEPARTMENTS
from .devices import DEVICES
from .matters import MATTERS
from .registers import ELEMENTS, FORMS
from .rules import RULES
from .signs import SIGNS

scene = Scene(
    name="city_management",
    departments=DEPARTMENTS,
    matters=MATTERS,
    devices=DEVICES,
    rules=RULES,
    signs=SIGNS,
    elements=ELEMENTS,
    forms=FORMS,
)
