"""Texts that are nearly copies of each other, found without comparing every pair (MinHash, Broder 1997)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
WIDTH = 3
BANDS = 24
DEPTH = 3
"""24 bands of 3: a pair with Jaccard similarity 0.5 is met with 96 %, one with 0.2 with 17 %."""
LARGEST_BUCKET = 400
_RANDOM = np.random.default_rng(20_190_101)
_FACTORS: Hashes = _RANDOM.integers(1, 2**63, size=BANDS * DEPTH, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_SUMMANDS: Hashes = _RANDOM.integers(0, 2**63, size=BANDS * DEPTH, dtype=np.uint64)


def shingles(text: str) -> Hashes:
    """Hashes of the different 3-character pieces of a text in normal form, in ascending order."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(points) < WIDTH:
        points = np.concatenate([points, np.zeros(WIDTH - len(points), dtype=np.uint64)])
    mixed = np.zeros(len(points) - WIDTH + 1, dtype=np.uint64)
    for offset in range(WIDTH):
        mixed = (mixed << np.uint64(21)) | points[offset : offset + len(mixed)]
    return np.unique(np.asarray(mixed * np.uint64(0x9E3779B97F4A7C15), dtype=np.uint64))


def jaccard(first: Hashes, second: Hashes) -> float:
    """Share of pieces two texts have in common."""
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / (len(first) + len(second) - common)


def signature(pieces: Hashes) -> Hashes:
    """(bands,): texts that are alike agree in one of them at least."""
    lowest = (((pieces[None, :] * _FACTORS[:, None]) + _SUMMANDS[:, None]) >> np.uint64(20)).min(axis=1)
    banded = lowest.reshape(BANDS, DEPTH)
    key: Hashes = banded[:, 0].copy()
    for column in range(1, DEPTH):
        key = key * np.uint64(0x100000001B3) ^ banded[:, column]
    return key


def near_copies(texts: Sequence[str], at_least: float = 0.5) -> npt.NDArray[np.intp]:
    """(n,) group numbers: texts linked by a chain of pairs with Jaccard similarity `at_least` share one,
    which is the place of the group's first text."""
    pieces = [shingles(text) for text in texts]
    leader = list(range(len(texts)))
    for first, second in _candidates([signature(piece) for piece in pieces]):
        one, other = _find(leader, first), _find(leader, second)
        if one != other and jaccard(pieces[first], pieces[second]) >= at_least:
            leader[max(one, other)] = min(one, other)
    return np.array([_find(leader, place) for place in range(len(texts))], dtype=np.intp)


def _candidates(signatures: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    for band in range(BANDS):
        buckets: dict[int, list[int]] = defaultdict(list)
        for place, keys in enumerate(signatures):
            buckets[int(keys[band])].append(place)
        for bucket in buckets.values():
            # A form letter sent a thousand times needs a chain, not every pair.
            first = bucket[0]
            yield from ((first, other) for other in bucket[1:])
            if len(bucket) <= LARGEST_BUCKET:
                yield from pairwise(bucket)


def _find(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place
