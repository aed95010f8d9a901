"""Whom a record concerns, found by its place, units and persons: one event costs what it concerns, however many listen.

The index proposes and `Eyes.see` decides: a fault here could leave somebody out (a test compares), and never tell
anybody what their eyes do not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from linli.kernel.access import Sees
from linli.project.stream import Eyes, facility

from .records import Record

V = TypeVar("V")
Key = tuple[str, str]
_PREFIXES = ("place", "facility", "notice")
"""Kinds of keys that are compared with the beginnings of a record's place."""


class Circle(Generic[V]):
    """All who look with the same eyes: they are told the same."""

    __slots__ = ("eyes", "viewers")

    def __init__(self, eyes: Eyes) -> None:
        self.eyes = eyes
        self.viewers: set[V] = set()


class Index(Generic[V]):
    """The circles, by what their eyes compare."""

    def __init__(self) -> None:
        self.circles: dict[Eyes, Circle[V]] = {}
        self._everything: dict[Circle[V], None] = {}
        self._by: dict[Key, dict[Circle[V], None]] = {}
        self._lengths: Counter[int] = Counter()

    def add(self, eyes: Eyes, viewer: V) -> None:
        circle = self.circles.get(eyes)
        if circle is None:
            circle = self.circles[eyes] = Circle(eyes)
            for key in keys(eyes):
                self._by.setdefault(key, {})[circle] = None
                if key[0] in _PREFIXES:
                    self._lengths[len(key[1])] += 1
        circle.viewers.add(viewer)

    def remove(self, eyes: Eyes, viewer: V) -> None:
        circle = self.circles.get(eyes)
        if circle is None:
            return
        circle.viewers.discard(viewer)
        if circle.viewers:
            return
        del self.circles[eyes]
        for key in keys(eyes):
            del self._by[key][circle]
            if not self._by[key]:
                del self._by[key]
            if key[0] in _PREFIXES:
                self._lengths[len(key[1])] -= 1
                if not self._lengths[len(key[1])]:
                    del self._lengths[len(key[1])]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Index) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def concerned(self, record: Record) -> list[Circle[V]]:
        """Those who may see this record, each once."""
        proposed: dict[Circle[V], None] = {}
        for key in asked(record, self._lengths):
            if found := self._by.get(key):
                proposed |= found
        place, units, persons, stream = record.place_code, record.units, record.persons, record.stream
        return [circle for circle in proposed if circle.eyes.see(place, units, persons, stream)]


def asked(record: Record, lengths: Iterable[int]) -> Iterator[Key]:
    """Where those are to be looked for who may see a record; of its place, beginnings of these lengths."""
    code, kinds = record.place_code, ["place"]
    yield "everything", ""
    if facility(record.stream):
        kinds.append("facility")
    if record.stream.startswith("notice:"):
        kinds.append("notice")
        yield "above", code
    for length in lengths:
        if length <= len(code):
            for kind in kinds:
                yield kind, code[:length]
    for unit in record.units:
        yield "unit", unit
    for person in record.persons:
        yield "person", person


def keys(eyes: Eyes) -> set[Key]:
    """Where these eyes are to be looked for; nowhere for those that see no record."""
    match eyes.sees:
        case Sees.ALL:
            return {("everything", "")}
        case Sees.OWN:
            return {("person", eyes.person)} | _noticed(*eyes.prefixes)
        case Sees.PUBLIC:
            return _noticed(*eyes.prefixes)
        case Sees.PLACE:
            return {("place", prefix) for prefix in eyes.prefixes} | _noticed(*eyes.prefixes)
        case Sees.THINGS:
            return {("facility", prefix) for prefix in eyes.prefixes}
        case Sees.UNIT:
            if not eyes.prefixes:
                return set()
            facilities = {("facility", prefix) for prefix in eyes.prefixes}
            return {("unit", eyes.unit)} | facilities | _noticed(*eyes.prefixes)
    return set()


def _noticed(*scopes: str) -> set[Key]:
    """Notices are heard of below where one is, and at every place above."""
    above = {("above", scope[:n]) for scope in scopes for n in range(len(scope) + 1)}
    return above | {("notice", scope) for scope in scopes}
