"""Chinese address text taken apart: "临江路128弄3号楼502室" into road, lane, building and room.

A scanner, not a dictionary: the last character of each part says what it is (路, 弄, 号楼, 室). It reads
from the left; what it cannot read is kept as `rest`, never thrown away. Which place is meant is decided in
`matching`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

from linli.kernel.places import address_patterns as words
from linli.kernel.places.numerals import alike

LONGEST_TEXT = 500
"""Longer texts are a story, not an address; only this much is read."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an address; "" where the text does not say.

    `number` is a house number on the road; behind a lane (弄) or a compound the same word 号 numbers a building
    and is found in `building`. `cross` is the other road of a junction. `relation` is how the spot lies to it.
    """

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    neighbourhood: str = ""
    road: str = ""
    cross: str = ""
    lane: str = ""
    sublane: str = ""
    number: str = ""
    compound: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An address as understood. `normal` is one spelling for one address; `confidence` runs from 0 to 1.

    Confidence says how sure one may be that this *is* an address and names a single spot: half of it comes from
    how far down the parts reach, half from how little of the text stayed unread.
    """

    parts: Parts
    normal: str
    confidence: float
    rest: str


@dataclass(slots=True)
class _Scan:
    """Where the reader stands: what is found, and what is left to read."""

    found: dict[str, str]
    left: str

    def take(self, part: str, pattern: str, group: int = 0) -> bool:
        if self.found.get(part):
            return False
        match = re.match(pattern, self.left)
        if not match or not match[0]:
            return False
        self.found[part] = (match[group] or "").upper() if part in _UPPER else match[group] or ""
        self.left = self.left[match.end() :]
        return True

    def has(self, *parts: str) -> bool:
        return any(self.found.get(part) for part in parts)


_UPPER = frozenset({"building", "unit", "room", "floor", "number"})
_Step = Callable[[_Scan], bool]


def parse(text: str) -> Parsed:
    """Take an address apart. Never raises: a text that is no address has confidence 0 and stays in `rest`."""
    plain = alike(text[:LONGEST_TEXT])
    lead = words.LEAD.match(plain)
    scan = _Scan({}, plain[lead.end() :] if lead else plain)
    for part, pattern in words.DIVISIONS:
        scan.take(part, pattern)
        scan.left = words.SEPARATORS.sub("", scan.left)
    before = _skip_to_road(scan)
    while scan.left and any(step(scan) for step in _STEPS):
        scan.left = words.SEPARATORS.sub("", scan.left)
    rest = before + scan.left
    parts = Parts(**{part: value for part, value in scan.found.items() if value})
    return Parsed(parts, _normal(parts), _confidence(parts, rest, plain), rest)


def _skip_to_road(scan: _Scan) -> str:
    """A story before the address is stepped over, when a road with a number follows; returns what was skipped."""
    if re.match(words.ROAD, scan.left) or re.match(words.COMPOUND, scan.left):
        return ""
    match = re.search(rf"(?<=[,，。;；:：、]){words.ROAD}\d", scan.left)
    if not match:
        return ""
    skipped, scan.left = scan.left[: match.start()], scan.left[match.start() :]
    return skipped


def _road(scan: _Scan) -> bool:
    if scan.has("lane", "number", "building", "room"):
        return False
    return scan.take("road", words.ROAD)


def _cross(scan: _Scan) -> bool:
    """The other road of a junction: 临江路近花园路, 临江路/花园路口, 临江路花园路交叉口."""
    if not scan.has("road") or scan.has("cross", "building", "room"):
        return False
    if scan.take("cross", rf"(?:与|和|同|近|靠近|邻近|[/、]){words.CROSS}", 1):
        return True
    return scan.take("cross", rf"{words.CROSS}(?=路?口|交叉|交汇|交界|$)", 1)


def _lane(scan: _Scan) -> bool:
    return scan.take("lane", r"(?:\d+[、,])*(\d+)弄", 1)


def _sublane(scan: _Scan) -> bool:
    return scan.take("sublane", r"(\d+)支弄", 1)


