"""Which registered place an address means, and when that is sure.

`kernel.places.matching` ranks what an address may mean; a person then picks. Here nobody looks at the sure ones, so
more is asked: everything the text says must be registered and agree, nothing of weight stay unread, and no other place
fit. Whatever speaks against it goes to the review queue with that as its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from math import cos, hypot, radians

from linli.kernel.places import codes
from linli.kernel.places import queries as places
from linli.kernel.places.address import Parsed, Parts, parse
from linli.kernel.places.cache import today
from linli.kernel.places.codes import Level
from linli.kernel.places.matching import Entry, Match, likeness, match
from linli.kernel.places.models import Place
from linli.kernel.places.numerals import alike
from linli.kernel.places.register import Register
from linli.kernel.places.sentences import Sentence

from .found import Candidate, Found, How

AWAY = 400.0
"""Metres between a row's own point and the place its address means, beyond which one of the two is wrong. A compound is
some 200 across, and its point lies in its middle."""
ALIKE = 0.6
LIKELY, OTHER = 0.45, 0.6
SHOWN = 5
_REST = re.compile(r"[\W_]|上海|中国|国内")
_METRES = 111_320.0


def match_place(text: str, point: tuple[float, float] | None = None, *, scope: str = "*") -> Found:
    """The place an address means, or a point (WGS-84) where there is no address."""
    if not text.strip():
        return _by_point(point)
    register = Register(today(), scope)
    parsed, notes = _understood(text, register)
    matches = match(parsed, register)
    if not _deep(matches):
        parsed, old = _by_old_name(parsed)
        if old:
            notes, matches = [*notes, *old], match(parsed, register)
    candidates = tuple(
        Candidate(m.code, round(m.score, 3), m.reasons) for m in matches if m.score >= LIKELY and _is_deep(m.code)
    )[:SHOWN]
    if not candidates:
        return Found(How.NONE, text, reasons=(Sentence("登记的地址里找不到它。"),))
    top = matches[0]
    against = list(_against(parsed, top, matches, register, point))
    if against:
        first = replace(candidates[0], reasons=(*candidates[0].reasons, *against))
        return Found(How.DOUBTFUL, text, reasons=tuple(against), candidates=(first, *candidates[1:]))
    return Found(How.SURE, text, top.code, (*notes, *top.reasons), candidates)


def _is_deep(code: str) -> bool:
    return codes.level_of(code) >= Level.COMPOUND


def _deep(matches: list[Match]) -> bool:
    return any(_is_deep(m.code) and m.score >= LIKELY for m in matches)


def _understood(text: str, register: Register) -> tuple[Parsed, list[Sentence]]:
    """The address taken apart; a house number before the lane (临江路3号128弄) is the building written in the wrong
    order, unless that number is a house of its own."""
    parsed = parse(text)
    parts = parsed.parts
    swapped = parts.road and parts.lane and parts.number and not parts.building
    if not swapped or any(e.number == parts.number and not e.lane for e in register.on_road(parts.road)):
        return parsed, []
    put_right = replace(parts, building=parts.number, number="")
    return replace(parsed, parts=put_right), [Sentence("弄和号写反了，按弄在前、号在后理解。")]


def _by_old_name(parsed: Parsed) -> tuple[Parsed, list[Sentence]]:
    """A compound or road that was renamed: the one place that followed it, and the same building and home in it."""
    parts = parsed.parts
    ended = Place.objects.filter(valid_to__isnull=False)
    if parts.compound:
        old = [p for p in ended.filter(name__contains=parts.compound[:2]) if alike(p.name) == alike(parts.compound)]
    elif parts.road and (parts.lane or parts.number):
        old = list(ended.filter(road=parts.road, lane=parts.lane, number="" if parts.lane else parts.number))
    else:
        return parsed, []
    heirs = {heir.code: heir for place in old for heir in places.succeeded_by(place.code)}
    if len(heirs) != 1:
        return parsed, []
    heir = next(iter(heirs.values()))
    house = {"road": heir.road, "lane": heir.lane, "number": heir.number} if heir.road else {}
    now = replace(parts, compound=heir.name if parts.compound or not house else "", **house)
    was = parts.compound or f"{parts.road}{parts.lane}{parts.number}"
    why = Sentence("“%(old)s”是“%(name)s”以前的名称或地址。", {"old": was, "name": heir.name})
    return replace(parsed, parts=now), [why]


def _against(
    parsed: Parsed, top: Match, matches: list[Match], register: Register, point: tuple[float, float] | None
) -> Iterator[Sentence]:
    parts = parsed.parts
    if codes.level_of(top.code) < _meant(parts):
        yield Sentence("登记的地址没有它说的那么细，只找到这里。")
    elif top.score < 0.8:
        yield Sentence("地址没有完全对上。")
    if any(m.score >= OTHER and not _same_line(m.code, top.code) for m in matches[1:]):
        yield Sentence("不止一个地方符合。")
    if parts.relation or parts.cross or parts.sublane:
        yield Sentence("它说的是附近，不一定是这里。")
    unread = _REST.sub("", parsed.rest)
    if any(c.isdigit() for c in unread) or len(unread) > 4:
        yield Sentence("“%(rest)s”没有读懂。", {"rest": parsed.rest[:40]})
    yield from _contradicted(parts, top, register)
    if point is not None and (away := _away(top.code, point)) > AWAY:
        yield Sentence("坐标离这个地址 %(metres)s 米。", {"metres": round(away)})


def _meant(parts: Parts) -> Level:
    """How deep the text itself goes."""
    if parts.room:
        return Level.HOME
    if parts.unit:
        return Level.UNIT
    return Level.BUILDING if parts.building else Level.COMPOUND


def _same_line(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _contradicted(parts: Parts, top: Match, register: Register) -> Iterator[Sentence]:
    """What the text names above the house, against where the house is registered."""
    compound = register.entry(top.code[: Level.COMPOUND.digits])
    if compound is None:
        return
    if parts.road and compound.road != parts.road:
        yield Sentence("登记的路名是“%(road)s”。", {"road": compound.road or "—"})
    elif parts.lane and compound.lane != parts.lane:
        yield Sentence("登记的是%(lane)s弄。", {"lane": compound.lane or "—"})
    elif parts.number and not parts.lane and not parts.building and compound.number != parts.number:
        yield Sentence("登记的门牌不是%(number)s号。", {"number": parts.number})
    if parts.compound and not _called(compound, parts.compound):
        yield Sentence("这里登记的名称是“%(name)s”。", {"name": compound.name})
    for level, said in (
        (Level.DISTRICT, parts.district),
        (Level.STREET, parts.street),
        (Level.NEIGHBOURHOOD, parts.neighbourhood),
    ):
        if said and not _called(above := register.entry(codes.prefix(top.code, level)), said):
            here = above.name if above else ""
            yield Sentence("它在%(here)s，而不在“%(said)s”。", {"here": here, "said": said})


def _called(entry: Entry | None, said: str) -> bool:
    if entry is None:
        return False
    spelled = [alike(name) for name in (entry.name, *entry.aliases)]
    plain = alike(said)
    return plain in spelled or any(likeness(plain, name) >= ALIKE and name in plain for name in spelled)


def _away(code: str, point: tuple[float, float]) -> float:
    place = places.at(code)
    if place is None or place.lon is None or place.lat is None:
        return 0.0
    east = (place.lon - point[0]) * cos(radians(point[1]))
    return hypot(east, place.lat - point[1]) * _METRES


def _by_point(point: tuple[float, float] | None) -> Found:
    if point is None:
        return Found(How.NONE, reasons=(Sentence("这一行没有地址，也没有坐标。"),))
    said = f"{point[0]:.6f}, {point[1]:.6f}"
    code = places.locate(*point)
    if code is None:
        return Found(How.NONE, said, reasons=(Sentence("坐标不在任何地点之内。"),))
    return Found(How.SURE, said, code, (Sentence("坐标落在这个地点的边界之内。"),))
