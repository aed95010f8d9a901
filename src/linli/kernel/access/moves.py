"""Codes that became others in one act (区划调整): what a code is called now, and what a scope was called before.

Pure arithmetic on prefixes, for every room that keeps rows under a code. Which codes became which is said by the
places (`places.recoding`); what is carried over how, by the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Moves:
    """`trees`: old code → new code; everything below goes along and keeps its last digits. `rests`: the code of a place
    that is no more → the place that took what lay at it, or below it at a place that had been closed. `parts`: the
    code of a place that was split → all that came of it.
    """

    trees: Mapping[str, str]
    rests: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]

    @classmethod
    def of_json(cls, written: Mapping[str, Any]) -> Moves:
        parts = {old: tuple(news) for old, news in written["parts"].items()}
        return cls(dict(written["trees"]), dict(written["rests"]), parts)

    def as_json(self) -> dict[str, Any]:
        return {
            "trees": dict(self.trees),
            "rests": dict(self.rests),
            "parts": {k: list(v) for k, v in self.parts.items()},
        }

    def __bool__(self) -> bool:
        return bool(self.trees or self.rests)

    @property
    def roots(self) -> tuple[str, ...]:
        """The shortest prefixes that hold every code concerned."""
        return shortest([*self.trees, *self.rests])

    def now(self, code: str) -> str:
        """What a code is called now; itself when it is not concerned."""
        if tree := self._tree(code):
            return self.trees[tree] + code[len(tree) :]
        rest = max((old for old in self.rests if code.startswith(old)), key=len, default="")
        return self.rests[rest] if rest else code

    def scopes(self, scope: str) -> tuple[str, ...]:
        """What a scope becomes: of a place that was split, every part; nothing for one that is not concerned.

        A scope that had been closed before is not concerned: to lift it to the place above would widen it.
        """
        if tree := self._tree(scope):
            return (self.trees[tree] + scope[len(tree) :],)
        if scope in self.rests:
            return self.parts.get(scope, (self.rests[scope],))
        return ()

    def rules(self, code: str) -> tuple[str, ...]:
        """Where what was set at a code must be set to hold where it held: of a place that was merged, at each that lay
        below it, for in the rest of the place it was merged into it never held."""
        if code in self.rests and code not in self.parts and not self._tree(code):
            return tuple(new for old, new in self.trees.items() if old.startswith(code))
        return self.scopes(code)

    def before(self, scope: str) -> set[str]:
        """Old prefixes under which rows of this scope lie while they are being carried over."""
        moved = (*self.trees.items(), *self.rests.items())
        found = {old for old, new in moved if new.startswith(scope) and not old.startswith(scope)}
        if tree := max((old for old, new in self.trees.items() if scope.startswith(new)), key=len, default=""):
            found.add(tree + scope[len(self.trees[tree]) :])
        return found - {scope}

    def arrays(self) -> dict[str, list[Any]]:
        """As linli_recoded() in SQL wants it: old, new, and whether what lies below goes along."""
        moves = [(old, new, True) for old, new in self.trees.items()]
        moves += [(old, new, False) for old, new in self.rests.items()]
        olds, news, wholes = zip(*moves, strict=True) if moves else ((), (), ())
        return {"olds": list(olds), "news": list(news), "wholes": list(wholes)}

    def _tree(self, code: str) -> str:
        return max((old for old in self.trees if code.startswith(old)), key=len, default="")


def also(scope: str, open_moves: Iterable[Moves]) -> tuple[str, ...]:
    """Every other prefix that means a scope's places while any of the moves is being carried over."""
    if scope in ("", "*"):
        return ()
    every = list(open_moves)
    # What the scope itself became, and then what each of these was called: never on from an old name to all it became.
    known = _followed({scope}, lambda prefix: {new for moves in every for new in moves.scopes(prefix)})
    known = _followed(known, lambda prefix: {old for moves in every for old in moves.before(prefix)})
    return tuple(prefix for prefix in shortest(known) if not prefix.startswith(scope))


def _followed(prefixes: set[str], step: Callable[[str], set[str]]) -> set[str]:
    known, fresh = set(prefixes), set(prefixes)
    while fresh:
        fresh = {found for prefix in fresh for found in step(prefix)} - known
        known |= fresh
    return known


def shortest(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Those that no other holds."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(kept)
