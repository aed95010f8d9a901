"""Suggesting a kind for a report: learned from decisions, begun from hints.

    model = learn([("路灯不亮", "street-light"), …], hints={"street-light": ["路灯", "灯不亮"], …})
    model.suggest("三号楼前面的路灯坏了一周")

A suggestion is a suggestion: it carries its confidence and the words that decided, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linli.kernel.triage.explain import deciding_words
from linli.kernel.triage.features import Floats, Parts, Space, Weights
from linli.kernel.triage.folds import folds
from linli.kernel.triage.regression import Span, softmax, temperature
from linli.kernel.triage.text import Message, as_message, as_messages

Report = str | Message
Hints = Mapping[str, Sequence[str]]
MOST_EXAMPLES = 3000
"""Learning reads at most so many, the last ones given of each label first."""
ENOUGH_TO_CALIBRATE = 60
COLD = 0.8
"""Temperature of a model that has too few decisions to be calibrated on."""
HINT_IMPORTANCE = 0.3
MEANT = 200
"""So many messages without labels are enough to know the centre of meaning."""


class TriageError(ValueError):
    """The input cannot be used; the message is a sentence for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label, how sure the model is (0-1, calibrated), and the pieces of the text that decided."""

    label: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """A fitted model. Immutable, safe to share between threads."""

    labels: tuple[str, ...]
    space: Space
    weights: Weights
    offsets: Floats
    temperature: float
    learned_from: int

    @classmethod
    def from_hints(cls, hints: Hints) -> Model:
        """A model before any decision: each label's name and hint words are all it knows."""
        return learn((), hints=hints)

    def probabilities(self, reports: Sequence[Report]) -> Floats:
        """(n, labels), each row adding up to 1, in the order of `labels`."""
        return self.probabilities_of(Parts.of(as_messages(reports)))

    def suggest(self, report: Report, most: int = 3) -> tuple[Suggestion, ...]:
        """The likeliest labels, best first. An empty report gets none."""
        message = as_message(report)
        parts = Parts.of([message])
        if not parts.titles[0]:
            return ()
        rows = self.space.transform(parts)
        chances = softmax((rows.scores(self.weights) + self.offsets) / self.temperature)[0]
        order = np.argsort(-chances, kind="stable")[:most]
        words = deciding_words(message, parts, rows, self.space, self.weights, order.tolist())
        return tuple(
            Suggestion(self.labels[column], float(chances[column]), told)
            for column, told in zip(order.tolist(), words, strict=True)
        )

    def probabilities_of(self, parts: Parts) -> Floats:
        """`probabilities` of messages whose vectors are known already."""
        scores = self.space.transform(parts).scores(self.weights) + self.offsets
        return softmax(scores / self.temperature)


@dataclass(frozen=True)
class Examples:
    """Labelled messages with the importance of each; `real` marks decisions, the rest comes from hints."""

    parts: Parts
    labels: npt.NDArray[np.object_]
    importance: Floats
    real: npt.NDArray[np.bool_]


def learn(
    examples: Iterable[tuple[Report, str]],
    *,
    unlabelled: Iterable[Report] = (),
    hints: Hints | None = None,
) -> Model:
    """Fit a model to (report, label) pairs, helped by reports without labels and by hint words per label.

    Deterministic. Raises TriageError when there is neither an example nor a hint.
    """
    pairs = _newest([(as_message(report), label) for report, label in examples])
    parts = Parts.of([message for message, _ in pairs])
    return learn_parts(parts, [label for _, label in pairs], background(unlabelled), hints)


def background(unlabelled: Iterable[Report]) -> Parts:
    """Messages without labels, as far as they help: how rare words are, and where the centre of meaning lies."""
    return Parts.of(as_messages(unlabelled), meant=MEANT)


def learn_parts(parts: Parts, labels: Sequence[str], unlabelled: Parts, hints: Hints | None = None) -> Model:
    """`learn` on messages whose vectors are known already; cross-validation uses it again and again."""
    known = _with_hints(parts, labels, hints or {})
    if not len(known.labels):
        raise TriageError("没有可学习的内容：既没有带分类的文本，也没有提示词。 Nothing to learn from.")
    space = Space.fit(known.parts + unlabelled)
    names, numbers = np.unique(known.labels.astype(str), return_inverse=True)
    span = Span.of(space.transform(known.parts))
    enough = known.real.sum() >= ENOUGH_TO_CALIBRATE
    heat = _calibrate(span, known, numbers) if enough else COLD
    slopes, offsets = span.fit(numbers, known.importance, len(names))
    return Model(tuple(names.tolist()), space, span.weights(slopes), offsets, heat, int(known.real.sum()))


def _calibrate(span: Span, known: Examples, numbers: npt.NDArray[np.intp]) -> float:
    """The temperature at which models fitted without a message are right about it as often as they claim."""
    real, rest = np.flatnonzero(known.real), np.flatnonzero(~known.real)
    texts = [known.parts.titles[row] + known.parts.bodies[row] for row in real]
    all_scores, all_truth = [], []
    for train, held in folds(texts, known.labels[real].tolist(), count=5, seed=0):
        taken = np.concatenate([real[train], rest])
        present = np.unique(numbers[taken])
        again = np.full(int(numbers.max()) + 1, -1, dtype=np.intp)
        again[present] = np.arange(len(present))
        asked = real[held][again[numbers[real[held]]] >= 0]
        if not len(asked):
            continue
        slopes, offsets = span.fit(again[numbers], known.importance, len(present), taken)
        scores = span.coordinates[asked] @ slopes + offsets
        all_scores.append(np.pad(scores, ((0, 0), (0, len(again) - len(present))), constant_values=-1e9))
        all_truth.append(again[numbers[asked]])
    return temperature(np.vstack(all_scores), np.concatenate(all_truth)) if all_scores else COLD


def _with_hints(parts: Parts, labels: Sequence[str], hints: Hints) -> Examples:
    """Each hint word of a label, and all of them together, join the examples as small messages."""
    lines = [(line, label) for label, words in hints.items() for line in (*words, "、".join(words)) if line]
    hinted = Parts.of([Message(line, line) for line, _ in lines])
    return Examples(
        parts + hinted,
        np.array([*labels, *(label for _, label in lines)], dtype=object),
        np.array([1.0] * len(labels) + [HINT_IMPORTANCE] * len(lines)),
        np.array([True] * len(labels) + [False] * len(lines), dtype=bool),
    )


def _newest(pairs: list[tuple[Message, str]]) -> list[tuple[Message, str]]:
    """At most MOST_EXAMPLES, taken in turn from the end of each label, so that no kind crowds out another."""
    if len(pairs) <= MOST_EXAMPLES:
        return pairs
    rank: dict[str, int] = {}
    ranked = []
    for place in range(len(pairs) - 1, -1, -1):
        label = pairs[place][1]
        rank[label] = rank.get(label, 0) + 1
        ranked.append((rank[label], -place, place))
    chosen = sorted(place for _, _, place in sorted(ranked)[:MOST_EXAMPLES])
    return [pairs[place] for place in chosen]
