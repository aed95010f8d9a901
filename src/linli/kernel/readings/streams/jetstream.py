"""Batches as messages of one JetStream stream, where several machines take in and evaluate.

A subject for each shard, three copies, one file each. An append is durable when JetStream itself has answered each
message with its sequence number; anything else (no answer, another answer, a full stream) is Away, and the same
messages go again under the same Nats-Msg-Id, which the stream keeps once.

Read by position: whoever evaluates asks for what follows the sequence number it keeps in its own transaction. There is
no consumer on the server, whose acknowledgements would be a second truth. A copy that lags answers with less, never
with something else, so any of them may answer.

The servers should run with `sync_interval: always`: as they come they write to disk every two minutes, and only the
other copies keep what a power cut takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from linli.kernel.audit.ids import uuid7

from ..instants import ms
from . import SHARDS, Away, Packed

STREAM = "LINLI_READINGS"
SUBJECT = "linli.readings"
WAKE = "linli.wake"
"""A subject outside the stream: that a shard has something new. Who misses it looks by itself a little later."""

DUPLICATES = 120
"""Seconds in which the server knows the same message again. What is in doubt for longer lies in the stream twice, under the
same name, and is evaluated once (`evaluating.heard`)."""
KEPT = 7 * 24 * 3600
"""Seconds a message is kept that nobody removed (`forget`)."""
LARGEST = 1024 * 1024
_PATIENCE = 5.0
_ANSWERS = 1.0
"""Seconds an answer to an append may take: those a dead leader owes never come, and to ask again costs nothing."""
_END = "204"
_NOTHING = "404"

_T = TypeVar("_T")


class Got(NamedTuple):
    """A packed batch, with its sequence number, when the stream took it (ms), and what its sender calls it
    (sender-append-nth, "" where it says nothing)."""

    seq: int
    packed: bytes
    received: int
    name: str = ""


def replicas() -> int:
    """How many servers keep each batch (LINLI_NATS_REPLICAS, 3)."""
    return int(os.environ.get("LINLI_NATS_REPLICAS", "3"))


def subject(shard: int) -> str:
    return f"{SUBJECT}.{shard:02d}"


class JetStream:
    """A `Stream`, and the reading side of it. One appending task; reading may go on beside it."""

    def __init__(self, url: str, *, copies: int | None = None, most_bytes: int = -1) -> None:
        """`url`: the servers, with commas. `most_bytes` is what the stream may hold; full, it takes no more."""
        self._servers = [server.strip() for server in url.split(",") if server.strip()]
        self._copies = copies or replicas()
        self._most_bytes = most_bytes
        self._sender = uuid7().hex
        self._seq = 0
        self._acked: set[int] = set()
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._ready = False

    async def append(self, batches: Sequence[Packed]) -> None:
        try:
            client = await self._connected()
            wanted = [n for n in range(len(batches)) if n not in self._acked]
            await asyncio.gather(*(self._publish(client, n, *batches[n]) for n in wanted))
        except (NatsError, OSError, TimeoutError, ValueError) as error:
            raise Away(str(error).strip() or type(error).__name__) from error
        self._seq += 1
        self._acked.clear()
        with contextlib.suppress(NatsError, OSError):
            for shard in {shard for shard, _packed in batches}:
                await client.publish(f"{WAKE}.{shard:02d}")

    def give_up(self) -> None:
        """After Away: the same append will not come again, the next is another."""
        self._seq += 1
        self._acked.clear()

    async def read(self, shard: int, after: int, most: int = 100) -> list[Got]:
        """What follows a position in one shard, at most so many messages, in order. Raises Away."""
        try:
            return await self._read(await self._connected(), shard, after, most)
        except (NatsError, OSError, TimeoutError, ValueError) as error:
            raise Away(str(error).strip() or type(error).__name__) from error

    async def identity(self) -> str:
        """Which stream it is: one that was made anew begins its numbers anew. Raises Away."""
        try:
            client = await self._connected()
            info = await client.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=_PATIENCE)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(str(error).strip() or type(error).__name__) from error
        told = json.loads(info.data)
        if "error" in told:
            raise Away(told["error"].get("description", ""))
        return str(told["created"])

    async def forget(self, before: int) -> None:
        """Remove what every shard has been read beyond: messages with numbers below `before`. Raises Away."""
        try:
            await (await self._connected()).jetstream(timeout=_PATIENCE).purge_stream(STREAM, seq=before)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(str(error).strip() or type(error).__name__) from error

    async def listen(self, heard: asyncio.Queue[int]) -> None:
        """Put the number of each shard that has something new into a queue, from now on. Raises Away."""

        async def wake(message: Any) -> None:
            with contextlib.suppress(ValueError, asyncio.QueueFull):
                heard.put_nowait(int(message.subject.rpartition(".")[2]))

        try:
            await (await self._connected()).subscribe(f"{WAKE}.*", cb=wake)
        except (NatsError, OSError, TimeoutError) as error:
            raise Away(str(error).strip() or type(error).__name__) from error

    async def close(self) -> None:
        client, self._client = self._client, None
        self._ready = False
        if client is not None:
            with contextlib.suppress(NatsError, OSError, TimeoutError):
                await client.close()

    async def _publish(self, client: Client, n: int, shard: int, packed: bytes) -> None:
        """One message, and JetStream's own answer to it. Raises ValueError for an answer that is none."""
        sent = {"Nats-Msg-Id": f"{self._sender}-{self._seq}-{n}", "Nats-Expected-Stream": STREAM}
        answer = await client.request(subject(shard), packed, timeout=_ANSWERS, headers=sent)
        told = json.loads(answer.data or b"{}")
        if "error" in told or told.get("stream") != STREAM or not told.get("seq"):
            raise ValueError(str(told.get("error", {}).get("description", "no acknowledgement")))
        self._acked.add(n)

    async def _read(self, client: Client, shard: int, after: int, most: int) -> list[Got]:
        asked = {"seq": after + 1, "next_by_subj": subject(shard), "batch": most, "max_bytes": 8 * LARGEST}
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        try:
            await client.publish(f"$JS.API.DIRECT.GET.{STREAM}", json.dumps(asked).encode(), reply=inbox)
            got: list[Got] = []
            while True:
                answer = await answers.next_msg(timeout=_PATIENCE)
                headers = answer.headers or {}
                status = headers.get("Status", "")
                if status in (_END, _NOTHING):
                    return got
                if status:
                    raise ValueError(f"{status} {headers.get('Description', '')}")
                number = int(headers["Nats-Sequence"])
                if number <= (got[-1].seq if got else after):
                    raise ValueError(f"{number} is out of order")
                at = datetime.fromisoformat(headers["Nats-Time-Stamp"])
                name = headers.get("Nats-Msg-Id", "")
                got.append(Got(number, answer.data, ms(at), name))
        finally:
            with contextlib.suppress(NatsError, OSError):
                await answers.unsubscribe()

    async def _connected(self) -> Client:
        if self._client is not None and self._ready:
            return self._client
        async with self._connecting:
            if self._client is None:
                # It would try for ever, and whoever waits would never hear that nobody is there.
                async with asyncio.timeout(_PATIENCE):
                    self._client = await nats.connect(
                        self._servers,
                        name="linli",
                        connect_timeout=2,
                        reconnect_time_wait=0.2,
                        max_reconnect_attempts=-1,
                        ping_interval=5,
                        max_outstanding_pings=2,
                        error_cb=_quietly,
                        closed_cb=self._closed,
                    )
            if not self._ready:
                await self._prepare(self._client)
                self._ready = True
            return self._client

    async def _closed(self) -> None:
        self._client, self._ready = None, False

    async def _prepare(self, client: Client) -> None:
        """The stream as it should be: made where there is none, with as many copies as are wanted now."""
        context = client.jetstream(timeout=_PATIENCE)
        wanted = StreamConfig(
            name=STREAM,
            subjects=[f"{SUBJECT}.*"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            num_replicas=self._copies,
            discard=DiscardPolicy.NEW,  # full, it refuses: what it let go of would be lost without a word
            max_age=KEPT,
            max_bytes=self._most_bytes,
            duplicate_window=DUPLICATES,
            max_msg_size=LARGEST,
            allow_direct=True,
        )
        try:
            found = await context.stream_info(STREAM)
        except NotFoundError:
            await context.add_stream(wanted)
            return
        if found.config.num_replicas != self._copies or (found.config.max_bytes or -1) != self._most_bytes:
            await context.update_stream(wanted)


async def _quietly(_error: Exception) -> None:
    """The client says so for every attempt to connect again; whoever waits says it once."""


class Sync:
    """The same for a process that is no event loop: the web process, the evaluator. Its loop runs in a thread."""

    def __init__(self, url: str, **given: Any) -> None:
        import threading

        self._loop = asyncio.new_event_loop()
        self._heard: asyncio.Queue[int] = asyncio.Queue(SHARDS * 64)
        self._listening = False
        self._one = threading.Lock()
        self._thread = threading.Thread(target=self._loop.run_forever, name="jetstream", daemon=True)
        self._thread.start()
        self.stream = JetStream(url, **given)

    def append(self, batches: Sequence[Packed]) -> None:
        """Returns when it is durable. Raises Away: it may be stored, and is to be sent again by who sent it."""
        with self._one:
            try:
                self._run(self.stream.append(batches))
            except Away:
                self.stream.give_up()
                raise

    def read(self, shard: int, after: int, most: int = 100) -> list[Got]:
        """As `JetStream.read`."""
        return self._run(self.stream.read(shard, after, most))

    def read_each(self, positions: dict[int, int], most: int = 100) -> dict[int, list[Got]]:
        """Of several shards at once: shard → position in, shard → what follows it out."""
        shards = list(positions)

        async def all_of_them() -> list[list[Got]]:
            return await asyncio.gather(*(self.stream.read(shard, positions[shard], most) for shard in shards))

        return dict(zip(shards, self._run(all_of_them()), strict=True))

    def identity(self) -> str:
        return self._run(self.stream.identity())

    def forget(self, before: int) -> None:
        self._run(self.stream.forget(before))

    def wait(self, seconds: float) -> set[int]:
        """The shards that were said to have something new; none when nothing was heard for so long."""
        return self._run(self._wait(seconds))

    def close(self) -> None:
        self._run(self.stream.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _wait(self, seconds: float) -> set[int]:
        if not self._listening:
            await self.stream.listen(self._heard)
            self._listening = True
        shards: set[int] = set()
        with contextlib.suppress(TimeoutError):
            shards.add(await asyncio.wait_for(self._heard.get(), seconds))
        while not self._heard.empty():
            shards.add(self._heard.get_nowait())
        return shards

    def _run(self, what: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result()
