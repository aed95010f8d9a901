"""Which registered place an address means: candidates, ranked, each with its reasons.

Registered addresses hang on the tree: a compound carries road and lane (or road and number) and its name, a
building its number, a unit and a home theirs. So a match finds an anchor first and then walks down; where the
text or the register ends, the place reached is the answer. The register is asked through `Gazetteer`, which is
memory in tests and the database in `queries`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from linli.kernel.places import codes
from linli.kernel.places.address import Parsed, Parts
from linli.kernel.places.codes import Level
from linli.kernel.places.numerals import alike
from linli.kernel.places.sentences import Sentence

MOST = 10
_WEAKEST_NAME = 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """One registered place with its address parts; "" where it has none of its own."""

    code: str
    name: str
    road: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        return codes.level_of(self.code)


class Gazetteer(Protocol):
    """The register of addresses, as far as matching needs it."""

    def on_road(self, road: str) -> Iterable[Entry]:
        """Places registered on a road whose name is `road`, or a name that ends `road` ("我家临江路")."""

    def named(self, name: str) -> Iterable[Entry]:
        """Places whose name or alias is like `name` (shares two characters)."""

    def inside(self, code: str, part: str, value: str) -> Iterable[Entry]:
        """Places below `code` whose own `part` ("building", "unit", "room") is `value`."""

    def entry(self, code: str) -> Entry | None:
        """The place with this code."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place an address may mean. `score` runs from 0 to 1; `reasons` say what decided."""

    code: str
    name: str
    score: float
    reasons: tuple[Sentence, ...]


def match(parsed: Parsed, gazetteer: Gazetteer) -> list[Match]:
    """The places `parsed` may mean, the likeliest first; empty when the register knows none.

    Parts the register does not hold end the walk: the lane alone finds the compound, a road alone the nearest
    place that holds all of it.
    """
    found: dict[str, Match] = {}
    for anchor in _anchors(parsed.parts, gazetteer):
        for candidate in _walk_down(anchor, parsed.parts, gazetteer):
            known = found.get(candidate.code)
            if known is None or candidate.score > known.score:
                found[candidate.code] = candidate
    return sorted(found.values(), key=lambda m: (-m.score, m.code))[:MOST]


def likeness(a: str, b: str) -> float:
    """How alike two names are, 0 to 1: shared pairs of characters (Dice), after making spelling alike."""
    one, other = bigrams(a), bigrams(b)
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def bigrams(name: str) -> frozenset[str]:
    """The pairs of neighbouring characters; a single character stands for itself."""
    plain = alike(name)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset({plain} - {""})


def _anchors(parts: Parts, gazetteer: Gazetteer) -> list[Match]:
    anchors: dict[str, Match] = {}
    if parts.road:
        for candidate in _on_road(parts, gazetteer):
            anchors[candidate.code] = candidate
    if parts.compound:
        for candidate in _by_name(parts.compound, gazetteer):
            anchors[candidate.code] = _joined(anchors.get(candidate.code), candidate)
    if not anchors:
        for name in (parts.neighbourhood, parts.street, parts.district, parts.city, parts.province):
            if name and (higher := list(_by_name(name, gazetteer))):
                return higher
    return [_weighed(anchor, parts, gazetteer) for anchor in anchors.values()]


def _on_road(parts: Parts, gazetteer: Gazetteer) -> list[Match]:
    entries = list(gazetteer.on_road(parts.road))
    exact = [e for e in entries if _same_house(e, parts)]
    if exact:
        return [Match(e.code, e.name, 0.9, (_said(parts, e),)) for e in exact]
    shared = codes.common([e.code for e in entries])
    holder = gazetteer.entry(shared) if shared else None
    if holder is None:
        return []
    if parts.lane or parts.number:
        why = Sentence(
            "登记的地址里没有%(road)s%(house)s；%(road)s在这一带。",
            {"road": entries[0].road, "house": _house(parts)},
        )
        return [Match(holder.code, holder.name, 0.3, (why,))]
    why = Sentence("%(road)s有 %(count)s 处登记的地址，都在这里。", {"road": parts.road, "count": len(entries)})
    return [Match(holder.code, holder.name, 0.4, (why,))]


