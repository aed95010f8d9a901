"""Series of readings and what each kind of rule makes of them, edge by edge: the table of docs/rules.md, played.

A series is read aloud as `second:smoke/heat/door`, `-` for a quantity that was not said, `thing@second:…` for another
thing; `[a b]` is a maintenance from second a until b, `..n` how long the clock goes on. What is told is
`second what grade`. Every row is played with the clock seeing to timers, and again with a restart after every call.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from linli.kernel.declare import Hours, Reading, Rule, Severity, Silent, Together

from .playing import ZONE, Known, Said, Series, machine, play
from .reference import Reference

smoke, heat, door = Reading("smoke"), Reading("heat"), Reading("door")
TEN = datetime(2026, 3, 4, 22, 0, tzinfo=ZONE)  # a Wednesday
STEPS = ((Severity.ORANGE, smoke.above(5, clears=4)), (Severity.RED, smoke.above(9, clears=8)))
NIGHT = Hours("22:00", "06:00")
MINUTE = Hours("22:00", "22:01")


def row(name: str, series: str, told: str, **rule: Any) -> Any:
    return pytest.param(rule, series, told, id=name)


TABLE = [
    # Threshold with hysteresis
    row("over the limit begins, at the limit does not", "0:5 10:5.1", "10 raise 2", when=smoke.above(5)),
    row("without hysteresis it ends at the limit", "0:6 10:5.1 20:5", "0 raise 2, 20 clear 2", when=smoke.above(5)),
    row("between clears and limit nothing changes", "0:6 10:4.5 20:4.1 30:4", "0 raise 2, 30 clear 2", when=smoke.above(5, clears=4)),
    row("between clears and limit nothing begins", "0:4.5 10:5", "", when=smoke.above(5, clears=4)),
    row("after it cleared, the limit counts again", "0:6 10:4 20:4.9 30:5.1", "0 raise 2, 10 clear 2, 30 raise 2", when=smoke.above(5, clears=4)),
    row("under the limit begins, at the limit does not", "0:2 10:1.9", "10 raise 2", when=smoke.below(2)),
    row("under: it ends at clears", "0:1 10:2.9 20:3", "0 raise 2, 20 clear 2", when=smoke.below(2, clears=3)),
    row("what was not said changes nothing", "0:6 10:- 20:-/9 30:4", "0 raise 2, 30 clear 2", when=smoke.above(5)),
    row("what was never said is not so", "0:- 10:-", "", when=smoke.below(5)),
    row("a switch that is on", "0:-/-/0 10:-/-/1 20:-/-/1 30:-/-/0", "10 raise 2, 30 clear 2", when=door.is_true()),
    row("a switch that is off", "0:-/-/1 10:-/-/0 20:-/-/1", "10 raise 2, 20 clear 2", when=door.is_false()),
    # Duration
    row("it lasts by the clock when nothing more is said", "0:6 ..100", "30 raise 2", when=smoke.above(5), lasts=30),
    row("it lasts to the very second", "0:6 30:4", "30 raise 2, 30 clear 2", when=smoke.above(5), lasts=30),
    row("one second short is not enough", "0:6 29:4", "", when=smoke.above(5), lasts=30),
    row("a break begins it anew", "0:6 20:4 25:6 ..100", "55 raise 2", when=smoke.above(5), lasts=30),
    row("a dip that stays over clears is no break", "0:6 20:4.5 ..100", "30 raise 2", when=smoke.above(5, clears=4), lasts=30),
    row("silence of the quantity is no break", "0:6 10:- 20:- ..40", "30 raise 2", when=smoke.above(5), lasts=30),
    row("half a second counts", "0:6 ..9", "0.5 raise 2", when=smoke.above(5), lasts=0.5),
    # Clear delay
    row("cleared when it was over for long enough", "0:6 10:4 ..100", "0 raise 2, 40 clear 2", when=smoke.above(5), clear_after=30),
    row("back before that: the same warning goes on", "0:6 10:4 39:6 50:4 ..100", "0 raise 2, 80 clear 2", when=smoke.above(5), clear_after=30),
    row("back at that very second: cleared, and raised anew", "0:6 10:4 40:6", "0 raise 2, 40 clear 2, 40 raise 2", when=smoke.above(5), clear_after=30, calms=0),
    row("coming back it need not last again", "0:6 20:4 25:6 ..100", "10 raise 2", when=smoke.above(5), lasts=10, clear_after=30),
    # Repeats
    row("the third beginning within a minute", "0:6 1:4 20:6 21:4 60:6 61:4", "60 raise 2, 61 clear 2", when=smoke.above(5), repeats=3, within=60),
    row("a second too late the first is forgotten", "0:6 1:4 20:6 21:4 61:6 62:4", "", when=smoke.above(5), repeats=3, within=60),
    row("staying so is one beginning", "0:6 10:7 20:8 30:9", "", when=smoke.above(5), repeats=2, within=60),
    row("after it was raised it counts from nought", "0:6 1:4 2:6 3:4 4:6 5:4 6:6", "2 raise 2, 3 clear 2, 6 raise 2", when=smoke.above(5), repeats=2, within=60),
    row("each must last to count", "0:6 4:4 10:6 16:4 20:6 26:4", "25 raise 2, 26 clear 2", when=smoke.above(5), lasts=5, repeats=2, within=60),
    # Change
    row("risen by three within ten seconds", "0:1 10:4", "10 raise 2", when=smoke.rises(3, within=10)),
    row("not quite by three", "0:1 10:3.9", "", when=smoke.rises(3, within=10)),
    row("by three, but within eleven", "0:1 11:4", "", when=smoke.rises(3, within=10)),
    row("from the lowest of the time, not from the last", "0:1 4:3 8:4", "8 raise 2", when=smoke.rises(3, within=10)),
    row("it ends with a reading that no longer is so", "0:1 8:4 10:4 12:4", "8 raise 2, 12 clear 2", when=smoke.rises(3, within=10)),
    row("falling is no rising", "0:4 5:1", "", when=smoke.rises(3, within=10)),
    row("fallen by three", "0:4 5:1 16:1", "5 raise 2, 16 clear 2", when=smoke.falls(3, within=10)),
    row("the first reading is no change", "0:9", "", when=smoke.rises(3, within=10)),
    # Silence
    row("silent for long enough, though it never spoke", "..100", "50 raise 2", when=Silent(50)),
    row("every word begins it anew", "0:1 30:1 60:1 ..200", "110 raise 2", when=Silent(50)),
    row("a word that says nothing is a word", "0:1 40:- ..100", "90 raise 2", when=Silent(50)),
    row("speaking at that very second is too late", "0:1 50:1", "50 raise 2, 50 clear 2", when=Silent(50)),
    row("it ends with the next word", "0:1 80:1 100:1", "50 raise 2, 80 clear 2", when=Silent(50)),
    row("as long as the model says", "0:1 ..100", "60 raise 2", when=Silent()),
    row("silence grows graver", "0:1 ..100", "20 raise 2, 50 step 4", when=Silent(20), steps=((Severity.RED, Silent(50)),)),
    # Windows of the day (second 0 is 22:00 on a Wednesday)
    row("before the window it does not count, from its first second it does", "-20:6 ..50", "0 raise 2", when=smoke.above(5), between=NIGHT),
    row("at its end it is over", "0:6 ..100", "0 raise 2, 60 clear 2", when=smoke.above(5), between=MINUTE),
    row("at its end the clear delay begins", "0:6 ..200", "0 raise 2, 90 clear 2", when=smoke.above(5), between=MINUTE, clear_after=30),
    row("it must last within the window", "-20:6 ..100", "50 raise 2, 60 clear 2", when=smoke.above(5), between=MINUTE, lasts=50),
    row("longer than the window it never lasts", "-20:6 ..100", "", when=smoke.above(5), between=MINUTE, lasts=61),
    row("on Thursdays only", "0:6 ..100", "", when=smoke.above(5), between=Hours("22:00", "06:00", (4,))),
    row("after midnight it is still Wednesday's window", "10800:6", "10800 raise 2", when=smoke.above(5), between=Hours("22:00", "06:00", (3,))),
    row("after midnight it is not yet Thursday's", "10800:6", "", when=smoke.above(5), between=Hours("22:00", "06:00", (4,))),
    # All and any
    row("both at once", "0:6/1 10:6/9 20:4/9", "10 raise 2, 20 clear 2", when=smoke.above(5) & heat.above(5)),
    row("one reading says the one, the next the other", "0:6 10:-/9 20:-/1", "10 raise 2, 20 clear 2", when=smoke.above(5) & heat.above(5)),
    row("either of them, without a break between", "0:6/1 10:6/9 20:4/9 30:4/1", "0 raise 2, 30 clear 2", when=smoke.above(5) | heat.above(5)),
    row("both must last together", "0:6/9 20:6/1 25:6/9 ..100", "55 raise 2", when=smoke.above(5) & heat.above(5), lasts=30),
    row("open and silent", "0:-/-/1 ..100", "50 raise 2", when=door.is_true() & Silent(50)),
    # Several things at one place (a thing counts for a minute after its last word)
    row("two of them at once", "1@0:6 2@10:6 2@20:4", "10 raise 2, 20 clear 2", when=Together(smoke.above(5))),
    row("one thing twice is one", "1@0:6 1@10:6", "", when=Together(smoke.above(5))),
    row("three are asked for", "1@0:6 2@1:6 3@2:6", "2 raise 2", when=Together(smoke.above(5), things=3)),
    row("who falls silent counts no longer", "1@0:6 2@30:6 ..200", "30 raise 2, 60 clear 2", when=Together(smoke.above(5))),
    row("who goes on speaking goes on counting", "1@0:6 2@30:6 1@50:6 ..200", "30 raise 2, 90 clear 2", when=Together(smoke.above(5))),
    row("each with its own hysteresis", "1@0:6 2@1:6 2@10:4.5 1@20:4", "1 raise 2, 20 clear 2", when=Together(smoke.above(5, clears=4))),
    row("more of them, graver", "1@0:6 2@1:6 3@2:6 3@9:1", "1 raise 2, 2 step 4, 9 step 2", when=Together(smoke.above(5)), steps=((Severity.RED, Together(smoke.above(5), things=3)),)),
    row("who is being maintained counts no longer", "[5 50] 1@0:6 2@1:6 1@10:6", "1 raise 2, 10 clear 2", when=Together(smoke.above(5))),
    row("a place is never maintained", "[-10 50] 1@-20:6 2@-19:6 ..60", "0 raise 2, 40 clear 2", when=Together(smoke.above(5)), between=NIGHT),
    row("both are being maintained", "[0 100] 1@0:6 2@10:6", "", when=Together(smoke.above(5))),
    # Steps
    row("up at once", "0:3 10:6 20:10", "0 raise 2, 10 step 3, 20 step 4", when=smoke.above(2), steps=STEPS),
    row("raised at the grade it has", "0:10", "0 raise 4", when=smoke.above(2), steps=STEPS),
    row("down by the step's own hysteresis", "0:10 10:8.5 20:8 30:4", "0 raise 4, 20 step 3, 30 step 2", when=smoke.above(2), steps=STEPS),
    row("down only when it was lower for the clear delay", "0:10 10:3 20:10 30:3 ..99", "0 raise 4, 60 step 2", when=smoke.above(2), steps=STEPS, clear_after=30),
    row("down to the grade it then has", "0:10 10:3 20:6 ..99", "0 raise 4, 40 step 3", when=smoke.above(2), steps=STEPS, clear_after=30),
    row("all over at once is cleared, not stepped down", "0:10 10:1 ..99", "0 raise 4, 40 clear 4", when=smoke.above(2), steps=STEPS, clear_after=30),
    row("a step does not shorten what must last", "0:10 ..99", "30 raise 4", when=smoke.above(2), steps=STEPS, lasts=30),
    row("a step alone raises nothing", "0:10/1", "", when=heat.above(2), steps=STEPS),
    # Flapping
    row("the third time it is held until it was calm", "0:6 1:4 2:6 3:4 4:6 5:4 ..300", "0 raise 2, 1 clear 2, 2 raise 2, 3 clear 2, 4 raise 2, 105 clear 2", when=smoke.above(5), calms=100),
    row("held: coming back begins the calm anew", "0:6 1:4 2:6 3:4 4:6 5:4 50:6 51:4 ..300", "0 raise 2, 1 clear 2, 2 raise 2, 3 clear 2, 4 raise 2, 151 clear 2", when=smoke.above(5), calms=100),
    row("three times to the very second", "0:6 1:4 50:6 51:4 100:6 101:4 ..300", "0 raise 2, 1 clear 2, 50 raise 2, 51 clear 2, 100 raise 2, 201 clear 2", when=smoke.above(5), calms=100),
    row("a second slower it does not flap", "0:6 1:4 50:6 51:4 101:6 102:4 ..300", "0 raise 2, 1 clear 2, 50 raise 2, 51 clear 2, 101 raise 2, 102 clear 2", when=smoke.above(5), calms=100),
    row("after the calm it is as new", "0:6 1:4 2:6 3:4 4:6 5:4 110:6 111:4", "0 raise 2, 1 clear 2, 2 raise 2, 3 clear 2, 4 raise 2, 105 clear 2, 110 raise 2, 111 clear 2", when=smoke.above(5), calms=100),
    row("nought knows no flapping", "0:6 1:4 2:6 3:4 4:6 5:4", "0 raise 2, 1 clear 2, 2 raise 2, 3 clear 2, 4 raise 2, 5 clear 2", when=smoke.above(5), calms=0),
    # Maintenance
    row("nothing is raised, what still holds is raised at its end", "[5 50] 10:6 ..99", "50 raise 2", when=smoke.above(5)),
    row("what is over by then is not", "[5 50] 10:6 40:4 ..99", "", when=smoke.above(5)),
    row("what must last goes on lasting", "[5 50] 30:6 ..99", "60 raise 2", when=smoke.above(5), lasts=30),
    row("what was raised before may clear", "[5 50] 0:6 10:4", "0 raise 2, 10 clear 2", when=smoke.above(5)),
    row("a step up waits for its end", "[5 50] 0:3 10:6 ..99", "0 raise 2, 50 step 3", when=smoke.above(2), steps=STEPS),
    row("a step down does not", "[5 50] 0:6 10:3 ..99", "0 raise 3, 10 step 2", when=smoke.above(2), steps=STEPS),
    row("silence is not raised either", "[5 90] 0:1 ..150", "90 raise 2", when=Silent(50)),
    row("no clear delay for what nobody was told", "[5 50] 10:6 40:4 ..99", "", when=smoke.above(5), clear_after=30),
]  # fmt: skip
USUAL = Known({2 * 24 + 21: (2.0, 0.5), 2 * 24 + 22: (10.0, 0.5)})
UNUSUAL = [
    row("four deviations are the edge", "0:12 10:12.1", "10 raise 2", when=smoke.unusual(4)),
    row("as far below", "0:8 10:7.9", "10 raise 2", when=smoke.unusual(4)),
    row("only above", "0:7 10:13", "10 raise 2", when=smoke.unusual(4, down=False)),
    row("only below", "0:13 10:7", "10 raise 2", when=smoke.unusual(4, up=False)),
    row("and by at least five", "0:14 10:15", "10 raise 2", when=smoke.unusual(4, least=5)),
    row("the usual is that of the hour", "-9:10 0:10", "-9 raise 2, 0 clear 2", when=smoke.unusual(4)),
    row("an hour nobody knows is not unusual", "0:99 3600:99", "0 raise 2, 3600 clear 2", when=smoke.unusual(4)),
]


def read(text: str) -> Series:
    """Seconds are told from TEN; the series begins with its first reading or maintenance, at second 0 at the latest."""
    rests = [(int(a), int(b)) for a, b in re.findall(r"\[(-?\d+) (\d+)\]", text)]
    readings = []
    for thing, at, values in re.findall(r"(?:(\d+)@)?(-?\d+):(\S+)", text):
        said = [None if value == "-" else float(value) for value in values.split("/")]
        readings.append((int(at), tuple(said), int(thing or 1)))
    longest = max([0, *(at for at, *_ in readings), *(int(n) for n in re.findall(r"\.\.(\d+)", text))])
    first = min([0, *(at for at, *_ in readings)])
    base = int(TEN.timestamp() + first) * 1000
    return Series(
        [Said(at - first, values, thing) for at, values, thing in readings],
        longest - first,
        [(begin - first, end - first) for begin, end in rests],
        base,
    )


def told(text: str, series: Series) -> list[tuple[float, str, int]]:
    first = series.base / 1000 - TEN.timestamp()
    parts = [part.split() for part in text.split(", ") if part]
    return [(float(at) - first, what, int(grade)) for at, what, grade in parts]


@pytest.mark.parametrize("restarts", [False, True], ids=["", "restarted"])
@pytest.mark.parametrize(("rule", "text", "expected"), [*TABLE, *UNUSUAL])
def test_a_series_tells(rule: dict[str, Any], text: str, expected: str, restarts: bool) -> None:
    made = Rule("r", of=("probe",), **{"calms": 0, **rule})
    series = read(text)
    assert list(made.faults()) == []
    assert play(machine(made, USUAL), series, restarts=restarts) == told(expected, series)


@pytest.mark.parametrize(("rule", "text", "expected"), [*TABLE, *UNUSUAL])
def test_the_reference_tells_the_same(rule: dict[str, Any], text: str, expected: str) -> None:
    made, series = Rule("r", of=("probe",), **{"calms": 0, **rule}), read(text)
    if made.lasts % 1:
        pytest.skip("the reference counts whole seconds")
    assert Reference(made, series, USUAL).run() == told(expected, series)
