"""Things and places change their codes while the evaluator runs: what rules had begun to count goes along, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, Moves, as_system
from linli.kernel.catalogue import registry
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Reading, Rule, Scene, Severity, Together
from linli.kernel.places.models import Recoding
from linli.kernel.readings import carried, carrying
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.sources import InPostgres
from linli.kernel.readings.models import RuleState, Warning
from linli.kernel.readings.raised import Raised
from linli.kernel.readings.verbs import raising
from linli.kernel.things import carrying as things_carrying
from linli.kernel.things.models import Thing
from linli.kernel.things.shards import shard_of

from .conftest import AT, HOOD, METER
from .test_warning_rounds import Watched

pytestmark = pytest.mark.django_db
NEW = "310199001002"
LEVEL = 12
RULE = Rule(
    "all-hot",
    of=("meter",),
    when=Together(Reading("heat").above(60, clears=55), things=2, level=LEVEL),
    severity=Severity.ORANGE,
    gathers=0,
    calms=0,
)
ALONE = Rule("too-hot", of=("meter",), when=Reading("heat").above(60, clears=55), gathers=0, calms=0, lasts=30)


@pytest.fixture(autouse=True)
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Catalogue([Scene("toy", devices=(METER,), rules=(RULE, ALONE))], {})
    for module in ("evaluating.book", "queries.series", "queries.sentences"):
        monkeypatch.setattr(f"linli.kernel.readings.{module}.catalogue", lambda: made)
    monkeypatch.setattr(registry, "catalogue", lambda: made)


class Writing(Watched):
    """As `Watched`, and warnings are written as the project writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.evaluator = Evaluator(InPostgres(), lambda changes, at: self.note(changes) or self.write(changes, at))

    def write(self, changes: list, at: object) -> None:
        raising.apply(
            [
                Raised(c.rule, c.subject, None, None, c.place_code, None, None, "", c.change.what, c.change.severity,
                       c.change.at, c.change.says)
                for c in changes
            ],
            at=at,
        )  # fmt: skip


@pytest.fixture
def watched(db: None) -> Iterator[Writing]:
    made = Writing()
    yield made
    made.evaluator.leases.leave()


def again(watched: Writing, after: float) -> None:
    """A round within the same second: it does not look at what has changed."""
    watched.evaluator.round(AT + timedelta(seconds=after))


def elsewhere(thing: Thing) -> Thing:
    """The thing, moved to a place whose readings go through another part of the stream."""
    place = next(code for n in range(2, 99) if shard_of(code := f"3101990010{n:02d}001") != thing.shard)
    with as_system():
        moved = Thing.objects.get(pk=thing.pk)
        moved.place_code, moved.shard, moved.version = place, shard_of(place), moved.version + 1
        moved.save()
    return moved


def recode(old: str, new: str, between: Callable[[], object] = lambda: None) -> None:
    """As project.recoding does it, room by room. `between`: what happens while things lie elsewhere already, and what
    rules had begun to count does not."""
    moves = Moves({old: new}, {}, {})
    with as_system():
        recoding = Recoding.objects.create(record=uuid4(), at=AT, moves=moves.as_json())
        while things_carrying.carry(by=SYSTEM, at=AT, moves=moves, recoding=recoding.id, limit=100):
            pass
        between()
        count = 0
        while some := carrying.carry(by=SYSTEM, at=AT, moves=moves, recoding=recoding.id, limit=100):
            count += some
        recoding.carried = {"warnings": count}
        recoding.save()


