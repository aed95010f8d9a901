"""Numbers change while a rule is under way, and rules are declared anew while warnings stand."""

from __future__ import annotations

from typing import Any

from linli.kernel.declare import Reading, Rule, Severity, Silent, Together
from linli.kernel.readings.rules import Machine, Sample

from .playing import machine

smoke, heat = Reading("smoke"), Reading("heat")


def made(when: Any, **changes: Any) -> Machine:
    return machine(Rule("r", of=("probe",), when=when, **{"calms": 0, **changes}))


def say(with_: Machine, state: Any, second: float, *values: float) -> tuple[Any, str]:
    state, change = with_.feed(state, Sample(1, round(second * 1000), list(values)))
    return state, change.what if change else ""


def test_a_warning_that_stands_is_cleared_by_the_new_numbers_at_the_next_reading() -> None:
    state, what = say(made(smoke.above(5)), None, 0, 6)
    assert what == "raise"
    higher = made(smoke.above(8))
    assert say(higher, state, 1, 6.5)[1] == "clear"
    assert say(made(smoke.above(4)), state, 1, 6.5)[1] == ""


def test_a_shorter_or_longer_time_counts_from_when_it_began() -> None:
    state, _what = say(made(smoke.above(5), lasts=60), None, 0, 6)
    shorter, longer = made(smoke.above(5), lasts=10), made(smoke.above(5), lasts=300)
    assert (shorter.due(state), longer.due(state)) == (10_000, 300_000)
    _state, change = shorter.tick(state, 40_000, 0)
    assert change is not None
    assert (change.what, change.at) == ("raise", 10_000)
    assert longer.tick(state, 60_000, 0)[1] is None


def test_a_new_silence_counts_from_the_last_word_at_once() -> None:
    old, new = made(Silent(86_400)), made(Silent(30))
    state = old.rest(0)
    assert new.due(state) == 0
    adopted, change = new.tick(state, 95_000, 90_000)
    assert (change, new.due(adopted)) == (None, 120_000)
    _state, change = new.tick(state, 200_000, 90_000)
    assert change is not None
    assert change.at == 120_000


def test_those_who_are_so_together_still_are_under_another_number() -> None:
    three, two = made(Together(smoke.above(5), things=3)), made(Together(smoke.above(5)))
    state = None
    for thing in (1, 2):
        state, _change = three.feed(state, Sample(thing, thing * 1000, [6]))
    assert two.due(state) == 61_000
    _state, change = two.feed(state, Sample(2, 3000, [6]))
    assert change is not None
    assert change.says["things"] == 2


def test_a_rule_declared_anew_keeps_what_was_told_and_looks_anew() -> None:
    state, what = say(made(smoke.above(5) & heat.above(5), steps=((Severity.RED, smoke.above(9)),)), None, 0, 6, 6)
    assert what == "raise"
    other = made(heat.above(5))
    assert say(other, state, 1, 0, 6)[1] == ""
    assert say(other, state, 1, 6, 0)[1] == "clear"


def test_what_only_waited_begins_anew_under_a_rule_declared_anew() -> None:
    state, _what = say(made(smoke.above(5) & heat.above(5), lasts=10), None, 0, 6, 6)
    other = made(heat.above(5), lasts=10)
    state, _what = say(other, state, 5, 0, 6)
    assert other.due(state) == 15_000
