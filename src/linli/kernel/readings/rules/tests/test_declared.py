"""What a declared rule says of its numbers, and what is wrong with it."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest

from linli.kernel.declare import (
    AllOf,
    Device,
    Hours,
    Quantity,
    Reading,
    Rule,
    Severity,
    Silent,
    Together,
    minutes,
)

smoke, heat, door = Reading("smoke"), Reading("heat"), Reading("door")


def rule(when: Any = None, **changes: Any) -> Rule:
    return Rule("r", of=("probe",), when=when or smoke.above(5), **{"calms": 0, **changes})


def names(when: Any, **changes: Any) -> set[str]:
    return set(rule(when, **changes).numbers()) - {"lasts", "clear-after", "calms"}


def test_every_number_has_a_name_with_the_quantity_before_it_where_there_are_several() -> None:
    assert names(smoke.above(5)) == {"limit"}
    assert names(smoke.above(5, clears=4)) == {"limit", "clears"}
    assert names(smoke.rises(5, within=10)) == {"by", "within"}
    assert names(Silent()) == set()
    assert names(Silent(5)) == {"after"}
    assert names(smoke.unusual(3, least=1)) == {"times", "least"}
    assert names(smoke.above(5) & door.is_true()) == {"limit"}
    assert names(smoke.above(5) & heat.above(5)) == {"smoke.limit", "heat.limit"}
    assert names((smoke.above(5) & heat.above(5)) | smoke.above(9)) == {
        "smoke.limit",
        "heat.limit",
        "smoke-2.limit",
    }
    assert names(Silent(5) | smoke.above(5)) == {"silent.after", "smoke.limit"}
    assert names(Together(smoke.above(5))) == {"things", "limit"}
    assert names(smoke.above(5), steps=((Severity.RED, smoke.above(9)),)) == {"limit", "red.limit"}
    assert names(smoke.above(5), repeats=2, within=60) == {"limit", "repeats", "repeats-within"}


def test_what_a_rule_leaves_open_may_be_set_all_the_same() -> None:
    tunable = rule(smoke.above(5) | Silent()).tunable()
    assert (tunable["smoke.clears"].value, tunable["silent.after"].value) == (None, None)
    assert [tunable[n].unit for n in ("smoke.limit", "silent.after", "lasts")] == [None, "s", "s"]
    made = rule(smoke.above(5)).with_numbers({"clears": 3})
    assert made.when == smoke.above(5, clears=3)


def test_with_its_own_numbers_a_rule_is_itself() -> None:
    made = rule(
        Together((smoke.above(5, clears=4) & heat.falls(3, within=9)) | door.is_true())
        & Together(heat.below(1), things=3),
        steps=(
            (
                Severity.RED,
                Together(smoke.unusual(3)),
            ),
        ),
        repeats=3,
        within=60,
    )
    assert made.with_numbers(made.numbers()) == made
    assert made.with_numbers({}) is made


def test_one_number_changes_one_place() -> None:
    made = rule((smoke.above(5) & heat.falls(3, within=9)) | smoke.above(9), repeats=2, within=60)
    changed = made.with_numbers({"smoke-2.limit": 8, "heat.by": 4, "repeats": 3.0, "repeats-within": 90})
    assert changed == rule((smoke.above(5) & heat.falls(4, within=9)) | smoke.above(8), repeats=3, within=90)
    assert isinstance(changed.repeats, int)
    with pytest.raises(LookupError):
        made.with_numbers({"limit": 1})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (rule(smoke.above(5, clears=6)), "clear higher"),
        (rule(smoke.below(5, clears=4)), "clear lower"),
        (rule(smoke.above(nan)), "never be told"),
        (rule(smoke.rises(0, within=5)), "says nothing"),
        (rule(smoke.rises(1, within=0)), "cannot be watched"),
        (rule(Silent(0)), "is none"),
        (rule(smoke.unusual(0)), "always unusual"),
        (rule(smoke.unusual(3, up=False, down=False)), "on no side"),
        (rule(AllOf(())), "all of nothing"),
        (rule(Together(smoke.above(5), things=1)), "not several"),
        (rule(Together(Silent())), "not by silence"),
        (rule(Together(smoke.above(5)) & heat.above(5)), "single things and of several"),
        (rule(Together(smoke.above(5)), steps=((Severity.RED, smoke.above(9)),)), "single things and of several"),
        (rule(lasts=-1), "no time to wait"),
        (rule(repeats=0), "write 1"),
        (rule(repeats=3), "not within which time"),
        (rule(within=60), "not how often"),
        (rule(repeats=3, within=60, lasts=40), "cannot last"),
        (rule(between=Hours("25:00", "06:00")), "no window"),
        (rule(between=Hours("06:00", "06:00")), "empty"),
        (rule(between=Hours("22:00", "06:00", (0,))), "no days"),
        (rule(severity=Severity.RED, steps=((Severity.ORANGE, smoke.above(9)),)), "graver"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(wrong: Rule, says: str) -> None:
    assert any(says in fault for fault in wrong.faults())


def test_a_rule_must_fit_its_devices() -> None:
    probe = Device("probe", (Quantity("smoke", "%", 0, 10),), minutes(1))
    assert not list(rule(smoke.above(5)).misfits(probe))
    assert ["does not measure" in fault for fault in rule(heat.above(5)).misfits(probe)] == [True]
    assert ["never passes" in fault for fault in rule(smoke.above(10)).misfits(probe)] == [True]
    assert ["never passes" in fault for fault in rule(smoke.below(0)).misfits(probe)] == [True]
