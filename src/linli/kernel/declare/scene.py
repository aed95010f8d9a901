"""A scene: one field of work, declared as values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .devices import Device
from .elements import Element, Form
from .matters import Department, Matter
from .points import Ledger, PointsRule
from .rules import Rule
from .signs import Sign

SCENE_NAME = re.compile(r"^[a-z][a-z_]*$")


@dataclass(frozen=True, slots=True)
class Scene:
    """One field of work, declared as values. `grants`: what each role may do about the scene's own nouns
    ("social_worker": ("wishes.check",)).

    A matter may be owned by a department another scene declares, a rule open a matter of another and speak of its
    devices: whether they exist is what the catalogue of all scenes says."""

    name: str
    departments: tuple[Department, ...] = ()
    matters: tuple[Matter, ...] = ()
    devices: tuple[Device, ...] = ()
    rules: tuple[Rule, ...] = ()
    signs: tuple[Sign, ...] = ()
    elements: tuple[Element, ...] = ()
    forms: tuple[Form, ...] = ()
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ledgers: tuple[Ledger, ...] = ()
    points: tuple[PointsRule, ...] = ()
    words: str = field(default="words.toml")

    def faults(self) -> list[str]:
        """What is wrong with this scene, each a sentence; an empty list when nothing is."""
        return list(self._faults())

    def _faults(self) -> Iterator[str]:
        if not SCENE_NAME.match(self.name):
            yield f"scene {self.name!r}: the name must be lower-case letters and underscores"
        for role, permissions in self.grants.items():
            for permission in permissions:
                if permission.count(".") != 1:
                    yield f"scene {self.name!r}: grants {role!r} {permission!r}, which is no permission: say noun.verb"
        for noun, names in (
            ("department", [d.name for d in self.departments]),
            ("matter", [m.name for m in self.matters]),
            ("device", [d.name for d in self.devices]),
            ("rule", [r.name for r in self.rules]),
            ("sign", [s.name for s in self.signs]),
            ("element", [e.name for e in self.elements]),
            ("form", [f.name for f in self.forms]),
            ("ledger", [x.name for x in self.ledgers]),
            ("points rule", [x.name for x in self.points]),
        ):
            for name, count in Counter(names).items():
                if count > 1:
                    yield f"{noun} {name!r} is declared {count} times in scene {self.name!r}"
        declared: tuple[Matter | Device | Rule | Sign | Element | Form | Ledger | PointsRule, ...] = (
            *self.matters,
            *self.devices,
            *self.rules,
            *self.signs,
            *self.elements,
            *self.forms,
            *self.ledgers,
            *self.points,
        )
        for value in declared:
            yield from value.faults()
