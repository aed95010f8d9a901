"""Things and places change their codes while the evaluator runs: what rules had begun to count goes along, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from linli.kernel.access import SYSTEM, Moves, as_system
from linli.kernel.catalogue import registry
from linli.kernel.catalogue.registry import Catalogue
from linli.kernel.declare import Reading, Rule, Scene, Severity, Together
from linli.kernel.places.models import Recoding
from linli.kernel.readings import carrying
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


def recode(old: str, new: str) -> None:
    """As project.recoding does it, room by room."""
    moves = Moves({old: new}, {}, {})
    with as_system():
        recoding = Recoding.objects.create(record=uuid4(), at=AT, moves=moves.as_json())
        while things_carrying.carry(by=SYSTEM, at=AT, moves=moves, recoding=recoding.id, limit=100):
            pass
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
    place = next(code for n in range(2, 99) if shard_of(code := f"3101990010{n:02d}001") != thing.shard)
    with as_system():
        moved = Thing.objects.get(pk=thing.pk)
        moved.place_code, moved.shard, moved.version = place, shard_of(place), moved.version + 1
        moved.save()
    # Another evaluator held that part of the stream: what this one remembers of the thing is not what counts.
    watched.evaluator.course.states = {
        k: v for k, v in watched.evaluator.course.states.items() if k[0] != "too-hot"
    }
    watched.round(10)
    watched.round(32)
    assert watched.rules("too-hot") == [("raise", 30)]
