"""Small cells of a published table are left out, and so many others that nobody can work them out again. Pure.

A table of counts by rows and columns with totals of both and of all. A count of 1 to `least` - 1 is small: with it a
reader could know somebody. Leaving only the small ones out does not help, since a total less its other cells gives them back
(complementary suppression; Hundepool et al., Statistical Disclosure Control, 2012, ch. 4). So in every row and column from
which something is left out at least two cells are, their sum is not small either, and in the end it is tried with linear
programming whether any left-out cell can be narrowed to a span that is too short (`audit`). Totals that are small are left
out like cells. Rounding: counts are published as they are, not rounded; shares are not published.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

LEAST = 5
"""A count from 1 to 4 is not published; 0 is, for it is nobody."""
Table = NDArray[np.int64]
Mask = NDArray[np.bool_]


def with_totals(counts: Sequence[Sequence[int]]) -> Table:
    """The table with a last column and a last row of totals."""
    inner = np.asarray(counts, dtype=np.int64)
    across = np.column_stack([inner, inner.sum(axis=1)])
    return np.vstack([across, across.sum(axis=0)])


def suppress(counts: Sequence[Sequence[int]], least: int = LEAST) -> Mask:
    """Which cells of the table with totals are left out (True). Everything, when nothing less is safe."""
    table = with_totals(counts)
    hidden: Mask = (table > 0) & (table < least)
    while True:
        _complete(table, hidden, least)
        open_cells = audit(table, hidden, least)
        if not open_cells:
            return hidden
        if not _hide_more(table, hidden, open_cells):
            hidden[:, :] = True
            return hidden


def _complete(table: Table, hidden: Mask, least: int) -> None:
    """In every line (a row or a column with its total) two or more are left out, together no small number."""
    changed = True
    while changed:
        changed = False
        for line in _lines(table.shape):
            out = [cell for cell in line if hidden[cell]]
            if not out or (len(out) > 1 and _slack(table, out) >= least):
                continue
            more = [cell for cell in line if not hidden[cell]]
            if not more:
                continue
            # The smallest that is something: it costs the reader least. A zero hides nothing by itself.
            hidden[min(more, key=lambda cell: (table[cell] == 0, table[cell]))] = True
            changed = True


def _slack(table: Table, out: list[tuple[int, int]]) -> int:
    """How far the left-out cells of a line leave each other room."""
    values = sorted(int(table[cell]) for cell in out)
    return sum(values)


def _lines(shape: tuple[int, ...]) -> list[list[tuple[int, int]]]:
    """The cells of each sum: rows first, then columns, each with its total at the end."""
    rows, columns = shape
    return [
        *([(r, c) for c in range(columns)] for r in range(rows)),
        *([(r, c) for r in range(rows)] for c in range(columns)),
    ]


def _hide_more(table: Table, hidden: Mask, open_cells: list[tuple[int, int]]) -> bool:
    """Leave out one more cell in a line of one that can still be worked out; False when none is left there."""
    row, column = open_cells[0]
    near = [cell for line in _lines(table.shape) if (row, column) in line for cell in line if not hidden[cell]]
    near = near or [(r, c) for r, c in zip(*np.nonzero(~hidden), strict=True)]
    if not near:
        return False
    hidden[min(near, key=lambda cell: (table[cell] == 0, table[cell]))] = True
    return True


def audit(table: Table, hidden: Mask, least: int = LEAST) -> list[tuple[int, int]]:
    """The left-out small cells that can be worked out again from what is published: whose span, by linear programming over
    all sums, is shorter than `least`. What a reader knows is every published number, every sum, and that none is below 0."""
    out = [(int(r), int(c)) for r, c in zip(*np.nonzero(hidden), strict=True)]
    small = [cell for cell in out if 0 < table[cell] < least]
    if not small:
        return []
    number = {cell: n for n, cell in enumerate(out)}
    sums, rests = _equations(table, hidden, number)
    found = []
    for cell in small:
        least_it, most_it = (_extreme(number[cell], len(out), sums, rests, sign) for sign in (1, -1))
        if most_it - least_it < least - 1e-6:
            found.append(cell)
    return found


def _equations(
    table: Table, hidden: Mask, number: dict[tuple[int, int], int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sums, rests = [], []
    for line in _lines(table.shape):
        if not any(hidden[cell] for cell in line):
            continue
        row, rest = np.zeros(len(number)), 0.0
        for position, cell in enumerate(line):
            sign = -1.0 if position == len(line) - 1 else 1.0
            if hidden[cell]:
                row[number[cell]] = sign
            else:
                rest -= sign * float(table[cell])
        sums.append(row)
        rests.append(rest)
    return np.array(sums), np.array(rests)


def _extreme(which: int, many: int, sums: NDArray[np.float64], rests: NDArray[np.float64], sign: int) -> float:
    """The least (sign 1) or most (sign -1) a left-out cell can be."""
    goal = np.zeros(many)
    goal[which] = sign
    solved = linprog(goal, A_eq=sums, b_eq=rests, bounds=(0, None), method="highs")
    if solved.status == 3:  # no bound: it can be anything
        return float("inf") * -sign
    return float(solved.fun) * sign if solved.success else 0.0
