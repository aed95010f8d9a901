"""Where acknowledged batches wait: rows of this database, or a JetStream stream that several machines share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from linli.kernel.access.prepared import read

MOST = 400
"""Batches at once."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One batch. `token` is how its source knows it; `received` in milliseconds since 1970."""

    token: int
    shard: int
    received: int
    packed: bytes


class Source(Protocol):
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

    def waiting(self, shards: Collection[int]) -> Sequence[Waiting]:
        return [Waiting(*row) for row in read(_WAITING, [[str(n) for n in sorted(shards)], MOST])]

    def done(self, batches: Sequence[Waiting]) -> None:
        read("DELETE FROM readings_intake WHERE id = ANY(%s::bigint[])", [[str(b.token) for b in batches]])

    def full(self, batches: Sequence[Waiting]) -> bool:
        return len(batches) == MOST
