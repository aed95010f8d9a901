"""The words a scene speaks: frozen values, and nothing else.

No Django, no database, no clock. A scene declares what *exists*; rows in the database change numbers and
names per place (see `linli.kernel.catalogue`). `Scene.faults()` says in plain words what is wrong.
"""

from .commands import Command, Parameter
from .conditions import (
    Above,
    AllOf,
    AnyOf,
    Below,
    Changes,
    Condition,
    Is,
    Reading,
    Silent,
    Together,
    Unusual,
    Unwell,
)
from .devices import BATTERY, LAT, LON, SIGNAL, Agreement, Device, Field, Quantity, Whose, seconds
from .elements import About, Ask, Codes, Element, Form, Group, Sensitivity, Shown, Source, Type
from .hours import Hours
from .matters import Appeal, Check, Department, Matter, Proof, Urgency
from .numbers import Number
from .points import Ledger, PointsRule, WhenClosed
from .rules import Rule, Severity
from .scene import Scene
from .signs import Indication, Matters, Readings, Rows, Sign
from .spans import Span, Unit, days, hours, minutes, working_days, working_hours

__all__ = [
    "BATTERY",
    "LAT",
    "LON",
    "SIGNAL",
    "About",
    "Above",
    "Agreement",
    "AllOf",
    "AnyOf",
    "Appeal",
    "Ask",
    "Below",
    "Changes",
    "Check",
    "Codes",
    "Command",
    "Condition",
    "Department",
    "Device",
    "Element",
    "Field",
    "Form",
    "Group",
    "Hours",
    "Indication",
    "Is",
    "Ledger",
    "Matter",
    "Matters",
    "Number",
    "Parameter",
    "PointsRule",
    "Proof",
    "Quantity",
    "Reading",
    "Readings",
    "Rows",
    "Rule",
    "Scene",
    "Sensitivity",
    "Severity",
    "Shown",
    "Sign",
    "Silent",
    "Source",
    "Span",
    "Together",
    "Type",
    "Unit",
    "Unusual",
    "Unwell",
    "Urgency",
    "WhenClosed",
    "Whose",
    "days",
    "hours",
    "minutes",
    "seconds",
    "working_days",
    "working_hours",
]
