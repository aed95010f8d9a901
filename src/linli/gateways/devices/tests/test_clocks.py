"""A clock that was set back, and what was kept while a device was away: the first is of now, the second is late."""

from __future__ import annotations

import pytest

from linli.gateways.devices.clocks import Clocks, of_now
from linli.kernel.readings.wire import Entry, Flag

from .fleet import NOW


def entry(received: float, at: float, flags: int = Flag.OWN_CLOCK) -> Entry:
    """Seconds after NOW."""
    return Entry(1, NOW + round(at * 1000), NOW + round(received * 1000), int(flags), 0, [0.5])


@pytest.mark.parametrize(
    ("said", "of_now"),
    [
        # In order: a clock that is an hour behind and always was is believed.
        ([(0, -3600), (60, -3540), (120, -3480)], [False] * 3),
        # It fell back by a day, by three weeks, by five minutes; it goes on as ours does, a little late once.
        ([(0, 0), (60, 60 - 86400), (120, 120 - 86400), (185, 180 - 86400)], [False, False, True, True]),
        ([(0, 0), (1800, -21 * 86400), (3600, 1800 - 21 * 86400)], [False, False, True]),
        ([(0, 0), (10, -290), (12, -288), (13, -287)], [False, False, True, True]),
        # What was kept comes faster than it was measured, forwards or backwards, one by one.
        ([(0, 0), (1, -3600), (2, -3540), (3.5, -3480)], [False] * 4),
        ([(0, 0), (60, -60), (120, -120), (180, -180)], [False] * 4),
        # One kept reading with each new one.
        ([(0, 0), (1, -3600), (60, 60), (61, -3540), (120, 120), (121, -3480)], [False] * 6),
        # Set right again, it is believed again.
        ([(0, 0), (60, -3540), (120, -3480), (180, 180), (240, -3360)], [False, False, True, False, False]),
        # At one instant nothing can be said about how time passes.
        ([(0, 0), (60, -3540), (60, -3540), (60.5, -3539.5)], [False] * 4),
    ],
)
def test_which_is_of_now(said: list[tuple[float, float]], of_now: list[bool]) -> None:
    clocks = Clocks()
    assert [clocks.heard(entry(*one)) for one in said] == of_now


def test_what_was_said_last_is_known_from_before() -> None:
    clocks = Clocks({1: NOW})
    assert [clocks.heard(entry(60 * n, 60 * n - 3600)) for n in range(1, 4)] == [False, True, True]
    clocks.listed(entry(300, 300))
    assert clocks.last[1] == NOW + 300_000


def test_what_other_processes_heard_is_taken_over() -> None:
    clocks = Clocks({1: NOW}, {1: (NOW - 3_540_000, NOW + 60_000)})
    assert clocks.heard(entry(120, -3480)), "from the first one on"
    other = Clocks({1: NOW - 86_400_000})
    other.told({1: NOW, 2: NOW})
    other.told({1: NOW - 5})
    assert other.last == {1: NOW, 2: NOW}
    assert not other.heard(entry(60, -3540)), "what it knew itself is long past: this would have been in order"
    assert other.heard(entry(120, -3480))


def test_what_is_sent_again_or_has_no_clock_says_nothing() -> None:
    clocks = Clocks({1: NOW})
    assert not clocks.heard(entry(60, -3540))
    assert not clocks.heard(entry(120, -3480, Flag.OWN_CLOCK | Flag.AGAIN))
    assert not clocks.heard(entry(120, -3480, Flag.NONE))
    assert clocks.heard(entry(180, -3420))
    assert clocks.heard(entry(181, -3420, Flag.OWN_CLOCK | Flag.AGAIN)), "as the first time"


def test_it_is_dated_by_our_clock_and_says_so() -> None:
    made = of_now(entry(60, -3540), 7)
    assert (made.at, made.received, made.mid) == (NOW + 60_000, NOW + 60_000, 7)
    assert made.flags == Flag.SKEWED | Flag.AGAIN
