"""The bulk door: batches written one behind the other, each row told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import count, takewhile

import pytest

from linli.kernel.access import SYSTEM, as_system, looking_as
from linli.kernel.audit.queries import story, verify
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.queue import queue
from linli.kernel.matters.verbs.ahead import ahead
from linli.kernel.matters.verbs.bulk import Incoming, Taken, take_in_all
from linli.kernel.sealed import unseal

from .cast import HOOD, MONDAY, Cast

NOW = MONDAY + timedelta(days=30)


def row(key: str, **changes: object) -> Incoming:
    given = {
        "source": "import:test", "source_key": key, "kind": "unlicensed-stall", "title": "有人摆摊",
        "body": "占了盲道。", "place_code": HOOD, "opened_at": MONDAY,
    }  # fmt: skip
    return Incoming(**{**given, **changes})  # type: ignore[arg-type]


def told(taken: list[Taken]) -> list[tuple[int, int, int]]:
    return [(len(t.new), len(t.already), len(t.refused)) for t in taken]


BATCHES = [
    [row("a"), row("b"), row("b"), row("c", kind="no-such-kind")],
    [row("b"), row("d"), row("e", place_code="990101009")],
    [row("a"), row("f")],
]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_row_that_came_in_an_earlier_batch_is_known_by_then(cast: Cast, dry_run: bool) -> None:
    """The second batch is checked before the first is written, and still no row comes twice."""
    taken = list(take_in_all(BATCHES, by=SYSTEM, at=NOW, dry_run=dry_run))
    assert told(taken) == [(2, 1, 1), (1, 1, 1), (1, 1, 0)]
    with as_system():
        assert Matter.objects.count() == (0 if dry_run else 4)
        assert list(verify()) == []


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    list(take_in_all(BATCHES, by=SYSTEM, at=NOW))
    assert told(list(take_in_all(BATCHES, by=SYSTEM, at=NOW))) == [(0, 3, 1), (0, 2, 1), (0, 2, 0)]


def test_what_was_written_stays_when_a_later_batch_cannot_be_read(cast: Cast) -> None:
    def batches() -> Iterator[list[Incoming]]:
        yield BATCHES[0]
        yield BATCHES[1]
        raise OSError("the disk was taken out")

    results = take_in_all(batches(), by=SYSTEM, at=NOW)
    assert told([next(results)]) == [(2, 1, 1)]
    with pytest.raises(OSError, match="taken out"):
        next(results)
    with as_system():
        assert Matter.objects.count() == 2


def test_what_was_taken_in_is_found_by_its_words_at_once(cast: Cast) -> None:
    taken = next(take_in_all([[row("S1", body="绿化带里的树倒了"), row("S2")]], by=SYSTEM, at=NOW))
    with looking_as(cast.dispatcher):
        page = queue(cast.dispatcher, Filter(text="绿化"), limit=5)
    assert [found["id"] for found in page.rows] == [str(taken.new[0])]


def test_working_ahead_keeps_the_order_and_stays_one_ahead() -> None:
    made = count()
    working = ahead(takewhile(lambda n: n < 5, made))
    assert next(working) == 0
    assert list(working) == [1, 2, 3, 4]
    assert next(made) == 6, "nothing is made that nobody asks for"


def test_whatever_was_written_arrives_as_it_was_and_its_record_says_the_same(cast: Cast) -> None:
    odd = 'a\tb\\N\\.\n"c"\r\n\\t，\x1f👍'
    free = {name: f"{name} {odd}" for name in ("body", "address", "source_key", "reply", "rating_words")}
    ended = MONDAY + timedelta(days=2)
    closed = {"state": "closed", "done_at": MONDAY + timedelta(days=1), "ended_at": ended}
    given = row("K", title=odd, contact={"name": odd}, rating=4, lon=121.5, lat=31.25, **{**closed, **free})
    took = next(take_in_all([[given]], by=SYSTEM, at=NOW))
    with as_system():
        matter = Matter.objects.get(id=took.new[0])
        (record,) = story(matter.stream)
        assert list(verify()) == []
    assert {name: getattr(matter, name) for name in free} == {**free, "body": free["body"].strip()}
    assert matter.title == " ".join(odd.split())
    assert json.loads(unseal(matter.contact_sealed)) == {"name": odd}
    assert (matter.lon, matter.lat, matter.rating) == (121.5, 31.25, 4)
    assert (record.verb, record.happened_at, record.place_code) == ("matters.take_in", NOW, HOOD)
    assert (record.actor_role, record.actor_name) == (SYSTEM.role.value, SYSTEM.name or None)
    assert record.after == {
        "number": matter.number, "kind": given.kind, "title": matter.title, "state": "closed",
        "source": given.source, "source_key": given.source_key, "opened_at": MONDAY.astimezone(UTC).isoformat(),
        "ended_at": ended.astimezone(UTC).isoformat(),
    }  # fmt: skip
