"""The words that decided: contributions of n-grams and lexicon words, put together to readable pieces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict

import numpy as np
from scipy import sparse

from linli.kernel.triage.features import Floats, Parts, Rows, Space, Weights
from linli.kernel.triage.grams import Grams
from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.text import Message

MOST_WORDS = 5
LONGEST_PIECE = 8
_FUNCTION = "的了是在我你他她它们这那有和与及或也就都而被把给让向从到为不没很还已将请问能要会可以上下个其此所之于对等吗呢吧啊"
_READABLE = re.compile(rf"[\u3400-\u9fff]{{2,{LONGEST_PIECE}}}")
Spans = dict[tuple[int, int], float]


def deciding_words(
    message: Message, parts: Parts, rows: Rows, space: Space, weights: Weights, column: int
) -> tuple[str, ...]:
    """Up to five pieces of a message (the only row of `parts` and `rows`) that speak for a label, strongest
    first. Each stands in the message as written. Sentence meaning has no words and is left out."""
    groups = len(lexicon().groups)
    dense = rows.dense[0] * _above_mean(weights.dense, column)
    strength: dict[str, float] = defaultdict(float)
    for text, grams, row, gram_weights, lexical in (
        (parts.titles[0], space.title_grams, rows.title, weights.title, dense[:groups]),
        (parts.bodies[0], space.body_grams, rows.body, weights.body, dense[groups : 2 * groups]),
    ):
        for piece, credit in _pieces(text, grams, row, gram_weights, lexical, column).items():
            strength[piece] += credit
    written = unicodedata.normalize("NFKC", f"{message.title}\n{message.body}")
    return _strongest(strength, written)


def _above_mean(weights: Floats, column: int) -> Floats:
    return np.asarray(weights[:, column] - weights.mean(axis=1))


def _pieces(
    text: str, grams: Grams, row: sparse.csr_matrix, weights: Floats, lexical: Floats, column: int
) -> dict[str, float]:
    """Credit of the candidate pieces of one text: lexicon words, and n-grams that look like words."""
    spans = _gram_credit(text, grams, row, weights, column)
    words = _lexicon_credit(text, lexical)
    candidates = {
        (start, end): _inside(spans, start, end) + words.get((start, end), 0.0)
        for start, end in {*spans, *words}
        if (start, end) in words or _looks_like_word(text[start:end])
    }
    pieces: dict[str, float] = defaultdict(float)
    taken: list[tuple[int, int]] = []
    for (start, end), credit in sorted(candidates.items(), key=lambda item: (-item[1], item[0])):
        if credit <= 0 or any(start < used[1] and used[0] < end for used in taken):
            continue
        taken.append((start, end))
        pieces[text[start:end]] += credit
    return pieces


def _gram_credit(text: str, grams: Grams, row: sparse.csr_matrix, weights: Floats, column: int) -> Spans:
    value = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
    places = list(grams.places(text))
    times = Counter(number for _, _, number in places)
    return {
        (start, end): value.get(number, 0.0)
        * float(weights[number, column] - weights[number].mean())
        / times[number]
        for start, end, number in places
    }


def _lexicon_credit(text: str, lexical: Floats) -> Spans:
    words = lexicon()
    hits = [(start, start + len(word), group) for start, word in words.hits(text) for group in words.member[word]]
    times = Counter(group for _, _, group in hits)
    credit: Spans = defaultdict(float)
    for start, end, group in hits:
        credit[start, end] += float(lexical[group]) / times[group]
    return credit


def _inside(spans: Spans, start: int, end: int) -> float:
    return sum(
        spans.get((first, last), 0.0)
        for first in range(start, end)
        for last in range(first + 1, min(first + 3, end) + 1)
    )


def _looks_like_word(piece: str) -> bool:
    return bool(_READABLE.fullmatch(piece)) and not any(letter in _FUNCTION for letter in piece)


def _strongest(strength: dict[str, float], written: str) -> tuple[str, ...]:
    """The strongest pieces as they are spelled in the message; a piece inside a stronger one is no news."""
    chosen: list[str] = []
    for piece, _ in sorted(strength.items(), key=lambda item: (-item[1], item[0])):
        found = re.search(r"\s*".join(map(re.escape, piece)), written, re.IGNORECASE)
        if found is None or any(piece in other or other in piece for other in chosen):
            continue
        chosen.append(found.group())
        if len(chosen) == MOST_WORDS:
            break
    return tuple(chosen)
