"""Where packed batches become durable: rows of PostgreSQL, or a JetStream stream where there are several machines.

Whoever acknowledges a device does it after `append` has returned, never before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .jetstream import Sync

from linli.kernel.things.shards import SHARDS as SHARDS

Packed = tuple[int, bytes]
"""A shard, and a `wire.Batch` packed."""


class Away(Exception):
    """It cannot be stored now. Nothing is known of whether it was: the same append again stores it once."""


class Unstorable(Exception):
    """The database is there, answers, and will never take this: nothing of it was stored (`isolating` takes it apart)."""


NEVER = ("22", "23", "44", "54", "P0")
"""Classes of SQLSTATE that say so: data that cannot be, a constraint, a limit of the program, a trigger's refusal. Others
pass: no room on the disk, no connection, a table that is just being altered."""


def never(error: BaseException) -> bool:
    """Whether a database's error will be the same however often the same is tried."""
    return str(getattr(error, "sqlstate", None) or "").startswith(NEVER)


class Stream(Protocol):
    async def append(self, batches: Sequence[Packed]) -> None:
        """Returns when all of it is durable: committed, or acknowledged by JetStream.

        Raises Away when it could not be stored; the next append must be of the same batches, and then stores each
        once, whatever became of the first. Raises Unstorable when it never will be.
        """

    async def close(self) -> None: ...


def nats_url() -> str:
    """The NATS servers batches go through (LINLI_NATS_URL, several with commas), or "" for PostgreSQL."""
    return os.environ.get("LINLI_NATS_URL", "").strip()


def stream_of(url: str | None = None) -> Stream:
    """The stream of this installation: JetStream where a NATS URL is given, else PostgreSQL."""
    if url:
        from .jetstream import JetStream

        return JetStream(url)
    from .postgresql import PostgreSQL

    return PostgreSQL()


def append_now(batches: Sequence[Packed]) -> None:
    """For a process that is no event loop. Returns when it is durable; within a transaction, PostgreSQL's is.

    Raises Away, Unstorable.
    """
    if url := nats_url():
        _sync(url).append(batches)
        return
    from .postgresql import append_now as insert

    insert(batches)


@cache
def _sync(url: str) -> Sync:
    from .jetstream import Sync

    return Sync(url)
