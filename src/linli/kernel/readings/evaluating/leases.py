"""Which shards are whose: each evaluator holds its share by advisory locks of its own session.

A session that dies lets go of them at once, so nobody waits for a time to run out, and nobody who lost the database
goes on believing. Each says every second that it lives; the share is the number of shards by the number of those that do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.kernel.access.prepared import read
from linli.kernel.things.shards import SHARDS

_CLASS = 0x4C4C  # the first key of our advisory locks
ALIVE = timedelta(seconds=6)


class Leases:
    """The shards this evaluator holds on this session of the database."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.held: set[int] = set()

    def settle(self, at: datetime) -> tuple[set[int], set[int]]:
        """Say that we live, let go of what is more than our share, take what is free of it: (taken, let go)."""
        read(
            "INSERT INTO readings_evaluator (name, seen_at) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at",
            [self.name, at],
        )
        ((alive,),) = read("SELECT count(*) FROM readings_evaluator WHERE seen_at > %s", [at - ALIVE])
        share = -(-SHARDS // max(1, alive))
        gone = set(sorted(self.held)[share:])
        for shard in gone:
            read("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, shard])
        self.held -= gone
        return self._take(share - len(self.held)), gone

    def _take(self, most: int) -> set[int]:
        if most <= 0:
            return set()
        free = (
            "SELECT l.objid::int FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = %s AND l.granted"
        )
        taken = {shard for (shard,) in read(free, [_CLASS])}
        got: set[int] = set()
        for shard in set(range(SHARDS)) - taken - self.held:
            if len(got) == most:
                break
            ((won,),) = read("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, shard])
            if won:
                got.add(shard)
        self.held |= got
        return got

    def forget(self) -> None:
        """The session is gone, and with it every lock."""
        self.held.clear()

    def leave(self) -> None:
        """Go on purpose: the others need not wait until we are missed."""
        read("SELECT pg_advisory_unlock_all()")
        read("DELETE FROM readings_evaluator WHERE name = %s", [self.name])
        self.held.clear()


def tidy(at: datetime) -> None:
    """Forget those that died long ago."""
    read("DELETE FROM readings_evaluator WHERE seen_at < %s", [at - timedelta(hours=1)])
