"""Measuring a model on labelled messages, by cross-validation or on a file it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linli.kernel.triage.features import Floats, Parts
from linli.kernel.triage.folds import folds
from linli.kernel.triage.measure import Figures, figures
from linli.kernel.triage.model import Hints, Model, TriageError, background, learn_parts
from linli.kernel.triage.text import Message


def evaluate(model: Model, messages: Sequence[Message], truth: Sequence[str]) -> Figures:
    """Figures of a model on messages whose labels are known."""
    return figures(truth, model.labels, model.probabilities(messages))


def cross_validate(
    messages: Sequence[Message],
    truth: Sequence[str],
    *,
    unlabelled: Sequence[Message] = (),
    hints: Hints | None = None,
    count: int = 5,
    repeats: int = 1,
) -> list[Figures]:
    """One set of figures per repeat, each over every message once, by a model that never saw it or a copy
    of it. Vocabulary, calibration and weights are all fitted inside the fold.

    Raises TriageError when there are fewer than two different messages or labels.
    """
    labels = sorted(set(truth))
    parts, more = Parts.of(messages), background(unlabelled)
    texts = [title + body for title, body in zip(parts.titles, parts.bodies, strict=True)]
    if len(labels) < 2 or len(set(texts)) < 2:
        raise TriageError(
            "交叉验证至少需要两个分类、两条不同的文本。 Cross-validation needs two labels and two messages."
        )
    results = []
    for repeat in range(repeats):
        table: Floats = np.zeros((len(texts), len(labels)))
        for train, held in folds(texts, truth, count=count, seed=repeat):
            model = learn_parts(parts.take(train), [truth[row] for row in train], more, hints)
            columns = [labels.index(label) for label in model.labels if label in labels]
            known = [place for place, label in enumerate(model.labels) if label in labels]
            table[held[:, None], columns] = model.probabilities_of(parts.take(held))[:, known]
        results.append(figures(truth, labels, table))
    return results