def test_a_place_with_another_code_goes_on_where_it_was_without_a_restart(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    one, two = meter("m-1"), meter("m-2", HOOD + "002001001")
    watched.say(one, (0, 70.0))
    watched.say(two, (1, 70.0))
    watched.round(2)
    assert watched.rules("all-hot") == [("raise", 1)]
    recode(HOOD, NEW)
    with as_system():
        assert Warning.objects.get(rule="all-hot").subject == NEW
        one, two = Thing.objects.get(pk=one.pk), Thing.objects.get(pk=two.pk)
    watched.round(3)
    watched.say(one, (10, 20.0))
    watched.round(11)
    assert watched.rules("all-hot") == [("raise", 1), ("clear", 10)]
    with as_system():
        assert [w.state for w in Warning.objects.filter(rule="all-hot")] == ["cleared"]
    assert not RuleState.objects.filter(subject__startswith=HOOD).exists()


def test_a_thing_that_moved_to_another_part_of_the_stream_keeps_what_rules_had_begun_to_count(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    thing = meter()
    watched.say(thing, (0, 70.0))
    watched.round(1)
    elsewhere(thing)
    # Another evaluator held that part of the stream: what this one remembers of the thing is not what counts.
    watched.evaluator.course.states = {
        k: v for k, v in watched.evaluator.course.states.items() if k[0] != "too-hot"
    }
    watched.round(10)
    watched.round(32)
    assert watched.rules("too-hot") == [("raise", 30)]


def test_what_is_read_while_only_the_things_have_moved_does_not_stand_in_the_way_of_what_was_counted(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    one, two = meter("m-1"), meter("m-2", HOOD + "002001001")
    watched.say(one, (0, 70.0))
    watched.say(two, (1, 70.0))
    watched.round(2)

    def meanwhile() -> None:
        with as_system():
            moved = Thing.objects.get(pk=one.pk)
        watched.say(moved, (5, 71.0))
        watched.round(6)

    recode(HOOD, NEW, meanwhile)
    assert RuleState.objects.get(rule="all-hot").subject == NEW
    with as_system():
        one = Thing.objects.get(pk=one.pk)
    watched.round(7)
    watched.say(one, (10, 20.0))
    watched.round(11)
    assert watched.rules("all-hot") == [("raise", 1), ("clear", 10)]


def test_what_stands_at_a_place_is_not_taken_from_it_by_one_that_joins_it(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    """Both have a warning: the one of the place that keeps its code goes on, with what was counted there."""
    here = [meter("m-1", NEW + "001001001"), meter("m-2", NEW + "002001001")]
    come = [meter("m-3"), meter("m-4", HOOD + "002001001")]
    for n, thing in enumerate([*come, *here]):
        watched.say(thing, (n, 70.0))
    watched.round(5)
    before = bytes(RuleState.objects.get(rule="all-hot", subject=NEW).state)
    recode(HOOD, NEW)
    assert bytes(RuleState.objects.get(rule="all-hot").state) == before
    with as_system():
        assert sorted((w.subject, w.state) for w in Warning.objects.filter(rule="all-hot")) == [
            (HOOD, "cleared"), (NEW, "raised")
        ]  # fmt: skip


def test_within_the_second_in_which_a_place_moved_nothing_is_written_over_what_was_carried(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    """The evaluator has not looked since: it remembers the old code, and what it counted there."""
    one, two = meter("m-1"), meter("m-2", HOOD + "002001001")
    watched.say(one, (0, 70.0))
    watched.say(two, (1, 70.0))
    watched.round(2)
    recode(HOOD, NEW)
    watched.say(one, (10, 20.0))  # came in under the old code
    again(watched, 11)
    with as_system():
        assert [(w.subject, w.state) for w in Warning.objects.filter(rule="all-hot")] == [(NEW, "cleared")]
    assert {state.subject for state in RuleState.objects.filter(rule="all-hot")} <= {NEW}


def test_within_the_second_in_which_a_thing_moved_its_count_stays_where_it_is_read(
    meter: Callable[..., Thing], watched: Writing
) -> None:
    """Written back to the part of the stream it came from, whoever holds the other would begin anew."""
    thing = meter()
    watched.say(thing, (0, 70.0))
    watched.round(1)
    moved = elsewhere(thing)
    watched.say(thing, (5, 20.0), (6, 70.0))
    again(watched, 7)
    assert RuleState.objects.get(rule="too-hot").shard == moved.shard
    watched.evaluator.forget()
    watched.round(37)
    assert watched.rules("too-hot") == [("raise", 36)]


def test_who_moves_a_place_waits_for_a_round_under_way(watched: Writing, meter: Callable[..., Thing]) -> None:
    """Both hold the same row, the one to read and the other to change it."""
    with transaction.atomic():
        held = carried.hold()
        carried.begin()
        assert carried.hold().places > held.places
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        carried.hold()
    assert any("FOR SHARE" in query["sql"] for query in asked)
