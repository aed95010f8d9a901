"""What was acknowledged becomes readings and present states: each once, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Reading as Says
from linli.kernel.declare import Rule, Scene
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.round import Found
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import DeadLetter, Intake, Latest, Reading, Tally
from linli.kernel.readings.wire import Dead, Entry, Flag, pack
from linli.kernel.things.models import Thing

from .conftest import AT, METER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
MS = int(AT.timestamp() * 1000)
OWN = int(Flag.OWN_CLOCK)


@pytest.fixture
def warned() -> list[Found]:
    return []


@pytest.fixture
def evaluator(warned: list[Found], db: None) -> Iterator[Evaluator]:
    made = Evaluator(InPostgres(), lambda changes, at: warned.extend(changes))
    yield made
    made.leases.leave()


def put(thing: Thing, *entries: Entry, dead: tuple[Dead, ...] = ()) -> None:
    Intake.objects.create(shard=thing.shard, received_at=AT, entries=pack(entries, dead))


def own(thing: Thing, after: float, *values: float | None) -> Entry:
    """A reading with a time of its own, so many seconds after AT."""
    at = MS + round(after * 1000)
    return Entry(thing.no, at, at + 50, OWN, 0, list(values))


def stored(thing: Thing) -> list[tuple[float, list[float | None]]]:
    rows = Reading.objects.filter(thing=thing.no).order_by("at").values_list("at", "values")
    return [((at - AT).total_seconds(), values) for at, values in rows]


def test_readings_are_stored_and_the_present_state_follows(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    put(thing, own(thing, 0, 20.5, 90.0), own(thing, 60, 20.5, None), own(thing, 120, 21.0, 89.0))
    assert evaluator.round(AT) == 3
    assert stored(thing) == [(0, [20.5, 90.0]), (60, [20.5, None]), (120, [21.0, 89.0])]
    now = Latest.objects.get(thing=thing.no)
    assert (now.at, now.changed_at, now.values) == (
        AT + timedelta(seconds=120),
        AT + timedelta(seconds=120),
        [21.0, 89.0],
    )
    assert not Intake.objects.exists()
    assert evaluator.round(AT) == 0


def test_the_same_reading_again_is_known(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    put(thing, own(thing, 0, 20.0, 90.0), own(thing, 0, 20.0, 90.0), own(thing, 60, 21.0, 90.0))
    evaluator.round(AT)
    put(thing, own(thing, 0, 20.0, 90.0), own(thing, 60, 21.0, 90.0))
    evaluator.round(AT)
    assert [at for at, _values in stored(thing)] == [0, 60]
    assert Tally.objects.get(thing=thing.no, what="repeated").n == 3


def test_it_is_known_after_a_restart_as_well(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    put(thing, own(thing, 0, 20.0, 90.0), own(thing, 60, 21.0, 90.0))
    evaluator.round(AT)
    evaluator.forget()
    put(thing, own(thing, 60, 21.0, 90.0), own(thing, 0, 20.0, 90.0))
    evaluator.round(AT)
    assert [at for at, _values in stored(thing)] == [0, 60]


def test_another_reading_of_the_same_instant_is_kept_beside(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    put(thing, own(thing, 0, 20.0, 90.0), own(thing, 0, 25.0, 90.0))
    evaluator.round(AT)
    evaluator.forget()
    put(thing, own(thing, 0, 30.0, 90.0))
    evaluator.round(AT)
    assert stored(thing) == [(0, [20.0, 90.0]), (0.000001, [25.0, 90.0]), (0.000002, [30.0, 90.0])]


def test_one_that_comes_late_is_compared_with_what_came_in_the_same_round(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    put(
        thing,
        own(thing, 0, 20.0, 90.0),
        own(thing, 60, 21.0, 90.0),
        own(thing, 0, 22.0, 90.0),
        own(thing, 0, 20.0, 90.0),
    )
    evaluator.round(AT)
    assert stored(thing) == [(0, [20.0, 90.0]), (0.000001, [22.0, 90.0]), (60, [21.0, 90.0])]


def test_what_comes_late_is_kept_and_changes_nothing_else(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    put(thing, own(thing, 60, 21.0, 90.0), own(thing, 0, 99.0, 90.0))
    assert evaluator.round(AT) == 2
    assert [at for at, _values in stored(thing)] == [0, 60]
    assert Latest.objects.get(thing=thing.no).values == [21.0, 90.0]
    assert Tally.objects.get(thing=thing.no, what="late").n == 1


def test_without_a_time_of_its_own_each_is_another(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    put(thing, *(Entry(thing.no, MS, MS, 0, mid, [20.0, None]) for mid in (1, 2, 3)))
    evaluator.round(AT)
    assert len(stored(thing)) == 3


def test_sent_again_without_a_time_is_known_by_its_message(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    put(thing, Entry(thing.no, MS, MS, 0, 7, [20.0, None]))
    evaluator.round(AT)
    evaluator.forget()
    put(thing, Entry(thing.no, MS + 5000, MS + 5000, int(Flag.AGAIN), 7, [20.0, None]))
    assert evaluator.round(AT) == 0
    assert len(stored(thing)) == 1


def test_dead_letters_are_laid_down_beside_what_was_good(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    bad = Dead(MS, thing.key, thing.no, "mqtt", "d/meter-1/up", "plain", "unreadable", "not JSON", b"{", 1)
    put(thing, own(thing, 0, 20.0, 90.0), dead=(bad,))
    evaluator.round(AT)
    with as_system():
        letter = DeadLetter.objects.get()
    assert (letter.why, letter.place_code, bytes(letter.payload)) == ("unreadable", thing.place_code, b"{")
    assert len(stored(thing)) == 1


def test_a_thing_that_was_registered_a_moment_ago_is_known(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    evaluator.round(AT)
    thing = meter()
    put(thing, own(thing, 0, 20.0, 90.0))
    assert evaluator.round(AT) == 1


def test_a_danger_that_is_told_late_is_raised_as_of_its_own_time(
    meter: Callable[..., Thing], evaluator: Evaluator, warned: list[Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network was cut; then the detector said first how it is now, and after that what it had kept."""
    hot = Scene(
        "toy", devices=(METER,), rules=(Rule("hot", of=("meter",), when=Says("heat").above(60, clears=55)),)
    )
    monkeypatch.setattr("linli.kernel.readings.evaluating.book.catalogue", lambda: Catalogue([hot], {}))
    thing, old = meter("one"), meter("two")
    for each in (thing, old):
        put(each, own(each, 0, 20.0), own(each, 4000, 20.0))
    evaluator.round(AT + timedelta(seconds=4001))
    now = MS + 4_001_000
    put(thing, *(Entry(thing.no, MS + s * 1000, now, OWN, 0, [heat]) for s, heat in ((1000, 70.0), (1060, 71.0))))
    put(old, Entry(old.no, MS + 300_000, now, OWN, 0, [70.0]))  # over an hour ago
    evaluator.round(AT + timedelta(seconds=4002))
    put(thing, Entry(thing.no, MS + 1_000_000, now, OWN, 0, [70.0]))  # again
    evaluator.round(AT + timedelta(seconds=4003))
    told = [(found.subject, found.change.what, found.change.at - MS, found.change.says["late"]) for found in warned]
    assert told == [(str(thing.no), "raise", 1_000_000, 3001)]
    put(thing, own(thing, 4060, 20.0))
    evaluator.round(AT + timedelta(seconds=4061))
    assert [found.change.what for found in warned] == ["raise", "clear"]


