"""Noting who knocked and is not known (`models.Stranger`). One row for a key and a reason until somebody settles it.

Not a verb of a person's: nobody acts here, and a million knocks leave no million records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.audit.ids import uuid7

OTHERS = "*"
"""The key under which those are counted that come too many at a time; no device is called so."""

NOTE = """
INSERT INTO things_stranger AS known (id, key, why, address, first_at, last_at, times, sample)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[],
  %s::text[])
ON CONFLICT (key, why) WHERE settled_at IS NULL DO UPDATE
SET last_at = greatest(known.last_at, excluded.last_at), times = least(known.times::bigint + excluded.times, 2147483647),
    address = excluded.address, sample = CASE WHEN excluded.sample <> '' THEN excluded.sample ELSE known.sample END
"""


KEPT = timedelta(days=30)
"""So long after it knocked last, or was settled, a stranger is forgotten."""
MOST = 5_000
"""Strangers that are kept by name, who knocked last first: whoever tries one key after the other fills no table."""
_OVER = """
DELETE FROM things_stranger WHERE key <> %s AND (greatest(last_at, settled_at) < %s OR id IN (
  SELECT id FROM things_stranger WHERE settled_at IS NULL AND why = 'unknown' AND key <> %s
  ORDER BY last_at DESC, id DESC OFFSET %s))
RETURNING settled_at IS NULL AND greatest(last_at, settled_at) >= %s, times, last_at
"""


class Knock(NamedTuple):
    """`why`: unknown, secret, retired, waiting, topic."""

    key: str
    why: str
    address: str
    sample: str
    first_at: datetime
    last_at: datetime
    times: int = 1

    def after(self, earlier: Knock) -> Knock:
        return self._replace(first_at=earlier.first_at, times=self.times + earlier.times)


def rows(knocks: Sequence[Knock]) -> list[list[Any]]:
    """The parameters of `NOTE`, a column each; one row for a key and a reason. In one order always, so that two
    processes that note the same strangers do not wait for each other in a circle."""
    ordered = sorted(knocks)
    columns: list[list[Any]] = [[uuid7() for _knock in ordered]]
    for name in ("key", "why", "address", "first_at", "last_at", "times", "sample"):
        columns.append([getattr(knock, name) for knock in ordered])
    return columns


def note(knocks: Sequence[Knock]) -> None:
    """The same from a process that waits for each request."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, rows(knocks))


def tidy(*, at: datetime) -> int:
    """Forget strangers whose time is over; of too many, those who knocked longest ago are counted together. The worker calls
    it. Returns how many went."""
    oldest = at - KEPT
    with transaction.atomic(), as_system():
        with connection.cursor() as cursor:
            cursor.execute(_OVER, [OTHERS, oldest, OTHERS, MOST, oldest])
            gone = cursor.fetchall()
        if crowded := [(times, last_at) for lately, times, last_at in gone if lately]:
            last = max(last_at for _times, last_at in crowded)
            note([Knock(OTHERS, "unknown", "", "", last, last, sum(times for times, _at in crowded))])
    return len(gone)
