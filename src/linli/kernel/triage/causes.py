"""One cause or only one theme? What makes many reports one thing, and not the same kind of thing in many places.

A theme (buses, tuition, litter) has its words all over the place and all the time. A cause has a place of its own, or
words of its own: what its reports say is said by few others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.kernel.triage.saying import KIND, MOSTLY, NAMED, WHERE, Corpus, alike, unit

STRAGGLES = 0.5
"""A report less like the others than this share of the mean is a straggler."""
SAYING = 0.08
"""Least mean likeness in what is said, names and places left out."""
HERE, ANYWHERE, LASTING, SCATTERED = 0.2, 0.3, 0.5, 0.6
"""How much of what a group shares must be its own: at one place; where no place is known; at one place but going on
and on; in many known places."""
ENOUGH = 2.5
"""How many pieces of its own a group without a place needs, all told."""
FEWEST = 3
"""A place holds a group when so many of its reports lie there (two of three are chance); one that lies in many places
needs twice as many to be more than chance."""
BRIEF, DAYS = 0.5, 45.0
"""What goes on longer than this share of the time that is read, and so many days, is daily business at one place unless
its words are its own, and everywhere else."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many reports, their place ("" for none) and how many lie there, what of their words is their own, and for how
    many days of those that are read they go on."""

    reports: int
    place: str
    there: int
    share: float
    by_code: bool
    own: float
    pieces: float
    saying: float
    kinds: float
    lasts: float
    read: float

    @property
    def brief(self) -> bool:
        return self.lasts <= max(DAYS, BRIEF * self.read)

    @property
    def one_cause(self) -> bool:
        if self.saying < SAYING or self.kinds < MOSTLY:
            return False
        if self.share >= MOSTLY and self.there >= FEWEST:
            return self.own >= (HERE if self.brief else LASTING)
        if self.by_code and self.reports < 2 * FEWEST:
            return False
        least = SCATTERED if self.by_code else ANYWHERE
        return self.own >= least and self.pieces >= ENOUGH and self.brief


def without_stragglers(corpus: Corpus, rows: Sequence[int]) -> list[int]:
    likeness = alike(corpus.vectors[list(rows)])
    return [row for row, like in zip(rows, likeness, strict=True) if like >= STRAGGLES * likeness.mean()]


def judge(corpus: Corpus, rows: Sequence[int]) -> Verdict:
    place, there = corpus.place(rows)
    own, pieces = _own(corpus, rows)
    days, every = corpus.days[list(rows)], corpus.days
    return Verdict(
        len(rows),
        place,
        there,
        there / len(rows),
        corpus.by_code,
        own,
        pieces,
        float(alike(unit(corpus.words[list(rows)])).mean()),
        _leading([corpus.told[row].kind for row in rows]) if corpus.by_kind else 1.0,
        float(days.max() - days.min()),
        float(every.max() - every.min()),
    )


def _own(corpus: Corpus, rows: Sequence[int]) -> tuple[float, float]:
    """(share, sum): of the pieces most of the group say, how many of all who say them are in it; rare ones weigh more."""
    said = Counter(piece for row in rows for piece in corpus.pieces[row] if piece[0] not in (WHERE, NAMED, KIND))
    shared = {
        piece: count / corpus.frequency[piece] for piece, count in said.items() if count >= MOSTLY * len(rows)
    }
    if not shared:
        return 0.0, 0.0
    weights = [float(np.log1p(len(corpus) / corpus.frequency[piece])) for piece in shared]
    weighted = sum(weight * part for weight, part in zip(weights, shared.values(), strict=True))
    return weighted / sum(weights), sum(shared.values())


def _leading(values: Sequence[str]) -> float:
    return max(Counter(values).values()) / len(values)
