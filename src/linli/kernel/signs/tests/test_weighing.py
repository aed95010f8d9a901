"""The arithmetic of evidence: robust, and never less for more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.declare import Device, Quantity, minutes
from linli.kernel.signs.gathering import Course, Seen
from linli.kernel.signs.judging import judge
from linli.kernel.signs.weighing import Usual, grew, raised, strength, usual, weight

from .toy.scene import CROWDED, SHEDS, STALLS

WATER = CROWDED.indications[0]
COUNTS = st.lists(st.floats(0, 200), min_size=3, max_size=12)
CROWD = st.lists(st.floats(0, 200), min_size=8, max_size=40)
DAY = date(2026, 9, 7)
AREA = "990101001001"


def test_the_usual_is_the_median_and_one_noisy_week_does_not_move_it() -> None:
    assert usual([3, 5, 4]) == Usual(4, 1.4826, 3)
    calm = usual([4, 5, 4, 5, 4, 5, 4])
    assert usual([4, 5, 4, 5, 4, 5, 4000]).middle <= calm.middle + 1
    assert usual([]) == Usual(0, 0, 0) and usual([7], 9) == Usual(0, 0, 10)


@given(st.lists(st.floats(0, 100), max_size=9), st.integers(0, 30))
def test_noughts_left_out_are_noughts(values: list[float], noughts: int) -> None:
    said, told = usual(values, noughts), usual([*values, *[0.0] * noughts])
    assert abs(said.middle - told.middle) < 1e-9 and abs(said.spread - told.spread) < 1e-9 and said.n == told.n


@given(COUNTS, CROWD, st.floats(0, 500), st.floats(0, 500))
def test_more_of_it_never_says_less(past: list[float], crowd: list[float], now: float, more: float) -> None:
    own, alike = usual(past), usual(crowd)
    assert strength(WATER, now + more, own, alike) >= strength(WATER, now, own, alike)
    assert 0 <= strength(WATER, now, own, alike) <= 1


@given(st.dictionaries(st.sampled_from([one.name for one in CROWDED.indications]), st.floats(0, 1)),
       st.sampled_from([one.name for one in CROWDED.indications]), st.floats(0, 1))  # fmt: skip
def test_an_indication_that_says_more_never_takes_a_suggestion_away(
    strengths: dict[str, float], name: str, more: float
) -> None:
    after = {**strengths, name: max(strengths.get(name, 0.0), more)}
    assert weight(CROWDED, after) >= weight(CROWDED, strengths)
    assert raised(CROWDED, after) >= raised(CROWDED, strengths)


def test_one_indication_alone_and_a_shared_door_raise_nothing() -> None:
    assert not raised(CROWDED, {"water": 1.0})
    assert not raised(CROWDED, {"door": 1.0}, raises=0.1)
    assert raised(CROWDED, {"water": 1.0, "door": 1.0})
    door = CROWDED.indications[2]
    doors = replace(CROWDED, indications=(*CROWDED.indications, replace(door, name="gate")), raises=0.5)
    assert not raised(doors, {"door": 1.0, "gate": 1.0}) and raised(doors, {"door": 1.0, "noise": 0.1})
    assert not raised(CROWDED, {"water": 0.5, "noise": 0.5}) and raised(CROWDED, {"water": 1, "noise": 0.3})


def test_without_a_past_or_others_like_it_nothing_is_said() -> None:
    assert strength(WATER, 90, usual([5, 5]), usual([5] * 20)) == 0
    assert strength(WATER, 90, usual([5] * 12), usual([5] * 7)) == 0
    assert strength(WATER, 90, usual([5] * 12), usual([5] * 8)) == 1


def test_it_must_stand_out_of_both_its_own_past_and_places_alike() -> None:
    large, small = usual([80, 82, 79, 81]), usual([5, 6, 7, 5, 6, 7, 5, 6])
    assert strength(WATER, 82, large, small) == 0, "a large family is no sign"
    assert strength(WATER, 82, small, usual([78, 80, 82, 84, 79, 81, 83, 77])) == 0, "a dry summer for everybody"
    assert strength(WATER, 82, small, small) == 1


@given(st.lists(st.floats(0, 60), min_size=12, max_size=30), st.floats(0, 1e6))
def test_one_noisy_place_marks_itself_and_not_its_neighbours(others: list[float], loud: float) -> None:
    """Whatever one home uses: a neighbour that is as it always was is not marked by it, and none is that was not."""
    courses = {
        (f"{AREA}0010010010100{n:02d}", 0): Course(value, (value,) * 12, DAY, DAY) for n, value in enumerate(others)
    }
    noisy = next(iter(courses))
    courses[noisy] = Course(loud, (0.0,) * 12, DAY, DAY)
    nothing = {one.name: Seen({}, whole=False) for one in CROWDED.indications}
    found = judge(CROWDED, {**nothing, "water": Seen(courses, whole=False)}, {AREA: 100})
    assert set(found) <= {noisy[0]}


def test_the_strongest_part_of_the_day_speaks_and_says_when() -> None:
    grid = f"{AREA}001"
    seen = {
        "stalls-seen": Seen(
            {
                (grid, 0): Course(3, (3, 3, 3), DAY, DAY, hours=(0, 3)),
                (grid, 6): Course(6, (0, 0, 0), DAY, DAY, hours=(18, 21)),
            },
            whole=True,
        ),
        "litter": Seen({}, whole=True),
    }
    said = judge(STALLS, seen, {grid[:9]: 24})[grid].said[0]
    assert said.hours == (18, 21) and said.now == 6 and said.alike.n == 23


def test_evidence_grew_by_a_new_voice_or_by_a_half() -> None:
    assert not grew({"water": 20.0}, {"water": 29.0}, 0.5)
    assert grew({"water": 20.0}, {"water": 30.0}, 0.5)
    assert grew({"water": 20.0}, {"water": 20.0, "noise": 2.0}, 0.5)
    assert not grew({"water": 20.0}, {}, 0.5)


def test_a_sign_that_could_accuse_by_one_number_or_look_at_persons_is_no_declaration() -> None:
    assert not list(SHEDS.faults())
    assert any("alone" in fault for fault in replace(CROWDED, least=1).faults())
    personal = Device("counter", (Quantity("passing"),), every=minutes(1), personal=True)
    assert any("person" in fault for fault in CROWDED.misfits(personal))
    only_around = replace(CROWDED, indications=(CROWDED.indications[2],) * 2, raises=0.1)
    assert any("itself" in fault for fault in only_around.faults())
