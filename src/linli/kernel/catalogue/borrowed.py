"""What a scene names of another scene: the ledger a rule rewards in, the matters it waits for, the matter a warning opens.

No scene hangs on another, so the other may be off. Whoever borrows a name says whose it is. Is that scene off, the rule
sleeps; the name is looked up all the same, where the scene would declare it, so that a misspelt one never merely sleeps
(docs/adr/0050).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from linli.kernel.declare import PointsRule, Rule, Scene


class Borrowed:
    """Whose names there are: of scenes that are on, and of those that could be."""

    def __init__(self, on: Iterable[Scene], off: Iterable[Scene]) -> None:
        self.on = {scene.name: scene for scene in on}
        self.every: Mapping[str, Scene] = {scene.name: scene for scene in off} | self.on

    def is_off(self, of: str) -> bool:
        return bool(of) and of not in self.on

    def sleeps(self, rule: PointsRule) -> list[str]:
        """The scenes it waits for; none when it is awake."""
        named = (rule.of, rule.when.of if rule.when else "")
        return list(dict.fromkeys(of for of in named if self.is_off(of)))

    def awake(self, rule: Rule) -> Rule:
        """A rule on readings warns whatever is off; it opens a matter only where its scene is on."""
        return replace(rule, opens="") if rule.opens and self.is_off(rule.opens_of) else rule

    def unopened(self) -> dict[str, list[str]]:
        """Scenes that are off, and the rules that warn and do not open the matter of theirs."""
        found: dict[str, list[str]] = {}
        for rule in (rule for scene in self.on.values() for rule in scene.rules):
            if rule.opens and self.is_off(rule.opens_of):
                found.setdefault(rule.opens_of, []).append(rule.name)
        return found

    def faults(self) -> Iterator[str]:
        """Names that their scenes do not declare."""
        for scene in self.on.values():
            for points in scene.points:
                who = f"points rule {points.name!r}"
                yield from self._named(who, "ledger", points.ledger, points.of, scene)
                for kind in points.when.kinds if points.when else ():
                    yield from self._named(who, "matter", kind, points.when.of if points.when else "", scene)
            for rule in scene.rules:
                if rule.opens:
                    yield from self._named(f"rule {rule.name!r}", "matter", rule.opens, rule.opens_of, scene)

    def _named(self, who: str, noun: str, name: str, of: str, own: Scene) -> Iterator[str]:
        scene = self.every.get(of) if of else own
        if scene is None:
            yield f"{who}: names the {noun} {name!r} of the scene {of!r}, and there is no such scene"
        elif name not in _names(scene, noun):
            whose = [other.name for other in self.every.values() if name in _names(other, noun)]
            hint = f"; {whose[0]!r} does, say so" if whose else ""
            yield f"{who}: the scene {scene.name!r} declares no {noun} {name!r}{hint}"


def _names(scene: Scene, noun: str) -> set[str]:
    return {one.name for one in (scene.ledgers if noun == "ledger" else scene.matters)}
