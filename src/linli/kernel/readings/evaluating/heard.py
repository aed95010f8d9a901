"""Messages that lie in a stream twice, known by the name their sender gave them: an append that was in doubt for longer
than the server remembers is stored again. A sender appends one after the other, so how far it was heard tells.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from linli.kernel.access.prepared import read

_READ = "SELECT shard, sender, seq, nth FROM readings_heard WHERE shard = ANY(%s::smallint[]) AND sender = ANY(%s)"
_WRITE = """
INSERT INTO readings_heard (shard, sender, seq, nth, heard_at)
SELECT shard, sender, seq, nth::int[], now() FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::text[])
  AS h(shard, sender, seq, nth)
ON CONFLICT (shard, sender) DO UPDATE SET seq = excluded.seq, nth = excluded.nth, heard_at = excluded.heard_at
"""
FORGET = "DELETE FROM readings_heard WHERE heard_at < %s"
"""Of senders that went long ago; a stream keeps a week."""

Whose = tuple[int, str]
"""A shard and a sender."""


@dataclass(slots=True)
class Heard:
    """Of each sender in each shard its last append, and which messages of it came."""

    last: dict[Whose, tuple[int, frozenset[int]]] = field(default_factory=dict)
    changed: set[Whose] = field(default_factory=set)

    @classmethod
    def of(cls, named: Collection[tuple[int, str]]) -> Heard:
        """As it stands in the database, for the messages (shard, name) that came."""
        whose = {(shard, parts[0]) for shard, name in named if (parts := _parts(name))}
        if not whose:
            return cls()
        shards, senders = {str(shard) for shard, _sender in whose}, {sender for _shard, sender in whose}
        rows = read(_READ, [sorted(shards), sorted(senders)])
        return cls({(shard, sender): (seq, frozenset(nth)) for shard, sender, seq, nth in rows})

    def again(self, shard: int, name: str) -> bool:
        """Whether this message was here before; from now on it was."""
        parts = _parts(name)
        if parts is None:
            return False
        sender, seq, nth = parts
        last, seen = self.last.get((shard, sender), (-1, frozenset()))
        if seq < last or (seq == last and nth in seen):
            return True
        self.last[shard, sender] = seq, seen | {nth} if seq == last else frozenset({nth})
        self.changed.add((shard, sender))
        return False

    def write(self) -> None:
        """In the transaction that moves the position."""
        if not self.changed:
            return
        rows = [(shard, sender, *self.last[shard, sender]) for shard, sender in sorted(self.changed)]
        shards, senders, seqs, nths = (list(column) for column in zip(*rows, strict=True))
        sets = ["{" + ",".join(map(str, sorted(nth))) + "}" for nth in nths]
        read(_WRITE, [[str(n) for n in shards], senders, [str(n) for n in seqs], sets])


def _parts(name: str) -> tuple[str, int, int] | None:
    sender, _, rest = name.partition("-")
    seq, _, nth = rest.partition("-")
    return (sender, int(seq), int(nth)) if seq.isdecimal() and nth.isdecimal() else None
