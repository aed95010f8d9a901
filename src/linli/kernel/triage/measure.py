"""How good are suggestions? Accuracy, macro-F1, top-2 accuracy, calibration, a table by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BINS = 15
"""Equal-width bins of confidence in which the calibration error is counted."""


@dataclass(frozen=True)
class ClassFigures:
    """One row of the table: how many there are, which share of those suggested is right, and was found."""

    label: str
    count: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """All shares between 0 and 1."""

    count: int
    accuracy: float
    macro_f1: float
    top2_accuracy: float
    calibration_error: float
    classes: tuple[ClassFigures, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def calibration_error(confidence: Floats, right: npt.NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error: in each of `bins` equal-width bins of confidence, the gap between mean
    confidence and the share that was right, weighted by the bin's size (Naeini et al. 2015)."""
    if not len(confidence):
        return 0.0
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = [
        np.mean(place == number) * abs(confidence[place == number].mean() - right[place == number].mean())
        for number in np.unique(place)
    ]
    return float(sum(gaps))


def figures(truth: Sequence[str], labels: Sequence[str], probabilities: Floats, bins: int = BINS) -> Figures:
    """Figures of (n, labels) probabilities against n true labels. A true label the model does not know is a
    miss, and counts as a class of its own in macro-F1."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    named = np.asarray(labels, dtype=object)
    actual = np.asarray(truth, dtype=object)
    suggested = named[order[:, 0]]
    right = suggested == actual
    close = (named[order[:, :2]] == actual[:, None]).any(axis=1)
    table = tuple(_class(label, actual, suggested) for label in sorted(set(truth) | set(suggested)))
    return Figures(
        count=len(truth),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([row.f1 for row in table])),
        top2_accuracy=float(close.mean()),
        calibration_error=calibration_error(probabilities.max(axis=1), right, bins),
        classes=table,
    )


def _class(label: str, actual: npt.NDArray[np.object_], suggested: npt.NDArray[np.object_]) -> ClassFigures:
    found = int(((actual == label) & (suggested == label)).sum())
    there, named = int((actual == label).sum()), int((suggested == label).sum())
    return ClassFigures(
        label,
        there,
        precision=found / named if named else 0.0,
        recall=found / there if there else 0.0,
        f1=2 * found / (there + named),
    )
