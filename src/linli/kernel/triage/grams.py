"""TF-IDF over character n-grams, in a form that can be written to a file and read back without pickling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

LONGEST = 3
LARGEST_VOCABULARY = 120_000
SMALL_CORPUS = 500
"""In a smaller corpus an n-gram seen once is kept; in a larger one it is noise."""


class Grams:
    """A vocabulary of 1- to 3-grams with inverse document frequencies. Rows come out with unit length."""

    def __init__(self, terms: Sequence[str], idf: npt.NDArray[np.float64]) -> None:
        self.terms = tuple(terms)
        self.idf = idf
        self.column = {term: number for number, term in enumerate(self.terms)}
        self._tfidf = TfidfVectorizer(
            analyzer="char", ngram_range=(1, LONGEST), sublinear_tf=True, vocabulary=self.column, lowercase=False
        )
        if self.terms:
            self._tfidf.idf_ = idf

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Grams:
        rare = 2 if len(texts) > SMALL_CORPUS else 1
        tfidf = TfidfVectorizer(
            analyzer="char",
            ngram_range=(1, LONGEST),
            min_df=rare,
            max_features=LARGEST_VOCABULARY,
            lowercase=False,
        )
        if not any(texts):
            return cls((), np.zeros(0))
        tfidf.fit(texts)
        return cls(tfidf.get_feature_names_out().tolist(), np.asarray(tfidf.idf_, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.terms)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """(texts, terms), rows of unit length or empty."""
        if not self.terms:
            return sparse.csr_matrix((len(texts), 0))
        return sparse.csr_matrix(self._tfidf.transform(texts))

    def places(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(start, end, column) of every known n-gram in a text."""
        for start in range(len(text)):
            for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
                if (column := self.column.get(text[start:end])) is not None:
                    yield start, end, column
