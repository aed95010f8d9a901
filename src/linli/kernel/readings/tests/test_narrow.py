"""What a reading on its way and a row of the database have no room for is refused where it is declared."""

from __future__ import annotations

import pytest

from linli.kernel.declare import Device, Quantity, Reading, Rule, minutes
from linli.kernel.declare.devices import LONGEST_NAME, MOST_MEASURES
from linli.kernel.declare.rules import MOST_LEAVES
from linli.kernel.readings.wire import Entry, Flag, pack, unpack


def wide(n: int) -> Device:
    return Device("wide", tuple(Quantity(f"q{nth}") for nth in range(n)), every=minutes(1))


def test_the_widest_reading_that_may_be_declared_goes_over_the_wire_and_no_wider_one() -> None:
    widest = Entry(1, 0, 0, 0, 0, [1.0] * MOST_MEASURES)
    assert unpack(pack([widest])).entries == [widest]
    with pytest.raises(OverflowError):
        pack([Entry(1, 0, 0, 0, 0, [1.0] * (MOST_MEASURES + 1))])
    assert list(wide(MOST_MEASURES).faults()) == []
    (fault,) = wide(MOST_MEASURES + 1).faults()
    assert "measures 256 quantities" in fault and "two models" in fault


def test_every_flag_fits_into_its_row() -> None:
    assert sum(Flag) < 1 << 15, "smallint, with its sign"


def test_a_thing_s_number_is_as_wide_as_its_column() -> None:
    last = Entry((1 << 31) - 1, 0, 0, 0, 0, [])
    assert unpack(pack([last])).entries == [last]
    with pytest.raises(OverflowError):
        pack([Entry(1 << 31, 0, 0, 0, 0, [])])


def test_a_name_that_no_row_holds_is_refused() -> None:
    long = "a" * (LONGEST_NAME + 1)
    assert any(long in fault for fault in Device(long, (Quantity("q"),), every=minutes(1)).faults())
    assert any(long in fault for fault in Device("x", (Quantity(long),), every=minutes(1)).faults())
    assert any("longer than" in fault for fault in Rule(long, of=("x",), when=Reading("q").above(1)).faults())


def test_a_rule_has_no_more_conditions_than_its_state_has_bits() -> None:
    def rule(n: int) -> Rule:
        when = Reading("q").above(0)
        for nth in range(1, n):
            when = when | Reading("q").above(nth)
        return Rule("r", of=("x",), when=when)

    assert list(rule(MOST_LEAVES).faults()) == []
    assert any("make it two rules" in fault for fault in rule(MOST_LEAVES + 1).faults())
