"""The stream of several machines: durable when JetStream says so, once each, and read by position."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.kernel.readings import streams
from linli.kernel.readings.streams import Away, append_now, stream_of
from linli.kernel.readings.streams.jetstream import JetStream, Sync

from .servers import Node, free_ports, nodes


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    [made] = nodes(tmp_path, 1)
    yield made
    made.kill()


def test_what_was_appended_is_read_by_position_in_its_order(node: Node) -> None:
    async def story() -> None:
        stream = JetStream(node.url, copies=1)
        for n in range(5):
            await stream.append([(3, b"a%d" % n), (7, b"b%d" % n), (3, b"c%d" % n)])
        first = await stream.read(3, 0, most=4)
        assert [one.packed for one in first] == [b"a0", b"c0", b"a1", b"c1"]
        rest = await stream.read(3, first[-1].seq, most=100)
        assert [one.packed for one in rest] == [b"a2", b"c2", b"a3", b"c3", b"a4", b"c4"]
        assert await stream.read(3, rest[-1].seq) == []
        assert await stream.read(9, 0) == []
        await stream.forget(rest[0].seq)
        assert await stream.read(3, 0) == rest
        await stream.close()

    asyncio.run(story())


def test_an_append_whose_answer_was_lost_is_stored_once(node: Node) -> None:
    async def story() -> None:
        stream = JetStream(node.url, copies=1)
        batches = [(1, b"one"), (1, b"two")]
        await stream.append(batches)
        stream._seq -= 1  # as when the answer did not come
        await stream.append(batches)
        await stream.append([(1, b"three")])
        assert [one.packed for one in await stream.read(1, 0)] == [b"one", b"two", b"three"]
        await stream.close()

    asyncio.run(story())


def test_a_full_stream_refuses_and_loses_nothing(node: Node) -> None:
    async def story() -> None:
        stream = JetStream(node.url, copies=1, most_bytes=20_000)
        stored = 0
        with pytest.raises(Away, match="maximum bytes"):
            for n in range(100):
                await stream.append([(1, b"%04d" % n + b"x" * 1000)])
                stored += 1
        got = await stream.read(1, 0)
        assert len(got) == stored and [int(one.packed[:4]) for one in got] == list(range(stored))
        await stream.forget(got[-1].seq)
        await stream.append([(1, b"%04d" % stored + b"x" * 1000)])  # the one that was refused
        assert [int(one.packed[:4]) for one in await stream.read(1, 0)] == [stored - 1, stored]
        await stream.close()

    asyncio.run(story())


def test_without_a_server_it_is_away_and_what_was_in_doubt_comes_again(node: Node) -> None:
    async def story() -> None:
        stream = JetStream(node.url, copies=1)
        await stream.append([(1, b"before")])
        node.kill()
        with pytest.raises(Away):
            await asyncio.wait_for(stream.append([(1, b"during")]), 30)
        node.start()
        async with asyncio.timeout(30):
            while True:
                try:
                    await stream.append([(1, b"during")])
                    break
                except Away:
                    await asyncio.sleep(0.05)
        assert [one.packed for one in await stream.read(1, 0)] == [b"before", b"during"]
        await stream.close()

    asyncio.run(story())


def test_a_process_without_a_loop_reads_appends_and_is_woken(node: Node) -> None:
    reader, writer = Sync(node.url, copies=1), Sync(node.url, copies=1)
    assert reader.wait(0.01) == set()
    writer.append([(5, b"x"), (6, b"y")])
    heard = set[int]()
    deadline = time.monotonic() + 10
    while heard != {5, 6} and time.monotonic() < deadline:
        heard |= reader.wait(1)
    assert heard == {5, 6}
    got = reader.read_each({5: 0, 6: 0, 7: 0})
    assert {shard: [one.packed for one in some] for shard, some in got.items()} == {5: [b"x"], 6: [b"y"], 7: []}
    assert reader.identity() == writer.identity() != ""
    reader.close()
    writer.close()


def test_the_stream_is_jetstream_where_its_servers_are_named(node: Node) -> None:
    assert type(stream_of(node.url)) is JetStream
    assert type(stream_of(None)).__name__ == "PostgreSQL"


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("LINLI_NATS_REPLICAS", "1")
    streams._sync.cache_clear()
    yield monkeypatch
    streams._sync.cache_clear()


def test_a_web_process_appends_to_the_stream_too(node: Node, named: pytest.MonkeyPatch) -> None:
    named.setenv("LINLI_NATS_URL", node.url)
    append_now([(3, b"x")])
    append_now([(3, b"y")])
    reader = Sync(node.url, copies=1)
    assert [one.packed for one in reader.read(3, 0)] == [b"x", b"y"]
    reader.close()
    streams._sync(node.url).close()


def test_with_nobody_there_an_append_says_so(named: pytest.MonkeyPatch) -> None:
    [port] = free_ports(1)
    named.setenv("LINLI_NATS_URL", f"nats://127.0.0.1:{port}")
    with pytest.raises(Away):
        append_now([(3, b"x")])
    streams._sync(f"nats://127.0.0.1:{port}").close()
