"""Which earlier reports may tell of the same thing: near in place, near in time, alike in words.

A pure function over candidates; which ones to compare with (same neighbourhood, the last weeks) is the
caller's query. The weights are set by judgement and stated here, not learned; every answer gives its reasons.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.phrases import FUNCTION, common_phrases
from linli.kernel.triage.text import Message, as_message, bigrams, normalise

EARTH_RADIUS = 6_371_008.8
"""Metres, the mean radius of WGS-84."""
CLOSE = 120.0
APART = 800.0
RECENT = 10.0
"""Metres, metres and days over which nearness fades."""
KNOWN = 2.0
LEVELS = ((21, 1.0), (18, 0.8), (15, 0.5), (12, 0.2))
"""Shared digits of two place codes (building, compound, grid, neighbourhood) and how near that is."""


class Point(NamedTuple):
    """Degrees, WGS-84."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report as far as the comparison needs it. What is unknown is None and counts neither way."""

    id: Hashable
    text: str | Message
    at: datetime
    point: Point | None = None
    place_code: str | None = None
    kind: str | None = None


class Reason(NamedTuple):
    """Why: a sentence with places for values. `sentence` is also the key of its translation."""

    sentence: str
    values: Mapping[str, str | int]

    def __str__(self) -> str:
        return self.sentence % self.values


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier report, how probably it is the same matter, and why."""

    id: Hashable
    probability: float
    reasons: tuple[Reason, ...]


def similar(
    report: Candidate, among: Iterable[Candidate], *, at_least: float = 0.4, most: int = 5
) -> tuple[Likeness, ...]:
    """The candidates that are probably the same matter as `report`, likeliest first. `report` itself is
    passed over when it is among them."""
    candidates = [candidate for candidate in among if candidate.id != report.id]
    vectors = _vectors([report, *candidates])
    found = [
        _compare(report, candidate, _cosine(vectors[0], vector))
        for candidate, vector in zip(candidates, vectors[1:], strict=True)
    ]
    likely = [likeness for likeness in found if likeness.probability >= at_least]
    return tuple(sorted(likely, key=lambda likeness: -likeness.probability)[:most])


def metres(first: Point, second: Point) -> float:
    """Great-circle distance."""
    latitude = math.radians(second.latitude - first.latitude) / 2
    longitude = math.radians(second.longitude - first.longitude) / 2
    chord = math.sin(latitude) ** 2 + (
        math.cos(math.radians(first.latitude)) * math.cos(math.radians(second.latitude)) * math.sin(longitude) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, chord)))


def _compare(report: Candidate, other: Candidate, alike: float) -> Likeness:
    days = abs((report.at - other.at).total_seconds()) / 86_400
    evidence = -4.6 + 7.0 * alike + math.exp(-days / RECENT)
    place, reasons = _nearness(report, other)
    evidence += place
    if report.kind and other.kind:
        evidence += 0.5 if report.kind == other.kind else -0.8
    reasons.append(_when(days))
    if words := common_phrases(_whole(report), _whole(other)):
        reasons.append(Reason("都说到 %(words)s", {"words": "、".join(words)}))
    return Likeness(other.id, 1 / (1 + math.exp(-evidence)), tuple(reasons))


def _nearness(report: Candidate, other: Candidate) -> tuple[float, list[Reason]]:
    """Evidence of the place: from +2.5 on the spot, 0 at some 150 m, to -5 far away; 0.5 if unknown."""
    if report.point and other.point:
        distance = metres(report.point, other.point)
        near = 2.5 * math.exp(-distance / CLOSE) - 5.0 * (1 - math.exp(-distance / APART))
        return near, [_distance(distance)]
    if report.place_code and other.place_code:
        for digits, near in LEVELS:
            if len(report.place_code) >= digits and report.place_code[:digits] == other.place_code[:digits]:
                return 2.5 * near, [Reason("在同一处或相邻", {}) if digits > 15 else Reason("在同一片区", {})]
        return -3.0, []
    return 0.5, []


def _distance(distance: float) -> Reason:
    if distance < 1000:
        return Reason("相距 %(metres)s 米", {"metres": max(5, round(distance / 5) * 5)})
    return Reason("相距 %(kilometres)s 公里", {"kilometres": f"{distance / 1000:.1f}"})


def _when(days: float) -> Reason:
    if days < 1:
        return Reason("相隔不到一天", {})
    return Reason("相隔 %(days)s 天", {"days": round(days)})


def _whole(candidate: Candidate) -> str:
    message = as_message(candidate.text)
    return f"{message.title}。{message.body}"


def _vectors(candidates: list[Candidate]) -> list[dict[str, float]]:
    """Bigrams without function words, weighted by rarity among the compared texts, so that what all of them
    say counts for little. Words of civic life count KNOWN times, and so does their field: 打桩 and 睡不着 are
    both noise."""
    counted = [_bigrams(_whole(candidate)) for candidate in candidates]
    frequency = Counter(piece for counts in counted for piece in counts)
    many = len(counted) + 2
    return [
        {piece: weight * math.log(1 + many / (1 + frequency[piece])) for piece, weight in counts.items()}
        for counts in counted
    ]


def _bigrams(text: str) -> dict[str, float]:
    pieces = Counter(piece for piece in bigrams(text) if not FUNCTION.intersection(piece))
    words = {word for _, word in lexicon().hits(normalise(text))}
    known = {pair for word in words for pair in bigrams(word)}
    weights = {piece: (1 + math.log(times)) * (KNOWN if piece in known else 1.0) for piece, times in pieces.items()}
    for word in words:
        for group, surely in lexicon().member[word].items():
            field = f"#{lexicon().groups[group]}"
            weights[field] = max(weights.get(field, 0.0), surely)
    return weights


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    product = sum(weight * second[piece] for piece, weight in first.items() if piece in second)
    lengths = math.hypot(*first.values()) * math.hypot(*second.values())
    return product / lengths if lengths else 0.0
