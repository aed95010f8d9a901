"""An append that was in doubt for longer than JetStream remembers lies in the stream twice and is evaluated once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linli.kernel.access import as_system
from linli.kernel.readings.evaluating.evaluator import Evaluator
from linli.kernel.readings.evaluating.heard import Heard
from linli.kernel.readings.evaluating.sources import InJetStream
from linli.kernel.readings.models import DeadLetter, Reading
from linli.kernel.readings.streams import jetstream
from linli.kernel.readings.streams.jetstream import JetStream
from linli.kernel.readings.streams.tests.servers import Node, nodes
from linli.kernel.readings.wire import Dead, Entry, Flag, pack
from linli.kernel.things.models import Thing

from .conftest import AT
from .test_rounds import MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setenv("LINLI_NATS_REPLICAS", "1")
    monkeypatch.setattr(jetstream, "DUPLICATES", 0.1)  # what the server remembers, in seconds
    (made,) = nodes(tmp_path, 1)
    yield made
    made.kill()


def said(thing: Thing, n: int) -> bytes:
    entry = Entry(thing.no, MS + n, MS + n, int(Flag.NONE), 77 + n, [20.0 + n, None])
    letter = Dead(MS + n, thing.key, thing.no, "mqtt", "d", "plain", "unreadable", f"no {n}", b"x", 1)
    return pack([entry], [letter])


def test_what_came_twice_is_stored_once_and_laid_down_once(meter: Callable[..., Thing], node: Node) -> None:
    thing = meter()

    async def story() -> None:
        stream = JetStream(node.url, copies=1)
        for n in range(3):
            await stream.append([(thing.shard, said(thing, 10 * n)), (thing.shard, said(thing, 10 * n + 1))])
        stream._seq -= 1
        await asyncio.sleep(0.5)  # longer than the server remembers
        await stream.append([(thing.shard, said(thing, 20)), (thing.shard, said(thing, 21))])
        await stream.append([(thing.shard, said(thing, 30))])
        assert len(await stream.read(thing.shard, 0)) == 9, "it lies there twice"
        await stream.close()

    asyncio.run(story())
    source = InJetStream(node.url)
    evaluator = Evaluator(source, lambda changes, at: None)
    for _ in range(3):
        evaluator._looked = 0
        evaluator.round(AT)
    assert sorted(row.values[0] for row in Reading.objects.all()) == [20, 21, 30, 31, 40, 41, 50]
    with as_system():
        assert sorted(letter.says for letter in DeadLetter.objects.all()) == [
            "no 0", "no 1", "no 10", "no 11", "no 20", "no 21", "no 30",
        ]  # fmt: skip
    evaluator.leases.leave()
    source.close()


def test_in_whatever_order_the_messages_of_one_append_lie_none_is_passed_by() -> None:
    heard = Heard()
    assert [heard.again(3, name) for name in ("a-7-2", "a-7-0", "a-7-1", "a-8-0", "b-1-0")] == [False] * 5
    assert [heard.again(3, name) for name in ("a-7-1", "a-8-0", "b-1-0")] == [True] * 3
    assert not heard.again(4, "a-7-1"), "another part of the stream"
    assert not heard.again(3, "") and not heard.again(3, "somebody's own name")
    heard.write()
    kept = Heard.of([(3, "a-8-0"), (4, "a-7-1")])
    assert kept.again(3, "a-8-0") and kept.again(4, "a-7-1") and not kept.again(3, "a-8-1")
