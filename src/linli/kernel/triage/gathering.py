"""Groups of reports that may have one cause: seeds of what is plainly alike, then what belongs to them is drawn in.

Seeds are cut by average linkage, so that a chain of faint likenesses joins nothing. Many voices tell of one thing in
different words, and make several seeds; at the same place and time, less likeness is enough to bring them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from scipy import sparse

from linli.kernel.triage.saying import MOSTLY, Corpus

NEIGHBOURS = 0.14
"""Least cosine of two reports to be looked at together; `ALIKE` is the least mean cosine inside a seed."""
ALIKE = 0.12
LARGEST_COMPONENT = 1500
BLOCK = 500
EPISODE = timedelta(days=183)
"""A silence of half a year ends a topic; what comes after it is another one."""
AROUND = 30
"""Days before the first and after the last report of a group in which others may belong to it."""
HERE, ANYWHERE = 0.25, 0.75
"""A report is drawn in with this share of the likeness members have to their centre: at the same place, elsewhere."""
ROUNDS = 4


def gather(corpus: Corpus) -> Iterator[list[int]]:
    """Row numbers of each group, no report in two. What is drawn into a larger group is no topic of its own."""
    free = np.ones(len(corpus), dtype=bool)
    for seed in sorted(_seeds(corpus), key=lambda rows: (-len(rows), rows)):
        rows = [row for row in seed if free[row]]
        if len(rows) < 2:
            continue
        for _ in range(ROUNDS):
            grown = _drawn_in(corpus, rows, free)
            if len(grown) == len(rows):
                break
            rows = grown
        free[rows] = False
        yield from episodes(rows, corpus)


def episodes(rows: Sequence[int], corpus: Corpus) -> Iterator[list[int]]:
    """The rows in order of time, cut where nothing was told for an EPISODE."""
    told = corpus.told
    episode: list[int] = []
    for row in sorted(rows, key=lambda row: (told[row].at, row)):
        if episode and told[row].at - told[episode[-1]].at > EPISODE:
            yield episode
            episode = []
        episode.append(row)
    yield episode


def _drawn_in(corpus: Corpus, rows: list[int], free: npt.NDArray[np.bool_]) -> list[int]:
    place, count = corpus.place(rows)
    days = corpus.days[rows]
    near = free & (corpus.days >= days.min() - AROUND) & (corpus.days <= days.max() + AROUND)
    least, table = ANYWHERE, corpus.vectors
    if count >= MOSTLY * len(rows):
        near &= corpus.around(place)
        least, table = HERE, corpus.words  # that they share the place is known: what they say must be alike
    centre = np.asarray(table[rows].sum(axis=0)).ravel()
    own = float(np.median(table[rows] @ centre))
    others = np.flatnonzero(near)
    like = table[others] @ centre
    return sorted({*rows, *others[like >= least * own].tolist()})


def _seeds(corpus: Corpus) -> list[list[int]]:
    groups = _cut(np.arange(len(corpus)), _neighbours(corpus.vectors), NEIGHBOURS)
    return [rows for group in groups for rows in episodes(group, corpus) if len(rows) > 1]


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
    from scipy.sparse.csgraph import connected_components

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
    # They take half a second to load, and only the worker gathers.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = 1 - near.toarray()
    apart = np.clip((apart + apart.T) / 2, 0, 1)
    np.fill_diagonal(apart, 0)
    number = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - ALIKE, "distance")
    for cluster in range(1, number.max() + 1):
        members = rows[number == cluster]
        if len(members) > 1:
            yield members.tolist()
