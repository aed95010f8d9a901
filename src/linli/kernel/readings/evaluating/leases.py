"""Which shards are whose: each evaluator holds its share by advisory locks of its own session.

A session that dies lets go of them at once, and is counted no longer, so nobody waits for a time to run out, and nobody
who lost the database goes on believing. The share is the number of shards by the number of those that live.
"""

from __future__ import annotations

from linli.kernel.access.prepared import read
from linli.kernel.things.shards import SHARDS

_CLASS = 0x4C4C  # the first key of our advisory locks; the second is a shard, or
_ALIVE = 1000  # what everybody who evaluates holds together
_HELD = """
SELECT l.objid::int, count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = %s AND l.granted GROUP BY 1
"""


class Leases:
    """The shards this evaluator holds on this session of the database."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self._counted = False

    def settle(self) -> tuple[set[int], set[int]]:
        """Be counted, let go of what is more than our share, take what is free of it: (taken, let go)."""
        if not self._counted:
            read("SELECT pg_advisory_lock_shared(%s, %s)", [_CLASS, _ALIVE])
            self._counted = True
        locks = dict(read(_HELD, [_CLASS]))
        share = -(-SHARDS // max(1, locks.pop(_ALIVE, 1)))
        gone = set(sorted(self.held)[share:])
        for shard in gone:
            read("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, shard])
        self.held -= gone
        return self._take(share - len(self.held), set(range(SHARDS)) - set(locks)), gone

    def _take(self, most: int, free: set[int]) -> set[int]:
        got: set[int] = set()
        for shard in sorted(free):
            if len(got) >= most:
                break
            ((won,),) = read("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, shard])
            if won:
                got.add(shard)
        self.held |= got
        return got

    def forget(self) -> None:
        """The session is gone, and with it every lock."""
        self.held.clear()
        self._counted = False

    def leave(self) -> None:
        """Let go of everything: the others take it with their next look."""
        read("SELECT pg_advisory_unlock_all()")
        self.forget()
