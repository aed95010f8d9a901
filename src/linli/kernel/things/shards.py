"""Which part of the stream a thing's readings go through.

Things of one neighbourhood share a shard, so that rules over several things of a place see them in one order. Sixteen,
because an intake writes a row a shard each time it commits, and because sixteen evaluators are more than one PostgreSQL
feeds: beyond that, districts have databases of their own.
"""

from __future__ import annotations

from zlib import crc32

SHARDS = 16


def shard_of(place_code: str) -> int:
    """0 to SHARDS - 1, by the neighbourhood."""
    return crc32(place_code[:12].encode()) % SHARDS
