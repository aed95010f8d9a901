"""TF-IDF over character n-grams, hashed: counting needs no vocabulary, so a text is counted once for good."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

LONGEST = 3
COLUMNS = 2**21
"""About 1 n-gram in 10 shares its column with another at 200,000 n-grams; it costs no measurable accuracy."""
LARGEST_VOCABULARY = 100_000
SMALL_CORPUS = 500
"""In a smaller corpus an n-gram seen once is kept; in a larger one it is noise."""
_BITS = 21
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_NUMBER = re.compile(r"\d|(?<![a-z])[a-z](?![a-z])")
Columns = npt.NDArray[np.int64]


def count(texts: Sequence[str]) -> sparse.csr_matrix:
    """(texts, COLUMNS): how often each 1- to 3-gram occurs, any digit or lone letter counting as the same."""
    rows = [np.unique(np.concatenate(hashed(text)), return_counts=True) for text in texts]
    if not rows:
        return sparse.csr_matrix((0, COLUMNS))
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    times = np.concatenate([times for _, times in rows]).astype(np.float64)
    return sparse.csr_matrix((times, columns, ends), shape=(len(rows), COLUMNS))


def hashed(text: str) -> tuple[Columns, ...]:
    """For each length from 1 to LONGEST the columns of a text's n-grams, in the order of where they begin.

    Multiply-shift hashing of the code points (Dietzfelbinger et al. 1997); 21 bits each, so three fit into 64.
    """
    points = np.frombuffer(_plain(text).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found = []
    for length in range(1, LONGEST + 1):
        mixed = np.zeros(max(0, len(points) - length + 1), dtype=np.uint64)
        for offset in range(length):
            mixed = (mixed << np.uint64(_BITS)) | points[offset : offset + len(mixed)]
        found.append(((mixed * _MULTIPLIER) >> np.uint64(64 - _BITS)).astype(np.int64))
    return tuple(found)


def _plain(text: str) -> str:
    """House numbers and anonymised names (A3区) say nothing about the kind. The length stays the same."""
    return _NUMBER.sub("0", text)


@dataclass(frozen=True)
class Grams:
    """The n-grams worth keeping (ascending hash columns) with their inverse document frequencies."""

    columns: npt.NDArray[np.int64]
    idf: npt.NDArray[np.float64]

    @classmethod
    def fit(cls, counts: sparse.csr_matrix) -> Grams:
        rare = 2 if counts.shape[0] > SMALL_CORPUS else 1
        frequency = np.bincount(counts.indices, minlength=COLUMNS)
        columns = np.flatnonzero(frequency >= rare)
        if len(columns) > LARGEST_VOCABULARY:
            by_frequency = np.argsort(-frequency[columns], kind="stable")
            columns = np.sort(columns[by_frequency[:LARGEST_VOCABULARY]])
        idf = np.log((1 + counts.shape[0]) / (1 + frequency[columns])) + 1
        return cls(columns.astype(np.int64), idf)

    def transform(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """(texts, columns): sublinear TF-IDF, rows of unit length or empty."""
        matrix = sparse.csr_matrix(counts[:, self.columns])
        matrix.data = (1 + np.log(matrix.data)) * self.idf[matrix.indices]
        length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(length, np.diff(matrix.indptr))
        return matrix

    def places(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(start, end, place in `columns`) of every kept n-gram in a text."""
        if not len(self.columns):
            return
        for length, columns in enumerate(hashed(text), 1):
            found = np.searchsorted(self.columns, columns).clip(max=len(self.columns) - 1)
            for start in np.flatnonzero(self.columns[found] == columns).tolist():
                yield start, start + length, int(found[start])
