"""Honest folds: every label in every fold in its share, and copies of a message never on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from linli.kernel.triage.shingles import near_copies

Places = npt.NDArray[np.intp]


def folds(texts: Sequence[str], labels: Sequence[str], *, count: int, seed: int) -> Iterator[tuple[Places, Places]]:
    """(train, held) row numbers of each fold. Near copies (Jaccard ≥ 0.5 of 3-grams) stay together."""
    groups = near_copies(texts)
    count = min(count, len(np.unique(groups)))
    if count < 2:
        return
    from sklearn.model_selection import StratifiedGroupKFold  # takes a second to load; only learning needs it

    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    for train, held in splitter.split(np.zeros(len(texts)), np.asarray(labels, dtype=str), groups):
        yield train.astype(np.intp), held.astype(np.intp)
