"""The words of civic life, grouped by field: knowledge that four hundred examples cannot teach.

A group says "these words are about the same thing" (社保, 养老保险, 断缴); it names no kind of matter. Which
kinds a group speaks for is learned from decisions, or follows from a kind's hints before there are any.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

MOST_REPEATS = 3
WIDER = 0.3
"""What a wider word of a group counts beside one that nearly always means it."""


@dataclass(frozen=True)
class Lexicon:
    """Groups of words; the word `w` belongs to the groups `member[w]`, each with how surely it means it."""

    groups: tuple[str, ...]
    member: dict[str, dict[int, float]]
    lengths: dict[str, tuple[int, ...]]
    """How long the words are that begin with a letter."""

    def hits(self, text: str) -> Iterator[tuple[int, str]]:
        """(position, word) for every word of the lexicon in a text in normal form, overlapping ones too."""
        member, lengths = self.member, self.lengths
        for start, letter in enumerate(text):
            for length in lengths.get(letter, ()):
                word = text[start : start + length]
                if word in member:
                    yield start, word

    def counts(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(texts, groups): how strongly each group is spoken of; longer words are surer and weigh more."""
        table = np.zeros((len(texts), len(self.groups)))
        for row, text in enumerate(texts):
            seen: dict[str, int] = {}
            for _, word in self.hits(text):
                seen[word] = seen.get(word, 0) + 1
            for word, times in seen.items():
                for group, surely in self.member[word].items():
                    table[row, group] += surely * min(times, MOST_REPEATS) * math.log1p(len(word))
        return np.log1p(table)


def parse(lines: Sequence[str]) -> Lexicon:
    """Read `name: words | wider words` lines; lines that begin with # are notes. Words become lower case."""
    groups: list[str] = []
    member: dict[str, dict[int, float]] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        name, _, words = line.partition(":")
        groups.append(name.strip())
        sure, _, wider = words.lower().partition("|")
        for word, surely in (
            *((word, WIDER) for word in wider.split()),
            *((word, 1.0) for word in sure.split()),
        ):
            member.setdefault(word, {})[len(groups) - 1] = surely
    lengths: dict[str, set[int]] = {}
    for word in member:
        lengths.setdefault(word[0], set()).add(len(word))
    return Lexicon(tuple(groups), member, {letter: tuple(sorted(of)) for letter, of in lengths.items()})


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with Linli."""
    text = files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8")
    return parse(text.splitlines())
