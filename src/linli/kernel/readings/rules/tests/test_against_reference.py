"""The machine and a slow second reading of the same rules agree on whatever series hypothesis thinks of."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate

import pytest
from hypothesis import assume, event, given, settings, target
from hypothesis import strategies as st

from linli.kernel.declare import (
    Above,
    AllOf,
    AnyOf,
    Below,
    Changes,
    Condition,
    Hours,
    Is,
    Rule,
    Severity,
    Silent,
    Together,
    Unusual,
)

from .playing import ZONE, Known, Said, Series, machine, play
from .reference import Reference

VALUES = st.sampled_from([None, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
SWITCH = st.sampled_from([None, 0.0, 1.0])
QUANTITY = st.sampled_from(["smoke", "heat"])
LIMIT = st.sampled_from([1.0, 2.0, 3.0])
TIMES = st.sampled_from([0, 3, 5, 10, 30])


def plain() -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(
            lambda q, n, d: Above(q, n, None if d is None else n - d),
            QUANTITY,
            LIMIT,
            st.sampled_from([None, 0, 1.0]),
        ),
        st.builds(
            lambda q, n, d: Below(q, n, None if d is None else n + d),
            QUANTITY,
            LIMIT,
            st.sampled_from([None, 0, 1.0]),
        ),
        st.builds(Is, st.just("door"), st.booleans()),
        st.builds(
            lambda q, n, least, sides: Unusual(q, n, least, *sides),
            QUANTITY,
            st.sampled_from([1.0, 2.0]),
            st.sampled_from([0.0, 2.0]),
            st.sampled_from([(True, True), (True, False), (False, True)]),
        ),
    )


def single() -> st.SearchStrategy[Condition]:
    return st.one_of(
        plain(),
        st.builds(Changes, QUANTITY, st.sampled_from([-2.0, -1.0, 1.0, 3.0]), st.sampled_from([4.0, 10.0, 25.0])),
        st.builds(Silent, st.sampled_from([None, 7.0, 20.0])),
    )


def combined(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda parts: st.sampled_from([AllOf(tuple(parts)), AnyOf(tuple(parts))])
        ),
        max_leaves=3,
    )


def several() -> st.SearchStrategy[Condition]:
    return combined(st.builds(Together, combined(plain()), st.sampled_from([2, 3])))


HOURS = st.none() | st.sampled_from(
    [Hours("22:00", "06:00"), Hours("21:00", "22:00"), Hours("22:00", "22:01"), Hours("22:00", "02:00", (3,))]
)


@st.composite
def rules(draw: st.DrawFn, conditions: st.SearchStrategy[Condition]) -> Rule:
    repeats = draw(st.sampled_from([1, 1, 2, 3]))
    grades = draw(st.sampled_from([(), (Severity.ORANGE,), (Severity.ORANGE, Severity.RED)]))
    return Rule(
        "r",
        of=("probe",),
        when=draw(conditions),
        lasts=draw(TIMES),
        repeats=repeats,
        within=draw(st.sampled_from([20, 60])) if repeats > 1 else 0,
        clear_after=draw(TIMES),
        between=draw(HOURS),
        steps=tuple((grade, draw(conditions)) for grade in grades),
        calms=draw(st.sampled_from([0, 40, 100])),
    )


BASE = int(datetime(2026, 3, 4, 21, 59, 30, tzinfo=ZONE).timestamp()) * 1000
"""A Wednesday, half a minute before ten: windows open and shut in the midst of the series."""


@st.composite
def series(draw: st.DrawFn, things: int = 1, rests: bool = True) -> Series:
    gaps = draw(st.lists(st.sampled_from([1, 2, 3, 5, 8, 20, 61]), min_size=1, max_size=25))
    readings = [
        Said(at, (draw(VALUES), draw(VALUES), draw(SWITCH)), draw(st.integers(1, things)))
        for at in accumulate(gaps)
    ]
    end = readings[-1].at + 130
    kept = draw(st.lists(st.tuples(st.integers(0, end), st.integers(1, 40)), max_size=2)) if rests else []
    return Series(readings, end, [(begin, begin + long) for begin, long in kept], BASE)


USUAL = Known({2 * 24 + 21: (2.0, 1.0), 2 * 24 + 22: (3.0, 0.5)})


def agree(rule: Rule, series: Series) -> None:
    assume(not list(rule.faults()))
    event(f"{type(rule.when).__name__}")
    expected = Reference(rule, series, USUAL).run()
    target(float(min(len(expected), 12)))
    assert play(machine(rule, USUAL), series) == expected, f"{rule!r}\n{series!r}"


@given(rules(combined(single())), series())
@settings(max_examples=100, deadline=None)
def test_a_rule_on_one_thing_is_what_the_reference_says(rule: Rule, series: Series) -> None:
    agree(rule, series)


@given(rules(several()), series(things=4))
@settings(max_examples=120, deadline=None)
def test_a_rule_on_several_things_is_what_the_reference_says(rule: Rule, series: Series) -> None:
    agree(rule, series)


@given(rules(combined(single())), series())
@settings(max_examples=120, deadline=None)
def test_a_restart_between_any_two_readings_changes_nothing(rule: Rule, series: Series) -> None:
    made = machine(rule, USUAL)
    assert play(made, series, restarts=True) == play(machine(rule, USUAL), series)


@given(rules(several()), series(things=4))
@settings(max_examples=100, deadline=None)
def test_a_restart_changes_nothing_for_several_things_either(rule: Rule, series: Series) -> None:
    assert play(machine(rule, USUAL), series, restarts=True) == play(machine(rule, USUAL), series)


def _never_silent(rule: Rule) -> bool:
    from linli.kernel.declare.conditions import parts
    from linli.kernel.declare.numbers import conditions_of

    return not any(isinstance(part, Silent) for _before, c in conditions_of(rule) for part in parts(c))


@given(rules(combined(single())).filter(_never_silent), series(rests=False))
@settings(max_examples=120, deadline=None)
def test_timers_seen_to_by_the_clock_or_by_the_next_reading_tell_the_same(rule: Rule, series: Series) -> None:
    assert play(machine(rule, USUAL), series, ticking=False) == play(machine(rule, USUAL), series)


@given(rules(combined(single())), series())
@settings(max_examples=100, deadline=None)
def test_a_state_is_never_changed_and_is_the_same_object_while_nothing_changes(rule: Rule, series: Series) -> None:
    from copy import deepcopy

    from linli.kernel.readings.rules import Sample

    made = machine(rule, USUAL)
    state = made.rest(BASE)
    for said in series.readings:
        before = deepcopy(state)
        after, _change = made.feed(state, Sample(1, BASE + said.at * 1000, list(said.values)))
        assert state == before
        if after == state:
            assert after is state
        state = after


@pytest.mark.parametrize("by", [3.0, -3.0])
@given(
    st.lists(st.tuples(st.integers(1, 900), st.floats(-5, 5).map(lambda v: round(v, 1))), min_size=2, max_size=120)
)
@settings(max_examples=100, deadline=None)
def test_a_window_of_change_never_reaches_back_too_far_and_forgets_at_most_a_32nd_of_it(
    by: float, rows: list[tuple[int, float]]
) -> None:
    from linli.kernel.readings.rules import Sample

    within = 10_000
    made = machine(Rule("r", of=("probe",), when=Changes("smoke", by, within / 1000), calms=0))
    state, so, at, past = None, False, 0, list[tuple[int, float]]()
    for gap, value in rows:
        at += gap
        past.append((at, value))
        state, change = made.feed(state, Sample(1, at, [value]))
        so = change.what == "raise" if change else so
        far = [v for t, v in past if t >= at - within]
        near = [v for t, v in past if t >= at - within * 31 // 32]

        def moved(window: list[float], value: float = value) -> bool:
            return value - min(window) >= by if by > 0 else max(window) - value >= -by

        assert not so or moved(far)
        assert so or not moved(near)
        assert state is not None
        assert len(state[12][0]) <= 2 * 34
