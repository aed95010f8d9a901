"""Multinomial logistic regression for few examples with very many features.

With an L2 penalty the best weights are a combination of the examples, so the problem is solved in the space
the examples span (a few hundred dimensions, an exact rotation) and turned back into weights per feature:
a fraction of a second where fitting 200,000 weights directly takes a minute.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from linli.kernel.triage.features import Rows, Weights

Floats = npt.NDArray[np.float64]
MOST_DIMENSIONS = 1500
STRENGTH = 4.0
"""Inverse of the L2 penalty. Cross-validated figures are flat from 3 to 10."""
DOUBT = 0.015
"""Share of labels taken to be arguable; without it the best temperature claims a little too much."""


@dataclass(frozen=True)
class Span:
    """Examples as coordinates in the space they span: scalar products and the penalty are the same there."""

    rows: Rows
    coordinates: Floats
    _back: Floats

    @classmethod
    def of(cls, rows: Rows) -> Span:
        with threadpool_limits(1):  # a second core gains little here, and the sums stay the same on any machine
            values, vectors = np.linalg.eigh(rows.gram())
        keep = values > values[-1] * 1e-7
        keep[: max(0, len(values) - MOST_DIMENSIONS)] = False
        values, vectors = values[keep], vectors[:, keep]
        return cls(rows, vectors * np.sqrt(values), vectors / np.sqrt(values))

    def fit(
        self,
        labels: npt.NDArray[np.intp],
        importance: Floats,
        classes: int,
        taken: npt.NDArray[np.intp] | None = None,
    ) -> tuple[Floats, Floats]:
        """(dimensions, classes) slopes and (classes,) offsets, learned from the rows `taken` (all by default).

        `labels` are 0 … classes-1, each present among those taken; `importance` weighs rows.
        """
        if classes == 1:
            return np.zeros((self.coordinates.shape[1], 1)), np.zeros(1)
        chosen = slice(None) if taken is None else taken
        from sklearn.linear_model import LogisticRegression  # takes a second to load; only learning needs it

        model = LogisticRegression(C=STRENGTH, max_iter=500)
        with threadpool_limits(1):
            model.fit(self.coordinates[chosen], labels[chosen], sample_weight=importance[chosen])
        slopes, offsets = model.coef_, model.intercept_
        if classes == 2:  # sklearn folds two classes into one line
            slopes, offsets = np.vstack([-slopes, slopes]) / 2, np.array([-offsets[0], offsets[0]]) / 2
        return np.asarray(slopes.T, dtype=np.float64), np.asarray(offsets, dtype=np.float64)

    def weights(self, slopes: Floats) -> Weights:
        """Slopes turned back into weights per feature."""
        return self.rows.combine(self._back @ slopes)


def softmax(scores: Floats) -> Floats:
    """Probabilities of each row of scores."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Floats = raised / raised.sum(axis=1, keepdims=True)
    return probabilities


def temperature(scores: Floats, labels: npt.NDArray[np.intp]) -> float:
    """The divisor of the scores under which the labels are likeliest (Guo et al. 2017); between 0.5 and 5,
    since a few dozen examples without a mistake are no proof of certainty."""
    best, least = 1.0, np.inf
    truth = np.full(scores.shape, DOUBT / scores.shape[1])
    truth[np.arange(len(labels)), labels] += 1 - DOUBT
    for candidate in np.geomspace(0.5, 5, 116):
        loss = -float((truth * np.log(np.maximum(softmax(scores / candidate), 1e-12))).sum())
        if loss < least:
            best, least = float(candidate), loss
    return best