def _same_house(entry: Entry, parts: Parts) -> bool:
    if parts.lane:
        return entry.lane == parts.lane
    return bool(parts.number) and entry.number == parts.number and not entry.lane


def _house(parts: Parts) -> str:
    return f"{parts.lane}弄" if parts.lane else f"{parts.number}号"


def _said(parts: Parts, entry: Entry) -> Sentence:
    return Sentence("%(road)s%(house)s就是登记的地址。", {"road": entry.road, "house": _house(parts)})


def _by_name(name: str, gazetteer: Gazetteer) -> list[Match]:
    plain = alike(name)
    found = []
    for entry in gazetteer.named(name):
        spelled = [alike(known) for known in (entry.name, *entry.aliases)]
        if plain in spelled:
            why = Sentence("名称“%(name)s”就是登记的名称。", {"name": name})
            found.append(Match(entry.code, entry.name, 0.85, (why,)))
            continue
        like = max(likeness(plain, known) for known in spelled)
        if like >= _WEAKEST_NAME:
            why = Sentence("名称与“%(name)s”相近。", {"name": entry.name})
            found.append(Match(entry.code, entry.name, round(0.7 * like, 3), (why,)))
    return found


def _joined(first: Match | None, second: Match) -> Match:
    """Road and name both lead to the same place: surer than either."""
    if first is None:
        return second
    return Match(first.code, first.name, 0.95, first.reasons + second.reasons)


def _weighed(anchor: Match, parts: Parts, gazetteer: Gazetteer) -> Match:
    """The divisions named in the text speak for or against an anchor that lies inside or outside them."""
    score, reasons = anchor.score, anchor.reasons
    for level, said in ((Level.DISTRICT, parts.district), (Level.STREET, parts.street)):
        if not said or codes.level_of(anchor.code) <= level:
            continue
        above = gazetteer.entry(codes.prefix(anchor.code, level))
        if above is None:
            continue
        if said in (above.name, *above.aliases):
            score = min(1.0, score + 0.04)
        else:
            score *= 0.5
            values = {"here": above.name, "said": said}
            reasons = (*reasons, Sentence("它在%(here)s，而不在“%(said)s”。", values))
    return Match(anchor.code, anchor.name, score, reasons)


_LABELS = {
    "building": Sentence("%(value)s号楼"),
    "unit": Sentence("%(value)s单元"),
    "room": Sentence("%(value)s室"),
}


def _walk_down(anchor: Match, parts: Parts, gazetteer: Gazetteer) -> list[Match]:
    """From the anchor by building, unit and room as far as text and register both reach."""
    here = anchor
    for part, word in _LABELS.items():
        value = getattr(parts, part)
        if not value:
            continue
        below = list(gazetteer.inside(here.code, part, value))
        label = Sentence(word.text, {"value": value})
        if not below:
            why = Sentence("这里没有登记%(label)s。", {"label": label})
            return [Match(here.code, here.name, round(here.score * 0.8, 3), (*here.reasons, why))]
        if len(below) > 1:
            why = Sentence(
                "这里有 %(count)s 个%(label)s，请再说明是哪一个。", {"count": len(below), "label": label}
            )
            some = [Match(e.code, e.name, here.score * 0.6, (*here.reasons, why)) for e in below]
            return [Match(here.code, here.name, here.score * 0.9, (*here.reasons, why)), *some]
        entry = below[0]
        why = Sentence("%(label)s已登记。", {"label": label})
        here = Match(entry.code, entry.name, min(1.0, here.score + 0.03), (*here.reasons, why))
    return [here]
