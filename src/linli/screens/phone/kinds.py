"""The kinds of matter as a resident chooses among them: plain words, grouped, the likely ones first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Appeal
from linli.parts.words import word

LIKELY = 3


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    word: str
    about: str
    hints: tuple[str, ...]
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Group:
    word: str
    choices: tuple[Choice, ...]


def choice(name: str) -> Choice:
    kind = catalogue().kind(name)
    about = word("matter", name, "about")
    return Choice(name, word("matter", name), about, kind.hints, kind.anonymous)


def groups() -> list[Group]:
    """Every declared kind under its department's word."""
    kinds = sorted(catalogue().kinds.values(), key=lambda kind: kind.owner)
    return [
        Group(word("department", owner), tuple(choice(kind.name) for kind in members))
        for owner, members in groupby(kinds, key=lambda kind: kind.owner)
    ]


def likely(text: str) -> list[str]:
    """Names of the kinds the text sounds like, likeliest first, at most three; empty when it says nothing."""
    found = []
    for kind in catalogue().kinds.values():
        hits = sum(len(hint) for hint in (*kind.hints, word("matter", kind.name)) if hint and hint in text)
        if hits:
            found.append((hits, kind.name))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    return [name for _hits, name in found[:LIKELY]]


def fallback(text: str) -> str:
    """For who cannot say which kind it is: the likeliest, else the hotline's plea for help (求助)."""
    if found := likely(text):
        return found[0]
    return next((k.name for k in catalogue().kinds.values() if k.appeal == Appeal.HELP), "")
