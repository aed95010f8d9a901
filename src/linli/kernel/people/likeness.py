"""How alike two registrations are: pure comparing, no database.

What speaks for one person is said by name (`Reason`); the confidence ranks, and a person decides. Two who both have
an identity number are two persons: the number is unique, and it is never read here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from unicodedata import normalize
from uuid import UUID

from pypinyin import Style, lazy_pinyin

LEAST = 50
"""Percent. What is less sure is not worth anybody's time."""
CROWD = 12
"""A number or a name that more than this share says nothing about who they are: a work phone, 王芳 in a large street."""
_HOME, _BUILDING, _COMPOUND, _HOOD = 27, 21, 18, 12


class Reason(StrEnum):
    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    SAME_SOUND = "same_sound"
    SWAPPED = "swapped"
    SAME_YEAR = "same_year"
    OTHER_YEAR = "other_year"
    SAME_HOME = "same_home"
    SAME_BUILDING = "same_building"
    SAME_COMPOUND = "same_compound"


_WEIGHTS = {
    Reason.SAME_PHONE: 50,
    Reason.SAME_NAME: 35,
    Reason.SAME_SOUND: 25,
    Reason.SWAPPED: 20,
    Reason.SAME_YEAR: 15,
    Reason.OTHER_YEAR: -30,
    Reason.SAME_HOME: 30,
    Reason.SAME_BUILDING: 15,
    Reason.SAME_COMPOUND: 5,
}


@dataclass(frozen=True, slots=True)
class Card:
    """What is compared of a registration. `phone` is the fingerprint of the number, never the number."""

    id: UUID
    name: str
    phone: bytes | None
    birth_year: int | None
    place_code: str
    has_identity: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may be one: the smaller id first."""

    one: UUID
    other: UUID
    confidence: int
    reasons: tuple[Reason, ...]


def pairs(cards: Iterable[Card]) -> list[Pair]:
    """Every pair worth a look among the cards, the likeliest first. Linear in their number, not in their pairs."""
    baskets: dict[tuple[object, ...], list[Card]] = defaultdict(list)
    for card in cards:
        for key in _keys(card):
            baskets[key].append(card)
    found: dict[tuple[UUID, UUID], Pair] = {}
    for basket in baskets.values():
        if 1 < len(basket) <= CROWD:
            for a, b in combinations(basket, 2):
                if pair := compare(a, b):
                    found[pair.one, pair.other] = pair
    return sorted(found.values(), key=lambda pair: (-pair.confidence, pair.one, pair.other))


def compare(a: Card, b: Card) -> Pair | None:
    """What speaks for and against two being one; None when it is not worth asking."""
    if a.id == b.id or (a.has_identity and b.has_identity):
        return None
    reasons = tuple(_reasons(a, b))
    if not {Reason.SAME_NAME, Reason.SAME_SOUND, Reason.SWAPPED} & set(reasons):
        return None  # a phone alone is a family's, a home and a year are twins'
    sure = min(99, sum(_WEIGHTS[reason] for reason in reasons))
    one, other = sorted((a.id, b.id))
    return Pair(one, other, sure, reasons) if sure >= LEAST else None


def _reasons(a: Card, b: Card) -> Iterator[Reason]:
    if a.phone is not None and a.phone == b.phone:
        yield Reason.SAME_PHONE
    left, right = plain(a.name), plain(b.name)
    if left == right:
        yield Reason.SAME_NAME
    elif len(left) == len(right) and sound(left) == sound(right):
        yield Reason.SAME_SOUND
    elif sorted(left) == sorted(right):
        yield Reason.SWAPPED
    if a.birth_year is not None and b.birth_year is not None:
        yield Reason.SAME_YEAR if a.birth_year == b.birth_year else Reason.OTHER_YEAR
    for length, reason in (
        (_HOME, Reason.SAME_HOME),
        (_BUILDING, Reason.SAME_BUILDING),
        (_COMPOUND, Reason.SAME_COMPOUND),
    ):
        if len(a.place_code) >= length and a.place_code[:length] == b.place_code[:length]:
            yield reason
            return


def _keys(card: Card) -> Iterator[tuple[object, ...]]:
    """What two registrations of one person would share. Names are looked for within a neighbourhood and a year."""
    if card.phone is not None:
        yield "phone", card.phone
    name, hood = plain(card.name), card.place_code[:_HOOD]
    if len(name) > 1 and hood:
        yield "sound", hood, card.birth_year, sound(name)
        yield "letters", hood, card.birth_year, "".join(sorted(name))
        # who gave no year is compared with those of the same home
        yield "home", card.place_code, sound(name)


def plain(name: str) -> str:
    """A name without what spreadsheets and keyboards add: full width, dots, spaces."""
    return "".join(ch for ch in normalize("NFKC", name).casefold() if ch.isalnum())


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> str:
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


def sound(name: str) -> str:
    """How a name is read, without tones: 陳秀珍, 陈秀真 and 陈秀贞 are read alike. Old and other forms are read like the usual."""
    return " ".join(_syllable(character) for character in name)
