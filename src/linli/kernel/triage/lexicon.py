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


@dataclass(frozen=True)
class Lexicon:
    """Groups of words; `words[w]` belongs to the groups `member[w]`."""

    groups: tuple[str, ...]
    member: dict[str, tuple[int, ...]]
    begins: frozenset[str]
    longest: int

    def hits(self, text: str) -> Iterator[tuple[int, str]]:
        """(position, word) for every word of the lexicon in a text in normal form, overlapping ones too."""
        for start in range(len(text)):
            if text[start] not in self.begins:
                continue
            for end in range(start + 1, min(start + self.longest, len(text)) + 1):
                if text[start:end] in self.member:
                    yield start, text[start:end]

    def counts(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """(texts, groups): how strongly each group is spoken of; longer words are surer and weigh more."""
        table = np.zeros((len(texts), len(self.groups)))
        for row, text in enumerate(texts):
            seen: dict[str, int] = {}
            for _, word in self.hits(text):
                seen[word] = seen.get(word, 0) + 1
            for word, times in seen.items():
                for group in self.member[word]:
                    table[row, group] += min(times, MOST_REPEATS) * math.log1p(len(word))
        return np.log1p(table)


def parse(lines: Sequence[str]) -> Lexicon:
    """Read `name: word word …` lines; lines that begin with # are notes. Words are put into lower case."""
    groups: list[str] = []
    member: dict[str, list[int]] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        name, _, words = line.partition(":")
        groups.append(name.strip())
        for word in dict.fromkeys(words.lower().split()):
            member.setdefault(word, []).append(len(groups) - 1)
    return Lexicon(
        tuple(groups),
        {word: tuple(of) for word, of in member.items()},
        frozenset(word[0] for word in member),
        max(map(len, member), default=0),
    )


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with Linli."""
    text = files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8")
    return parse(text.splitlines())
