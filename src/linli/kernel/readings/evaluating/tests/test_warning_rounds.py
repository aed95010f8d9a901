"""Rules in rounds: what is raised does not depend on where one round ends and another begins, or on who died between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import as_system
from linli.kernel.readings import listening
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.round import Found
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import Intake, RuleNumber, RuleState
from linli.kernel.readings.wire import Entry, Flag, pack
from linli.kernel.things.models import PlaceUpkeep, Thing, Upkeep

from .conftest import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
MS = int(AT.timestamp() * 1000)


class Watched:
    """An evaluator and what it warned of, as (rule, what, seconds after AT)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, float]] = []
        self.evaluator = Evaluator(InPostgres(), lambda changes, at: self.note(changes))

    def note(self, changes: list[Found]) -> None:
        self.told += [(c.rule.name, c.change.what, (c.change.at - MS) / 1000) for c in changes]

    def round(self, after: float) -> None:
        self.evaluator._looked = 0
        self.evaluator.round(AT + timedelta(seconds=after))

    def say(self, thing: Thing, *said: tuple[float, float]) -> None:
        entries = [
            Entry(thing.no, MS + int(s * 1000), MS + int(s * 1000), int(Flag.OWN_CLOCK), 0, [heat, None])
            for s, heat in said
        ]
        Intake.objects.create(
            shard=thing.shard, received_at=AT + timedelta(seconds=said[-1][0]), entries=pack(entries)
        )

    def rules(self, name: str) -> list[tuple[str, float]]:
        return [(what, at) for rule, what, at in self.told if rule == name]


