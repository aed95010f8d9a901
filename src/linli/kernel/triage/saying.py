"""What reports say and where: each as weighted pieces, all together as one table of likeness.

Pieces are pairs of 汉字, words with a Latin letter (ktv, g209), names of places, the place's code and the kind. Those
that say where are marked, because one cause needs more in common than a place.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

import numpy as np
import numpy.typing as npt
from scipy import sparse

from linli.kernel.places.codes import Level
from linli.kernel.triage.phrases import PARTICLES
from linli.kernel.triage.placenames import find_names
from linli.kernel.triage.text import bigrams, normalise

LEAD = 300
"""Characters of a body that are read: what follows is mostly pleading."""
TELLING = 40
TITLE, NAME = 2.0, 3.0
"""How much more a piece counts when it stands in the title, or is the whole name of a place."""
FEW, COMMON = 50, 6
"""A piece in more than one report of six tells nothing apart; but fifty reports may always share one."""
MOSTLY = 0.6
"""What holds for so many of a group holds for the group."""
NEARLY_ALL = 0.9
OFTEN = 0.2
"""A name in more of the reports than this tells nothing apart."""
HOOD, GRID = Level.NEIGHBOURHOOD.digits, Level.GRID.digits
WHERE, NAMED, KIND = "/", "@", "#"
_DIVISION = re.compile(r"(?<![a-z0-9])([a-z]\d*)[市县区州]")
_WORD = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*")
Pieces = dict[str, float]


@dataclass(frozen=True, slots=True)
class Told:
    """A report as far as topics need it. One whose `reporter` is None counts as a reporter of its own.

    `code` is the code of its place; `place` the words of its address, from which names of places are read.
    """

    id: Hashable
    title: str
    body: str
    at: datetime
    reporter: Hashable | None = None
    place: str | None = None
    code: str = ""
    kind: str = ""


class Corpus:
    """Reports with their pieces; `vectors` has a row of unit length for each, from its weightiest pieces."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = told
        texts = [(normalise(report.title), normalise(report.body[:LEAD])) for report in told]
        self.pieces = [_pieces(report, *text) for report, text in zip(told, texts, strict=True)]
        self.texts = [(_DIVISION.sub("，", title), _DIVISION.sub("，", body)) for title, body in texts]
        self.everything = "\n".join(f"{title}。{body}" for title, body in self.texts)
        self.frequency = Counter(piece for pieces in self.pieces for piece in pieces)
        self.vectors, columns = self._table()
        self.words = self.vectors[:, [c for c, name in enumerate(columns) if name[0] not in (WHERE, NAMED)]]
        self.days = np.array([report.at.timestamp() / 86_400 for report in told])
        self.hoods = np.array([report.code[:HOOD] for report in told], dtype=object)
        self.cells = next((cells for cells in self._divisions() if _tells(cells)), None)
        self.by_kind = _tells([report.kind for report in told])
        self._around: dict[str, npt.NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.told)

    @property
    def by_code(self) -> bool:
        """Whether the codes of places tell the reports apart; where they do not, names in the words have to."""
        return self.cells is not None

    def place(self, rows: Sequence[int]) -> tuple[str, int]:
        """(the place most of the rows share, how many), ("", 0) for none: a neighbourhood, a grid where all lie in one
        neighbourhood, a name where codes say nothing."""
        if self.cells is not None:
            places = Counter(self.cells[row] for row in rows)
        else:
            most = max(FEW, len(self) * OFTEN)
            places = Counter(
                piece
                for row in rows
                for piece in self.pieces[row]
                if piece[0] == NAMED and len(piece) > 3 and self.frequency[piece] <= most
            )
        place, count = max(places.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        return (place, count) if place else ("", 0)

    def around(self, place: str) -> npt.NDArray[np.bool_]:
        """(reports,) which lie at a place as `place` says it, or in the neighbourhood it is part of."""
        if place not in self._around:
            lies = self.hoods == place[:HOOD] if self.by_code else [place in pieces for pieces in self.pieces]
            self._around[place] = np.asarray(lies, dtype=bool)
        return self._around[place]

    def rarity(self, phrase: str) -> float:
        """How rare a phrase without particles is among the reports, by its rarest pair of letters."""
        pairs = [self.frequency[pair] + self.frequency[NAMED + pair] for pair in bigrams(phrase)]
        return log((len(self) + 1) / (min(pairs, default=0) + 1)) + 0.1

    def _divisions(self) -> Iterator[list[str]]:
        """What is known no nearer than a whole division lies nowhere in it: imports often have a default for a place."""
        for digits in (HOOD, GRID):
            yield [report.code[:digits] if len(report.code) >= digits else "" for report in self.told]

    def _table(self) -> tuple[sparse.csr_matrix, list[str]]:
        many = len(self.told)
        common = max(FEW, many // COMMON)
        column: dict[str, int] = {}
        rows, columns, values = [], [], []
        for row, pieces in enumerate(self.pieces):
            telling = {
                piece: weight * float(np.log1p(many / self.frequency[piece]))
                for piece, weight in pieces.items()
                if 2 <= self.frequency[piece] <= common
            }
            for piece, weight in sorted(telling.items(), key=lambda item: (-item[1], item[0]))[:TELLING]:
                rows.append(row)
                columns.append(column.setdefault(piece, len(column)))
                values.append(weight)
        table = sparse.csr_matrix((values, (rows, columns)), shape=(many, len(column)))
        return unit(table), list(column)


def _tells(values: Sequence[str]) -> bool:
    """Whether a mark tells reports apart: no value of it holds for nearly all of them."""
    return bool(values) and max(Counter(values).values()) < NEARLY_ALL * len(values)


def unit(table: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same rows, each of length 1 unless it is empty."""
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.where(length > 0, length, 1)) @ table)


def alike(vectors: sparse.csr_matrix) -> npt.NDArray[np.float64]:
    """(n,) how like each row is to the others on average; `vectors` have unit length."""
    total = np.asarray(vectors.sum(axis=0)).ravel()
    mean: npt.NDArray[np.float64] = (vectors @ total - 1) / max(1, vectors.shape[0] - 1)
    return mean


def _pieces(report: Told, title: str, body: str) -> Pieces:
    pieces: Pieces = defaultdict(float)
    for text, weight in ((title, TITLE), (body, 1.0)):
        for piece, is_name in set(_read(text)):
            pieces[piece] = max(pieces[piece], weight) if is_name else pieces[piece] + weight
    names = {name for text in (title, body, normalise(report.place or "")) for _, name in find_names(text)}
    for name in names:
        pieces[NAMED + name] += NAME
    if report.code:
        pieces[WHERE + report.code[:HOOD]] += 1
        if len(report.code) >= GRID:
            pieces[WHERE + report.code[:GRID]] += 1
    if report.kind:
        pieces[KIND + report.kind] += 1
    return pieces


def _read(text: str) -> Iterator[tuple[str, bool]]:
    """(piece, whether it says where) of a text in normal form. An anonymised division (A3区) is a piece too."""
    yield from ((WHERE + division, True) for division in _DIVISION.findall(text))
    text = _DIVISION.sub("，", text)
    end = 0
    for start, name in find_names(text):
        yield from ((NAMED + pair, True) for pair in bigrams(name))
        yield from _plain(text[end:start])
        end = start + len(name)
    yield from _plain(text[end:])


def _plain(text: str) -> Iterator[tuple[str, bool]]:
    for piece in bigrams(text):
        if piece[0] < "\u3400":
            if len(piece) > 1 and _WORD.fullmatch(piece):
                yield piece, False
        elif len(piece) == 2 and not (piece[0] in PARTICLES or piece[1] in PARTICLES):
            yield piece, False
