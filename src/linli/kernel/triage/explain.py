"""The words that decided: contributions of n-grams and lexicon words, put together to readable pieces."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from linli.kernel.triage.features import Floats, Parts, Rows, Space, Weights
from linli.kernel.triage.grams import LONGEST, Grams
from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.phrases import EMPTY, FUNCTION
from linli.kernel.triage.text import Message

MOST_WORDS = 5
LONGEST_PIECE = 8
READ = 400
"""How many characters of a body are searched for words; its numbers still come from all of it."""
FAINT = 0.15
"""A piece with less than this share of the strongest one's credit decided nothing."""
_READABLE = re.compile(rf"[\u3400-\u9fff]{{2,{LONGEST_PIECE}}}")
Span = tuple[int, int]


def deciding_words(
    message: Message, parts: Parts, rows: Rows, space: Space, weights: Weights, labels: Sequence[int]
) -> list[tuple[str, ...]]:
    """For each of `labels` (columns of `weights`) up to five pieces of a message, the only row of `parts` and
    `rows`, that speak for it, strongest first. Each stands in the message as it was written. Sentence meaning
    has no words and is left out."""
    groups = len(lexicon().groups)
    title = _Text(parts.titles[0], space.title_grams, rows.title, weights.title, labels)
    body = _Text(parts.bodies[0][:READ], space.body_grams, rows.body, weights.body, labels)
    dense = _above_mean(weights.dense, labels) * rows.dense[0][:, None]
    written = unicodedata.normalize("NFKC", f"{message.title}\n{message.body}")
    told = []
    for number in range(len(labels)):
        strength: dict[str, float] = defaultdict(float)
        for text, lexical in ((title, dense[:groups, number]), (body, dense[groups : 2 * groups, number])):
            for piece, credit in text.pieces(lexical, number).items():
                strength[piece] += credit
        told.append(_strongest(strength, written))
    return told


def _above_mean(weights: Floats, labels: Sequence[int]) -> Floats:
    """How much more a feature speaks for each of some labels than for labels in general."""
    return np.asarray(weights[:, list(labels)] - weights.mean(axis=1, keepdims=True))


class _Text:
    """One text with the credit of every n-gram and the places of every lexicon word in it."""

    def __init__(
        self, text: str, grams: Grams, row: sparse.csr_matrix, weights: Floats, labels: Sequence[int]
    ) -> None:
        self.text = text
        places = list(grams.places(text))
        self.spans: dict[Span, int] = {(start, end): number for number, (start, end, _) in enumerate(places)}
        columns = np.array([column for _, _, column in places], dtype=np.intp)
        value = np.zeros(len(grams.columns))
        value[row.indices] = row.data
        times = np.bincount(columns, minlength=len(grams.columns)) if len(columns) else np.ones(len(value))
        share = (value / np.maximum(times, 1))[columns]
        self.credit = _above_mean(weights[columns], labels) * share[:, None]
        self.words: dict[Span, dict[int, float]] = {
            (start, start + len(word)): lexicon().member[word] for start, word in lexicon().hits(text)
        }
        self.spoken: dict[int, float] = defaultdict(float)
        for groups in self.words.values():
            for group, surely in groups.items():
                self.spoken[group] += surely
        self.candidates = list(
            self.words | dict.fromkeys(span for span in self.spans if _looks_like_word(text[slice(*span)]))
        )

    def pieces(self, lexical: Floats, number: int) -> dict[str, float]:
        """Credit of the pieces that speak for a label, none overlapping a stronger one."""
        gram = self.credit[:, number]
        strength = {
            span: sum(gram[self.spans[inner]] for inner in _within(span) if inner in self.spans)
            + sum(
                lexical[group] * surely / self.spoken[group] for group, surely in self.words.get(span, {}).items()
            )
            for span in self.candidates
        }
        pieces: dict[str, float] = defaultdict(float)
        taken = np.zeros(len(self.text), dtype=bool)
        for (start, end), credit in sorted(strength.items(), key=lambda item: (-item[1], item[0])):
            if credit <= 0:
                break
            if not taken[start:end].any():
                taken[start:end] = True
                pieces[self.text[start:end]] += float(credit)
        return pieces


def _within(span: Span) -> list[Span]:
    """The 1- to 3-grams inside a span."""
    start, end = span
    return [
        (first, last) for first in range(start, end) for last in range(first + 1, min(first + LONGEST, end) + 1)
    ]


def _looks_like_word(piece: str) -> bool:
    return (
        bool(_READABLE.fullmatch(piece)) and piece not in EMPTY and not any(letter in FUNCTION for letter in piece)
    )


def _strongest(strength: dict[str, float], written: str) -> tuple[str, ...]:
    """The strongest pieces as they are spelled in the message; a piece inside a stronger one is no news."""
    chosen: list[str] = []
    least = FAINT * max(strength.values(), default=0.0)
    for piece, credit in sorted(strength.items(), key=lambda item: (-item[1], item[0])):
        if credit < least:
            break
        found = re.search(r"\s*".join(map(re.escape, piece)), written, re.IGNORECASE)
        if found is None or any(piece in other or other in piece for other in chosen):
            continue
        chosen.append(found.group())
        if len(chosen) == MOST_WORDS:
            break
    return tuple(chosen)
