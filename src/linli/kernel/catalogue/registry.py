"""What the scenes of this installation declare, looked up by name.

The catalogue knows scenes only as values found where settings.SCENES points: nothing in the kernel imports a
scene. A registry is an ordinary object, so a test makes its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings

from linli.kernel.declare import (
    Codes,
    Department,
    Device,
    Element,
    Form,
    Ledger,
    Matter,
    Matters,
    PointsRule,
    Readings,
    Rows,
    Rule,
    Scene,
    Sign,
)

from .borrowed import Borrowed
from .words import Words, read_words


class UnknownKind(LookupError):
    """No scene of this installation declares a kind of this name."""


class Catalogue:
    """All declarations of some scenes, with their words in every language. `off` are the scenes that are here and not on: a
    points rule that needs one of them is `asleep`, and in `points` it is not."""

    def __init__(self, scenes: Iterable[Scene], words: Mapping[str, Words], off: Iterable[Scene] = ()) -> None:
        self.scenes = tuple(scenes)
        self.words = words
        self.borrowed = Borrowed(self.scenes, off)
        self.kinds: dict[str, Matter] = {k.name: k for s in self.scenes for k in s.matters}
        self.departments: dict[str, Department] = {d.name: d for s in self.scenes for d in s.departments}
        self.devices: dict[str, Device] = {d.name: d for s in self.scenes for d in s.devices}
        self.rules: dict[str, Rule] = {r.name: self.borrowed.awake(r) for s in self.scenes for r in s.rules}
        self.signs: dict[str, Sign] = {g.name: g for s in self.scenes for g in s.signs}
        self.elements: dict[str, Element] = {e.name: e for s in self.scenes for e in s.elements}
        self.forms: dict[str, Form] = {f.name: f for s in self.scenes for f in s.forms}
        self.ledgers: dict[str, Ledger] = {x.name: x for s in self.scenes for x in s.ledgers}
        self.every_points: dict[str, PointsRule] = {x.name: x for s in self.scenes for x in s.points}
        self.asleep = {x.name: waits for x in self.every_points.values() if (waits := self.borrowed.sleeps(x))}
        self.points = {name: x for name, x in self.every_points.items() if name not in self.asleep}
        self.scene_of = {k.name: s.name for s in self.scenes for k in s.matters}

    def kind(self, name: str) -> Matter:
        try:
            return self.kinds[name]
        except KeyError:
            raise UnknownKind(name) from None

    def word(self, noun: str, name: str, language: str, part: str = "name") -> str:
        """A declared thing's word in a language, e.g. ("matter", "noise", "zh"); the bare name when it has none."""
        for words in self.words.values():
            if entry := words.get(noun, {}).get(name):
                return entry.get(f"{part}_{language}", "") or (name if part == "name" else "")
        return name if part == "name" else ""

    def faults(self) -> list[str]:
        """Everything wrong with the declarations and their words, each a sentence."""
        found = [fault for scene in self.scenes for fault in scene.faults()]
        found += self._twice()
        found += self.borrowed.faults()
        for kind in self.kinds.values():
            if kind.owner not in self.departments:
                found.append(f"matter {kind.name!r}: its owner {kind.owner!r} is no declared department")
        for rule in self.rules.values():
            found += [
                f"rule {rule.name!r}: no scene declares the device {m!r}" for m in rule.of if m not in self.devices
            ]
            found += [fault for m in rule.of if m in self.devices for fault in rule.misfits(self.devices[m])]
        for sign in self.signs.values():
            found += self._misfits(sign)
        for element in self.elements.values():
            if element.owner not in self.departments:
                found.append(f"element {element.name!r}: its owner {element.owner!r} is no declared department")
        found += [fault for form in self.forms.values() for fault in form.misfits(self.elements)]
        for points in self.every_points.values():
            found += self._unsound(points)
        found += self._unsaid()
        found += self._nameless_choices()
        found += self._told_apart()
        quantities = {q.name for device in self.devices.values() for q in device.measures}
        commands = [command for device in self.devices.values() for command in device.commands]
        parameters = [parameter for command in commands for parameter in command.parameters]
        nouns: dict[str, Iterable[str]] = {
            "matter": self.kinds,
            "department": self.departments,
            "device": self.devices,
            "rule": self.rules,
            "quantity": quantities,
            "sign": self.signs,
            "indication": {one.name for sign in self.signs.values() for one in sign.indications},
            "topic": self.topics,
            "ledger": self.ledgers,
            "points": self.every_points,
            "evidence": {kind for points in self.every_points.values() for kind in points.evidence},
            "per": {points.per for points in self.every_points.values() if points.per},
            "command": {command.name for command in commands},
            "parameter": {parameter.name for parameter in parameters},
            "choice": {choice for parameter in parameters for choice in parameter.choices},
            "element": self.elements,
            "form": self.forms,
            "group": {group.name for form in self.forms.values() for group in form.groups},
            "purpose": {element.purpose for element in self.elements.values()},
            "basis": {element.basis for element in self.elements.values()},
            "codes": self.codes,
        }
        for noun, names in nouns.items():
            for name in names:
                found += [
                    f"{noun} {name!r} has no word in {language!r}"
                    for language in ("zh", "en")
                    if not any(w.get(noun, {}).get(name, {}).get(f"name_{language}") for w in self.words.values())
                ]
        return found

    @property
    def inspections(self) -> frozenset[str]:
        """Kinds nobody reports: inspections of a place, which signs open, and what a scene opens by itself."""
        return frozenset(
            {sign.opens for sign in self.signs.values()} | {k.name for k in self.kinds.values() if not k.reported}
        )

    @property
    def topics(self) -> set[str]:
        """What signs ask of data sets."""
        looks = [one.looks for sign in self.signs.values() for one in sign.indications]
        return {look.topic for look in looks if isinstance(look, Rows)}

    @property
    def codes(self) -> dict[str, Codes]:
        """Code lists that elements choose from."""
        return {e.codes.name: e.codes for e in self.elements.values() if e.codes is not None}

    def _nameless_choices(self) -> list[str]:
        return [
            f"codes {codes.name!r} has no {choice!r} in {language!r}"
            for codes in self.codes.values()
            for choice in codes.choices
            for language in ("zh", "en")
            if not self.word("codes", codes.name, language, choice)
        ]

    def _misfits(self, sign: Sign) -> list[str]:
        """What a sign asks of other declarations that is not there."""
        found = [fault for device in self.devices.values() for fault in sign.misfits(device)]
        kind = self.kinds.get(sign.opens)
        if kind is None:
            found.append(f"sign {sign.name!r}: no scene declares the matter {sign.opens!r} it opens")
        else:
            found += [
                f"sign {sign.name!r}: the matter {kind.name!r} never ends with {outcome!r}"
                for outcome in (*sign.found, *sign.unfounded)
                if outcome not in kind.reasons
            ]
        for one in sign.indications:
            if isinstance(one.looks, Matters):
                unknown = [name for name in one.looks.kinds if name not in self.kinds]
                found += [f"sign {sign.name!r}: no scene declares the matter {name!r}" for name in unknown]
                if sign.opens in one.looks.kinds:
                    found.append(f"sign {sign.name!r}: counts the matters it opens itself")
            elif isinstance(one.looks, Readings) and one.looks.model not in self.devices:
                found.append(f"sign {sign.name!r}: no scene declares the device {one.looks.model!r}")
        return found

    def _unsound(self, points: PointsRule) -> list[str]:
        """What a rule asks of other declarations that is not there, and what a statement could not say."""
        ledger = self.ledgers.get(points.ledger)
        found = list(points.misfits(ledger)) if ledger else []
        kinds = points.when.kinds if points.when else ()
        found += [
            f"points rule {points.name!r}: the matter {kind!r} never ends with {outcome!r}"
            for kind in kinds
            if kind in self.kinds and points.when
            for outcome in points.when.outcomes
            if outcome not in self.kinds[kind].reasons
        ]
        return found + [
            f"points {points.name!r} has no text in {language!r}"
            for language in ("zh", "en")
            if not self.word("points", points.name, language, "text")
        ]

    def _unsaid(self) -> list[str]:
        """What nobody could agree to, because it is not said."""
        agreements = {d.agreement.name: d.agreement for d in self.devices.values() if d.agreement}
        return [
            f"agreement {agreement.name!r} has no {part!r} in {language!r}"
            for agreement in agreements.values()
            for part in ("name", *agreement.PARTS)
            for language in ("zh", "en")
            if not any(
                w.get("agreement", {}).get(agreement.name, {}).get(f"{part}_{language}")
                for w in self.words.values()
            )
        ]

    def _told_apart(self) -> list[str]:
        """Departments are the place's: several scenes may declare one, and must call it the same."""
        return [
            f"department {name!r} has different words in different scenes"
            for name in self.departments
            if len(
                {
                    tuple(sorted(w["department"][name].items()))
                    for w in self.words.values()
                    if name in w.get("department", {})
                }
            )
            > 1
        ]

    def _twice(self) -> list[str]:
        """What two scenes declare under one name."""
        found, seen = [], dict[tuple[str, str], str]()
        for scene in self.scenes:
            names = [("matter", kind.name) for kind in scene.matters]
            names += [("device", device.name) for device in scene.devices]
            names += [("rule", rule.name) for rule in scene.rules]
            names += [("sign", sign.name) for sign in scene.signs]
            names += [("element", element.name) for element in scene.elements]
            names += [("form", form.name) for form in scene.forms]
            names += [("ledger", ledger.name) for ledger in scene.ledgers]
            names += [("points rule", rule.name) for rule in scene.points]
            names += [("indication", one.name) for sign in scene.signs for one in sign.indications]
            for noun, name in names:
                if first := seen.get((noun, name)):
                    found.append(f"{noun} {name!r} is declared by {first!r} and {scene.name!r}")
                seen[noun, name] = scene.name
        return found


@cache
def catalogue() -> Catalogue:
    """The catalogue of the scenes named in settings.SCENES."""
    scenes: list[Scene] = []
    words: dict[str, Words] = {}
    for name in settings.SCENES:
        module = import_module(f"{name}.scene")
        scene: Scene = module.scene
        scenes.append(scene)
        words[scene.name] = read_words(Path(str(module.__file__)).parent / scene.words)
    return Catalogue(scenes, words, [_scene(name) for name in settings.SCENES_HERE if name not in settings.SCENES])


def _scene(name: str) -> Scene:
    scene: Scene = import_module(f"{name}.scene").scene
    return scene


def faults() -> list[str]:
    return catalogue().faults()
