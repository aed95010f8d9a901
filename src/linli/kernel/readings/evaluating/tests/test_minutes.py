"""Minutes as they run: what is reckoned, what is left to the rows, what is forgotten."""

from __future__ import annotations

from math import nan

import numpy as np

from linli.kernel.readings.evaluating.minutes import MINUTE, OPEN, Minutes


def said(minutes: Minutes, *readings: tuple[int, int, list[float]]) -> list[bool]:
    """(row, µs, values)."""
    rows, at, values = zip(*readings, strict=True)
    return minutes.add(np.array(rows), np.array(at), np.array(values, np.float64)).tolist()  # type: ignore[no-any-return]


def told(minutes: Minutes, until: int, shards: range = range(16)) -> list[tuple[float, ...]]:
    taken, _done = minutes.take(shards, until)
    columns = ((part.row, part.slot, part.n, part.least, part.sum, part.most, part.last) for part in taken)
    return [row for part in columns for row in zip(*(column.tolist() for column in part), strict=True)]


def test_a_minute_is_told_once_with_what_was_said_of_each_slot():
    minutes = Minutes()
    minutes.place(3, 0)
    assert said(minutes, (3, 1, [5.0, nan]), (3, 2, [7.0, 1.0])) == [False, False]
    assert said(minutes, (3, 3, [nan, -2.0])) == [False]
    assert told(minutes, MINUTE) == [(3, 0, 2, 5.0, 12.0, 7.0, 7.0), (3, 1, 2, -2.0, -1.0, 1.0, -2.0)]
    assert told(minutes, 2 * MINUTE) == []
    assert not minutes._open, "nothing is kept of a minute that is written"


def test_what_comes_after_its_minute_was_written_is_left_to_the_rows():
    minutes = Minutes()
    minutes.place(0, 0)
    minutes.place(1, 1)
    assert told(minutes, MINUTE, range(1)) == []
    assert said(minutes, (0, 5, [1.0]), (1, 5, [1.0]), (0, MINUTE, [1.0])) == [True, False, False]


def test_a_row_that_is_anothers_begins_with_nothing():
    minutes = Minutes()
    minutes.place(0, 0)
    said(minutes, (0, 1, [5.0]))
    minutes.drop([0])
    assert said(minutes, (0, 2, [6.0])) == [True], "it is nobody's"
    minutes.place(0, 2)
    said(minutes, (0, 3, [9.0]))
    assert told(minutes, MINUTE) == [(0, 0, 1, 9.0, 9.0, 9.0, 9.0)]


def test_only_so_many_minutes_run():
    minutes = Minutes()
    minutes.place(0, 0)
    left = said(minutes, *((0, n * MINUTE, [1.0]) for n in range(OPEN + 2)))
    assert left == [False] * OPEN + [True] * 2


def test_wider_models_and_more_things_come_along():
    minutes = Minutes()
    minutes.place(0, 0)
    said(minutes, (0, 1, [1.0]))
    minutes.place(5_000, 0)
    said(minutes, (5_000, 2, [1.0, 2.0, 3.0]), (0, 3, [2.0, nan, nan]))
    assert [row[:3] for row in told(minutes, MINUTE)] == [(0, 0, 2), (5_000, 0, 1), (5_000, 1, 1), (5_000, 2, 1)]
