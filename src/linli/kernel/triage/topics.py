"""Hot topics: many reports, one cause, over weeks. Found by what the reports share and others do not.

Every report keeps its most telling bigrams; reports with enough of them in common are neighbours; groups of
neighbours are cut by average linkage, so that a chain of faint likenesses joins nothing. The work grows with
the number of shared rare pieces, not with the square of the reports.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from linli.kernel.triage.phrases import FUNCTION, key_phrases
from linli.kernel.triage.placenames import most_named, place_names
from linli.kernel.triage.text import bigrams, normalise

_DIVISION = re.compile(r"(?<![a-z])[a-z]\d*[市县区州]")
LEAD = 300
"""Characters of a body that are read: what follows is mostly pleading."""
TELLING = 40
TITLE, PLACE = 2.0, 1.5
"""How much more a piece counts when it stands in the title, or is the name of a place."""
NEIGHBOURS = 0.16
"""Least cosine of two reports to be looked at together; `ALIKE` is the least mean cosine inside a topic."""
ALIKE = 0.14
FEW = 50
"""A piece in more than 4 % of the reports tells nothing apart; but so many reports may always share one."""
LARGEST_COMPONENT = 1500
BLOCK = 2000
EPISODE = timedelta(days=120)
HALF_LIFE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Told:
    """A report as far as topics need it. One whose `reporter` is None counts as a reporter of its own."""

    id: Hashable
    title: str
    body: str
    at: datetime
    reporter: Hashable | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """Reports with one cause. `members` from the most to the least typical; `phrases` most telling first."""

    label: str
    heat: float
    phrases: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    first: datetime
    last: datetime
    reporters: int
    members: tuple[Hashable, ...]


def hot_topics(
    reports: Iterable[Told],
    *,
    at_least: int = 3,
    most: int = 20,
    now: datetime | None = None,
    half_life: timedelta | None = HALF_LIFE,
) -> tuple[Topic, ...]:
    """The topics at least `at_least` different reporters speak of, hottest first.

    A silence of more than `EPISODE` ends a topic; what comes after it is another one. Heat is the number of
    reporters, each halved with every `half_life` between their last report and `now` (the last report of all
    when not given; no halving when `half_life` is None), times 1 + log2(1 + weeks)/4 for a topic that lasts.
    """
    told = [report for report in reports if normalise(report.title + report.body)]
    if not told:
        return ()
    moment = now or max(report.at for report in told)
    vectors = _vectors(told)
    background = Counter(piece for report in told for piece in set(bigrams(report.title + "。" + report.body)))
    topics = [
        _topic([told[row] for row in rows], vectors[rows], background, len(told), moment, half_life)
        for group in _groups(vectors)
        for rows in _episodes(group, told)
        if _reporters(told[row] for row in rows) >= at_least
    ]
    return tuple(sorted(topics, key=lambda topic: (-topic.heat, topic.first, topic.label))[:most])


def _vectors(told: Sequence[Told]) -> sparse.csr_matrix:
    """(reports, pieces), rows of unit length: the TELLING weightiest pieces of each report."""
    weights = [_pieces(report) for report in told]
    frequency = Counter(piece for pieces in weights for piece in pieces)
    common = max(FEW, len(told) // 25)
    column: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, pieces in enumerate(weights):
        telling = {
            piece: weight * float(np.log1p(len(told) / frequency[piece]))
            for piece, weight in pieces.items()
            if 2 <= frequency[piece] <= common
        }
        for piece, weight in sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:TELLING]:
            rows.append(row)
            columns.append(column.setdefault(piece, len(column)))
            values.append(weight)
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(told), max(1, len(column))))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(length > 0, length, 1)) @ matrix)


def _pieces(report: Told) -> dict[str, float]:
    """Bigrams without function words, and place names whole, with their weights."""
    body = report.body[:LEAD]
    pieces: dict[str, float] = defaultdict(float)
    for text, weight in ((report.title, TITLE), (body, 1.0)):
        for piece in set(bigrams(_words(text))):
            if piece[0] >= "\u3400" and len(piece) == 2 and not (piece[0] in FUNCTION or piece[1] in FUNCTION):
                pieces[piece] += weight
    for name in set(place_names(f"{report.title}。{body}。{report.place or ''}")):
        pieces[name] += PLACE
    return pieces


def _words(text: str) -> str:
    """Normal form, with anonymised divisions (A3区) taken out: the 区 would stick to the next word."""
    return _DIVISION.sub("，", normalise(text))


def _groups(vectors: sparse.csr_matrix) -> Iterator[list[int]]:
    """Row numbers of each group of at least two."""
    yield from _cut(np.arange(vectors.shape[0]), _neighbours(vectors), NEIGHBOURS)


def _neighbours(vectors: sparse.csr_matrix) -> sparse.csr_matrix:
    """(reports, reports): cosines of at least NEIGHBOURS, computed block by block to bound memory."""
    turned = vectors.T.tocsr()
    blocks = []
    for start in range(0, vectors.shape[0], BLOCK):
        block = (vectors[start : start + BLOCK] @ turned).tocsr()
        block.data[block.data < NEIGHBOURS] = 0
        block.eliminate_zeros()
        blocks.append(block)
    return sparse.csr_matrix(sparse.vstack(blocks))


def _cut(rows: npt.NDArray[np.intp], near: sparse.csr_matrix, least: float) -> Iterator[list[int]]:
    """Connected groups, cut by mean likeness; one too large is first taken apart by asking for more."""
    count, of = connected_components(near, directed=False)
    order = np.argsort(of, kind="stable")
    ends = np.cumsum(np.bincount(of, minlength=count))
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        if end - start < 2:
            continue
        inside = order[start:end]
        part = near[inside][:, inside]
        if end - start > LARGEST_COMPONENT and least < 0.9:
            part.data[part.data < least + 0.05] = 0
            part.eliminate_zeros()
            yield from _cut(rows[inside], part, least + 0.05)
        else:
            yield from _by_mean(rows[inside], part)


def _by_mean(rows: npt.NDArray[np.intp], near: sparse.csr_matrix) -> Iterator[list[int]]:
    apart = 1 - near.toarray()
    apart = np.clip((apart + apart.T) / 2, 0, 1)
    np.fill_diagonal(apart, 0)
    number = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - ALIKE, "distance")
    for cluster in range(1, number.max() + 1):
        members = rows[number == cluster]
        if len(members) > 1:
            yield members.tolist()


def _episodes(rows: list[int], told: Sequence[Told]) -> Iterator[list[int]]:
    episode: list[int] = []
    for row in sorted(rows, key=lambda row: (told[row].at, row)):
        if episode and told[row].at - told[episode[-1]].at > EPISODE:
            yield episode
            episode = []
        episode.append(row)
    yield episode


def _reporters(reports: Iterable[Told]) -> int:
    return len(_last_by_reporter(reports))


def _last_by_reporter(reports: Iterable[Told]) -> dict[Hashable, datetime]:
    last: dict[Hashable, datetime] = {}
    for report in reports:
        who = ("reporter", report.reporter) if report.reporter is not None else ("report", report.id)
        last[who] = max(last.get(who, report.at), report.at)
    return last


def _topic(
    members: list[Told],
    vectors: sparse.csr_matrix,
    background: Counter[str],
    documents: int,
    now: datetime,
    half_life: timedelta | None,
) -> Topic:
    typical = np.asarray(vectors @ np.asarray(vectors.sum(axis=0)).ravel())
    ranked = [members[row] for row in np.argsort(-typical, kind="stable")]
    places = most_named(f"{told.title}。{told.body[:LEAD]}。{told.place or ''}" for told in members)
    phrases = key_phrases(
        [_words(told.title) for told in members],
        [_words(told.body[:LEAD]) for told in members],
        background,
        documents,
    )
    last = _last_by_reporter(members)
    first, latest = min(told.at for told in members), max(told.at for told in members)
    weeks = (latest - first) / timedelta(weeks=1)
    shares = [0.5 ** ((now - at) / half_life) if half_life else 1.0 for at in last.values()]
    return Topic(
        label=_label(phrases, places, ranked[0].title),
        heat=round(sum(shares) * (1 + log2(1 + weeks) / 4), 3),
        phrases=phrases,
        places=places,
        first=first,
        last=latest,
        reporters=len(last),
        members=tuple(told.id for told in ranked),
    )


def _label(phrases: Sequence[str], places: Sequence[tuple[str, int]], title: str) -> str:
    """丽景花园 · 搅拌站、噪音, or the most typical title where no phrase is shared."""
    where = places[0][0] if places else ""
    what = (
        [phrase for phrase in phrases if phrase not in where and where not in phrase][:3] if where else phrases[:3]
    )
    return " · ".join(part for part in (where, "、".join(what)) if part) or title
