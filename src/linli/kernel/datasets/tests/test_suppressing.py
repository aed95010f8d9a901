"""Nobody can work a small cell out again: tried on random tables, with every sum a reader knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from linli.kernel.datasets.suppressing import LEAST, suppress, with_totals

tables = st.integers(1, 5).flatmap(
    lambda columns: st.lists(
        st.lists(st.one_of(st.integers(0, 7), st.integers(0, 90)), min_size=columns, max_size=columns),
        min_size=1,
        max_size=6,
    )
)


def worked_out(counts: list[list[int]]) -> list[tuple[int, int, float, float]]:
    """What a reader gets of each left-out small cell: an attack of its own, over the inner cells alone."""
    table, hidden = with_totals(counts), suppress(counts)
    rows, columns = len(counts), len(counts[0])
    many = rows * columns
    equal, values = [], []
    for r in range(rows + 1):
        for c in range(columns + 1):
            if hidden[r, c]:
                continue
            line = np.zeros((rows, columns))
            line[r if r < rows else slice(None), c if c < columns else slice(None)] = 1
            equal.append(line.ravel())
            values.append(table[r, c])
    given = {"A_eq": np.array(equal), "b_eq": np.array(values)} if equal else {}
    found = []
    for r in range(rows + 1):
        for c in range(columns + 1):
            if not (hidden[r, c] and 0 < table[r, c] < LEAST):
                continue
            goal = np.zeros((rows, columns))
            goal[r if r < rows else slice(None), c if c < columns else slice(None)] = 1
            ends = []
            for sign in (1, -1):
                solved = linprog(sign * goal.ravel(), bounds=[(0, None)] * many, method="highs", **given)
                ends.append(float("inf") if solved.status == 3 else sign * solved.fun)
            found.append((r, c, *ends))
    return found


@settings(max_examples=120, deadline=None)
@given(tables)
def test_no_small_cell_can_be_worked_out_by_subtracting(counts: list[list[int]]) -> None:
    table, hidden = with_totals(counts), suppress(counts)
    assert not ((table > 0) & (table < LEAST) & ~hidden).any()
    for r, c, least, most in worked_out(counts):
        assert most - least >= LEAST - 1e-4, (counts, hidden.tolist(), (r, c), least, most)


def test_a_table_without_small_cells_is_published_whole() -> None:
    assert not suppress([[10, 0, 7], [5, 90, 12]]).any()


def test_one_small_cell_takes_others_with_it_and_no_more_than_needed() -> None:
    hidden = suppress([[3, 40, 50], [20, 60, 70], [30, 80, 90]])
    assert hidden[0, 0] and hidden.sum() == 4
    assert not hidden[-1].any() and not hidden[:, -1].any()


@pytest.mark.parametrize("counts", [[[1]], [[2, 0]], [[1, 1], [1, 1]], [[3], [400]]])
def test_where_hardly_anything_is_there_hardly_anything_is_told(counts: list[list[int]]) -> None:
    for _r, _c, least, most in worked_out(counts):
        assert most - least >= LEAST