def _number(scan: _Scan) -> bool:
    """A house number on the road; behind a lane or a compound 号 numbers a building instead."""
    if not scan.has("road", "neighbourhood") or scan.has("lane", "compound", "number"):
        return False
    if scan.take("number", r"(\d+附\d+)号", 1):
        return True
    return scan.take("number", r"([甲乙丙]?\d+(?:-\d+)?[甲乙丙]?)号(?!楼|幢|栋|座|线)(?:之[一二三四\d])?", 1)


def _compound(scan: _Scan) -> bool:
    if scan.has("building", "unit", "room"):
        return False
    return scan.take("compound", words.COMPOUND)


def _building(scan: _Scan) -> bool:
    if scan.take("building", r"第?(\d+|[A-Za-z]\d*|[甲乙丙丁东南西北])(?:号楼|号幢|号栋|幢|栋|座|#楼?|号房)", 1):
        return True
    if scan.take("building", r"(\d+|[东南西北])楼(?=\d+(?:单元|门))", 1):
        return True
    return scan.has("lane", "compound") and scan.take("building", r"(\d+[甲乙]?|[A-Za-z])号(?!线)", 1)


def _hyphens(scan: _Scan) -> bool:
    """3-2-502 is building, unit, room; 3-502 building and room (or unit and room when the building is known)."""
    match = re.match(r"(\d{1,3}|[A-Za-z])-(?:(\d{1,2})-)?(\d{3,4}[A-Za-z]?)(?:室|房|户)?(?!\d|米|元)", scan.left)
    if not match or scan.has("room", "unit") or not scan.has("road", "lane", "compound", "building"):
        return False
    first, middle, room = match.groups()
    if scan.has("building"):
        if middle:
            return False
        scan.found["unit"] = first
    else:
        scan.found["building"] = first.upper()
        scan.found["unit"] = middle or ""
    scan.found["room"] = room.upper()
    scan.left = scan.left[match.end() :]
    return True


def _unit(scan: _Scan) -> bool:
    return scan.take("unit", r"第?(\d{1,2}|[A-Za-z甲乙丙])(?:单元|门(?!口|前))", 1)


def _floor(scan: _Scan) -> bool:
    return scan.take("floor", r"第?(\d{1,2}|[Bb]\d|地下\d)(?:层|楼)", 1)


def _room(scan: _Scan) -> bool:
    if scan.take("room", r"([A-Za-z]?\d{1,4}[A-Za-z]?)(?:室|房间?|户)", 1):
        return True
    bare = r"([A-Za-z]?\d{3,4}[A-Za-z]?)(?![\d米元年月日号弄路]|多)"
    return scan.has("building", "unit", "number") and scan.take("room", bare, 1)


def _relation(scan: _Scan) -> bool:
    if not scan.has("road", "compound", "lane", "number"):
        return False
    return scan.take("relation", words.RELATION)


_STEPS: tuple[_Step, ...] = (
    _lane, _sublane, _building, _number, _hyphens, _unit, _floor, _room, _cross, _relation, _road, _compound,
)  # fmt: skip

_FORMS: dict[str, str] = {
    "cross": "与{}路口",
    "lane": "{}弄",
    "sublane": "{}支弄",
    "number": "{}号",
    "building": "{}号楼",
    "unit": "{}单元",
    "floor": "{}层",
    "room": "{}室",
}


def _normal(parts: Parts) -> str:
    said = []
    for part in (field.name for field in fields(Parts)):
        value = getattr(parts, part)
        if not value or part == "relation" or (part == "floor" and parts.room):
            continue
        form = _FORMS.get(part, "{}")
        if part == "building" and not value[0].isdigit():
            form = "{}座"
        said.append(form.format(value))
    return "".join(said)


def _confidence(parts: Parts, rest: str, plain: str) -> float:
    if not plain:
        return 0.0
    anchored = bool(parts.compound or parts.number or (parts.road and (parts.lane or parts.cross)))
    depth = 0.5 * anchored + 0.2 * bool(parts.building) + 0.3 * bool(parts.room)
    if not anchored:
        depth = 0.3 * bool(parts.road or parts.neighbourhood or parts.lane) + 0.1 * bool(
            parts.street or parts.district
        )
    read = 1 - len(rest) / len(plain)
    return round(depth * 0.5 + (read * 0.5 if depth else 0.0), 3)