def test_who_is_late_is_not_silent_and_who_cannot_be_read_is(
    meter: Callable[..., Thing], evaluator: Evaluator, warned: list[Found]
) -> None:
    late, garbled = meter("late"), meter("garbled")
    for thing in (late, garbled):
        put(thing, own(thing, 0, 20.0, 90.0))
    evaluator.round(AT + timedelta(seconds=1))
    for minute in range(1, 5):
        received = MS + minute * 60_000
        put(late, Entry(late.no, MS - minute * 1000, received, OWN, 0, [20.0, 90.0]))
        put(garbled, dead=(Dead(received, "garbled", garbled.no, "mqtt", "", "plain", "unreadable", "?", b"?", 1),))
        evaluator.round(AT + timedelta(minutes=minute, seconds=1))
    assert [(found.rule.name, found.subject) for found in warned] == [("gone-quiet", str(garbled.no))]
    assert Latest.objects.get(thing=late.no).received_at == AT + timedelta(minutes=4), "also after a restart"


def test_what_nobody_knows_is_a_dead_letter(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    put(thing, Entry(999_999, MS, MS, OWN, 0, [1.0]))
    evaluator.round(AT)
    with as_system():
        assert DeadLetter.objects.get().why == "unknown"


def test_a_row_that_is_none_of_ours_stops_nothing(meter: Callable[..., Thing], evaluator: Evaluator) -> None:
    thing = meter()
    Intake.objects.create(shard=thing.shard, received_at=AT, entries=b"what is this")
    put(thing, own(thing, 0, 20.0, 90.0))
    assert evaluator.round(AT) == 1


def test_readings_that_got_there_another_way_stop_nothing(
    meter: Callable[..., Thing], evaluator: Evaluator
) -> None:
    thing = meter()
    evaluator.round(AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT readings_ensure(%s::date)", [AT.date()])
    Reading.objects.create(thing=thing.no, at=AT, received_at=AT, flags=0, values=[1.0, 1.0])
    put(thing, own(thing, 0, 20.0, 90.0))
    for _n in range(3):
        evaluator.round(AT)
    assert len(stored(thing)) == 2
    assert not Intake.objects.exists()


def test_a_present_state_that_was_not_written_yet_is_told_by_the_readings(
    meter: Callable[..., Thing], evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.kernel.readings.evaluating.evaluator.FEW", -1)
    evaluator._presented = float("inf")  # as if they had just been written
    thing = meter()
    put(thing, own(thing, 0, 20.0, 90.0), own(thing, 60, 21.0, None), own(thing, 120, 21.0, None))
    assert evaluator.round(AT) == 3
    assert not Latest.objects.exists()
    evaluator.forget()  # whoever comes next
    put(thing, own(thing, 60, 21.0, None), own(thing, 120, 21.0, None))
    assert evaluator.round(AT) == 0
    evaluator._presented = 0.0
    evaluator.round(AT)
    now = Latest.objects.get(thing=thing.no)
    assert (now.at, now.changed_at) == (AT + timedelta(seconds=120), AT + timedelta(seconds=60))
    assert now.values == [21.0, 90.0]
    assert len(stored(thing)) == 3


def test_a_message_without_a_time_of_its_own_is_remembered_at_once(
    meter: Callable[..., Thing], evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.kernel.readings.evaluating.evaluator.FEW", -1)
    evaluator._presented = float("inf")
    thing = meter()
    put(thing, Entry(thing.no, MS, MS, 0, 7, [20.0, None]))
    evaluator.round(AT)
    evaluator.forget()
    put(thing, Entry(thing.no, MS + 5000, MS + 5000, int(Flag.AGAIN), 7, [20.0, None]))
    assert evaluator.round(AT) == 0
    assert len(stored(thing)) == 1
