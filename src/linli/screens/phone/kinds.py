"""The kinds of matter as a resident chooses among them: plain words, grouped, the likely ones first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Appeal
from linli.kernel.matters.offering import switched_off
from linli.kernel.triage.queries import WORTH_SAYING, Suggestion, suggest
from linli.parts.words import word

LIKELY = 3


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    word: str
    about: str
    hints: tuple[str, ...]
    anonymous: bool
    public: bool


@dataclass(frozen=True, slots=True)
class Group:
    word: str
    choices: tuple[Choice, ...]


def choice(name: str) -> Choice:
    kind = catalogue().kind(name)
    about = word("matter", name, "about")
    return Choice(name, word("matter", name), about, kind.hints, kind.anonymous, kind.public)


def groups(place_code: str = "") -> list[Group]:
    """Every kind offered at a place, under its department's word."""
    off = switched_off(place_code)
    kinds = sorted((k for k in catalogue().kinds.values() if k.name not in off), key=lambda kind: kind.owner)
    return [
        Group(word("department", owner), tuple(choice(kind.name) for kind in members))
        for owner, members in groupby(kinds, key=lambda kind: kind.owner)
    ]


def likely(text: str, place_code: str = "") -> tuple[Suggestion, ...]:
    """The kinds offered here that the text sounds like, with the words that decided, likeliest first, at most three."""
    return tuple(guess for guess in _guesses(text, place_code) if guess.percent >= WORTH_SAYING)


def _guesses(text: str, place_code: str) -> tuple[Suggestion, ...]:
    off = switched_off(place_code)
    found = suggest("", text, place_code=place_code, most=LIKELY + len(off))
    return tuple(guess for guess in found if guess.kind not in off)[:LIKELY]


def fallback(text: str, place_code: str = "") -> str:
    """For who leaves it to us which kind it is: the likeliest, else the hotline's plea for help (求助).

    It only says where the report lands first; who accepts it decides. "" where not even the plea is offered.
    """
    if found := _guesses(text, place_code):
        return found[0].kind
    off = switched_off(place_code)
    pleas = (k.name for k in catalogue().kinds.values() if k.appeal == Appeal.HELP and k.name not in off)
    return next(pleas, "")
