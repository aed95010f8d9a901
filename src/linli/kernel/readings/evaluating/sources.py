"""Where acknowledged batches wait: rows of this database, or a JetStream stream that several machines share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from linli.kernel.access.prepared import read

from ..streams import Away
from ..streams.jetstream import Sync
from ..wire import pack
from .heard import Heard

_NOTHING = pack(())
MOST = 400
"""Batches at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One batch. `token` is how its source knows it; `received` in milliseconds since 1970; `name` what its sender calls
    it, where it may lie there twice."""

    token: int
    shard: int
    received: int
    packed: bytes
    name: str = ""


class Source(Protocol):
    away: bool
    """Nothing can be heard through it at present: nobody is called silent."""

    def waiting(self, shards: Collection[int]) -> Sequence[Waiting]:
        """What waits, in the order it came; at most MOST."""

    def done(self, batches: Sequence[Waiting]) -> None:
        """They have been evaluated: said in the transaction that wrote what was in them."""

    def full(self, batches: Sequence[Waiting]) -> bool:
        """Whether more waits than was given."""


_WAITING = """
SELECT id, shard, (extract(epoch FROM received_at) * 1000)::bigint, entries FROM readings_intake
WHERE shard = ANY(%s::smallint[]) ORDER BY id LIMIT %s
"""


class InPostgres:
    """Rows of readings_intake, removed when they are done: a row that commits late is still found."""

    away = False

    def waiting(self, shards: Collection[int]) -> Sequence[Waiting]:
        return [Waiting(*row) for row in read(_WAITING, [[str(n) for n in sorted(shards)], MOST])]

    def done(self, batches: Sequence[Waiting]) -> None:
        read("DELETE FROM readings_intake WHERE id = ANY(%s::bigint[])", [[str(b.token) for b in batches]])

    def full(self, batches: Sequence[Waiting]) -> bool:
        return len(batches) == MOST


_POSITIONS = "SELECT shard, seq FROM readings_position WHERE shard = ANY(%s::smallint[]) AND stream = %s"
_MOVE = """
INSERT INTO readings_position AS p (shard, stream, seq, moved_at) VALUES (%s, %s, %s, now())
ON CONFLICT (shard) DO UPDATE SET stream = excluded.stream, seq = excluded.seq, moved_at = excluded.moved_at
WHERE p.stream <> excluded.stream OR p.seq = %s
RETURNING 1
"""


class Moved(Exception):
    """Somebody else has read this shard meanwhile: what was evaluated here is thrown away."""


class InJetStream:
    """Messages of the stream all machines share, read from the position that stands beside what was made of them."""

    def __init__(self, url: str) -> None:
        self._stream = Sync(url)
        self._identity = ""
        self._positions: dict[int, int] = {}
        self._full = False
        self.away = False

    def waiting(self, shards: Collection[int]) -> Sequence[Waiting]:
        """Nothing while the stream is away: the timers go on."""
        try:
            self._identity = self._identity or self._stream.identity()
            known = read(_POSITIONS, [[str(n) for n in sorted(shards)], self._identity])
            self._positions = dict.fromkeys(sorted(shards), 0) | dict(known)
            most = max(1, MOST // len(self._positions))
            found = self._stream.read_each(self._positions, most)
        except Away:
            self._identity, self._full, self.away = "", False, True
            return []
        self.away = False
        self._full = any(len(got) >= most for got in found.values())
        batches = [
            Waiting(one.seq, shard, one.received, one.packed, one.name)
            for shard, got in found.items()
            for one in got
        ]
        batches.sort(key=lambda batch: batch.token)
        heard = Heard.of([(batch.shard, batch.name) for batch in batches])
        # What was here before is passed by like all the rest, and nothing is in it.
        return [replace(b, packed=_NOTHING) if heard.again(b.shard, b.name) else b for b in batches]

    def done(self, batches: Sequence[Waiting]) -> None:
        """Raises Moved when another evaluator has moved a position since it was read."""
        heard = Heard.of([(batch.shard, batch.name) for batch in batches])
        for batch in batches:
            heard.again(batch.shard, batch.name)
        heard.write()
        last = {batch.shard: batch.token for batch in batches}
        for shard, seq in sorted(last.items()):
            if not read(_MOVE, [shard, self._identity, seq, self._positions[shard]]):
                raise Moved(f"shard {shard}")

    def full(self, batches: Sequence[Waiting]) -> bool:
        return self._full

    def close(self) -> None:
        self._stream.close()


def source_of(url: str) -> Source:
    """Where this installation's batches wait: JetStream where a NATS URL is given, else PostgreSQL."""
    return InJetStream(url) if url else InPostgres()
