"""Can the order be trusted in which followers read, and who holds them back?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from linli.kernel.access import as_system

_ORDER = """
SELECT e.era, e.cluster = audit_cluster(), e.cluster, audit_cluster(), a.records, a.followers
FROM audit_ahead() a, (SELECT * FROM audit_era ORDER BY era DESC LIMIT 1) e
"""
# The horizon is the oldest transaction that has an id. Of other users' sessions an ordinary role sees no times,
# so the oldest record that waits to be read says how long it has lasted.
_HOLDER = """
WITH horizon AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS oldest),
waiting AS (
  SELECT min(r.recorded_at) AS since FROM audit_record r, horizon h
  WHERE r.era = audit_present_era() AND r.tx >= h.oldest
)
SELECT s.* FROM (
  SELECT a.pid, coalesce(a.application_name, ''), coalesce(a.usename::text, ''), coalesce(a.datname::text, ''),
         coalesce(a.state, ''), least(a.xact_start, w.since) AS since, a.query_start
  FROM pg_stat_activity a, horizon h, waiting w WHERE a.backend_xid = h.oldest::xid AND a.pid <> pg_backend_pid()
  UNION ALL
  SELECT 0, p.gid, p.owner::text, p.database::text, 'prepared', least(p.prepared, w.since), NULL
  FROM pg_prepared_xacts p, horizon h, waiting w WHERE p.transaction = h.oldest::xid
) s WHERE s.since <= clock_timestamp() - make_interval(secs => %s)
"""


@dataclass(frozen=True, slots=True)
class Order:
    """The present era, and what is wrong with it.

    `moved`: the database came from another cluster and nothing was written since; the next record begins an era
    by itself. `records` and `followers`: so many have a transaction id this cluster has not reached, and what is
    written now would be passed over.
    """

    era: int
    moved: bool
    was: str
    cluster: str
    records: int
    followers: int

    @property
    def is_wrong(self) -> bool:
        return bool(self.records or self.followers)


@dataclass(frozen=True, slots=True)
class Holder:
    """The session whose open transaction nobody reads past. `pid` 0: a prepared transaction, named in `application`.

    `since`: how long it has held back, at least; `query_began` is None where this role may not see it.
    """

    pid: int
    application: str
    user: str
    database: str
    state: str
    since: datetime
    query_began: datetime | None


def order() -> Order:
    """The state of the order. Reads no more than the ends of the index."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_ORDER)
        era, same, was, cluster, records, followers = cursor.fetchone()
    return Order(era, not same, was, cluster, records, followers)


def holder(longer_than: timedelta) -> Holder | None:
    """Who has held back followers and live streams for longer; None when nobody has."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_HOLDER, [longer_than.total_seconds()])
        row = cursor.fetchone()
    return Holder(*row) if row else None