@pytest.fixture
def watched(db: None) -> Iterator[Watched]:
    """Nobody has been listening: what an intake of another test said of that is committed, and stays."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM readings_listening")
    made = Watched()
    yield made
    made.evaluator.leases.leave()


def test_a_duration_runs_out_by_the_clock_as_well(meter: Callable[..., Thing], watched: Watched) -> None:
    thing = meter()
    watched.say(thing, (0, 70.0))
    watched.round(1)
    watched.round(29)
    assert watched.rules("too-hot") == []
    watched.round(32)
    assert watched.rules("too-hot") == [("raise", 30)]


def test_and_over_a_restart(meter: Callable[..., Thing], watched: Watched) -> None:
    thing = meter()
    watched.say(thing, (0, 70.0))
    watched.round(1)
    assert RuleState.objects.filter(rule="too-hot", subject=str(thing.no)).exists()
    watched.evaluator.forget()
    watched.round(32)
    assert watched.rules("too-hot") == [("raise", 30)]
    watched.evaluator.forget()
    watched.say(thing, (40, 50.0))
    watched.round(41)
    assert watched.rules("too-hot") == [("raise", 30), ("clear", 40)]


def test_silence_is_told_and_ended_by_a_word(meter: Callable[..., Thing], watched: Watched) -> None:
    thing = meter()
    watched.say(thing, (0, 20.0))
    watched.round(1)
    watched.round(170)
    watched.say(thing, (175, 20.0))
    watched.round(176)
    watched.round(200)
    assert watched.rules("gone-quiet") == []
    watched.round(175 + 183)
    assert watched.rules("gone-quiet") == [("raise", 355)]
    watched.say(thing, (400, 20.0))
    watched.round(401)
    assert watched.rules("gone-quiet")[-1] == ("clear", 400)


def test_who_was_never_heard_is_not_silent_and_its_first_word_begins_its_time(
    meter: Callable[..., Thing], watched: Watched
) -> None:
    thing = meter()
    watched.round(1)
    watched.round(100_000)
    assert watched.rules("gone-quiet") == []
    watched.say(thing, (100_000, 20.0))
    watched.round(100_001)
    watched.round(100_190)
    assert watched.rules("gone-quiet") == [("raise", 100_180)]


def test_nobody_is_silent_while_nobody_listens(meter: Callable[..., Thing], watched: Watched) -> None:
    thing = meter()
    listening.note(AT)
    watched.say(thing, (0, 20.0))
    watched.round(1)
    watched.round(1000)  # every intake is away
    assert watched.rules("gone-quiet") == []
    listening.note(AT + timedelta(seconds=1005))
    watched.round(1006)
    assert watched.rules("gone-quiet") == []
    listening.note(AT + timedelta(seconds=1015))
    for after in range(1020, 1200, 10):
        listening.note(AT + timedelta(seconds=after))
        watched.round(after)
    assert [what for what, _at in watched.rules("gone-quiet")] == ["raise"]
    assert watched.rules("gone-quiet")[0][1] >= 1005 + 180


def test_a_thing_that_was_retired_is_neither_silent_nor_anything_else(
    meter: Callable[..., Thing], watched: Watched
) -> None:
    thing = meter()
    watched.say(thing, (0, 70.0))
    watched.round(1)
    assert RuleState.objects.filter(rule="too-hot", subject=str(thing.no)).exists()
    Thing.objects.filter(pk=thing.pk).update(state="retired", retired_at=AT, version=thing.version + 1)
    watched.round(20)
    watched.round(1000)
    assert watched.told == []
    assert not RuleState.objects.exists()


def test_during_maintenance_nothing_is_raised_and_what_holds_after_it_is(
    meter: Callable[..., Thing], watched: Watched
) -> None:
    thing = meter()
    Upkeep.objects.create(thing=thing, what="maintenance", lasts=(AT, AT + timedelta(seconds=100)))
    watched.say(thing, (0, 70.0), (50, 75.0))
    watched.round(51)
    watched.round(90)
    assert watched.rules("too-hot") == []
    watched.round(101)
    assert [what for what, _at in watched.rules("too-hot")] == ["raise"]


def test_the_same_of_a_place_and_also_for_who_is_put_up_meanwhile(
    meter: Callable[..., Thing], watched: Watched
) -> None:
    first = meter()
    ends = AT + timedelta(seconds=100)
    with as_system():
        PlaceUpkeep.objects.create(place_code=first.place_code[:12], lasts=(AT, ends), note="演练", set_at=AT)
    watched.say(first, (0, 70.0))
    watched.round(40)
    second = meter("meter-2")
    watched.say(second, (41, 70.0))
    watched.round(90)
    assert watched.rules("too-hot") == []
    watched.round(101)
    assert [what for what, _at in watched.rules("too-hot")] == ["raise", "raise"]


def test_a_number_set_for_a_place_holds_from_the_next_look(meter: Callable[..., Thing], watched: Watched) -> None:
    thing = meter()
    RuleNumber.objects.create(rule="too-hot", place_code=thing.place_code[:12], name="limit", value=90, set_at=AT)
    watched.say(thing, (0, 70.0))
    watched.round(1)
    watched.round(60)
    assert watched.rules("too-hot") == []


HEAT = st.sampled_from([20.0, 58.0, 62.0, 70.0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    course=st.lists(st.tuples(st.integers(1, 40), HEAT), min_size=1, max_size=14),
    cuts=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=14, max_size=14),
)
def test_rounds_and_deaths_change_nothing(
    meter: Callable[..., Thing], watched: Watched, course: list[tuple[int, float]], cuts: list[tuple[bool, bool]]
) -> None:
    said, at = [], 0
    for gap, heat in course:
        at += gap
        said.append((float(at), heat))
    one, other = meter(key=f"a{Thing.objects.count()}"), meter(key=f"b{Thing.objects.count()}")
    watched.told.clear()
    watched.say(one, *said)
    watched.round(at + 1000)
    at_once = sorted(t for t in watched.told if t[0] != "gone-quiet")
    watched.told.clear()
    for (cut, dies), reading in zip(cuts, said, strict=False):
        watched.say(other, reading)
        if cut:
            watched.round(reading[0] + 0.5)
        if dies:
            watched.evaluator.forget()
    watched.round(at + 1000)
    assert sorted(t for t in watched.told if t[0] != "gone-quiet") == at_once
