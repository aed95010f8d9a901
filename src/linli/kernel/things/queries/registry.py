"""Who the devices are, in a process's memory: intake asks it thousands of times a second and PostgreSQL once.

Read whole with one query, then kept fresh by asking for what changed. A row carries the transaction that wrote it last
(`changed_tx`, migrations/stamps.sql); whatever was not visible in one snapshot was written by a transaction not older
than that snapshot's oldest open one, so the next question begins there: what commits late is not skipped. Stamps of the
future are another cluster's, from before a restore, and are left alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare.devices import MOST_MEASURES

from ..models import Slot
from ..personal import ensure as ensure_personal

_SELECT = """
SELECT t.no, t.id, t.key, t.model, t.shard, t.state, t.place_code, c.digests, c.ends
FROM things_thing t
LEFT JOIN {credentials} ON {joined}
{where}
"""
_DIGESTS = """(
  SELECT thing_id, array_agg(digest ORDER BY issued_at DESC) AS digests,
         array_agg(extract(epoch FROM ends_at)::float8 ORDER BY issued_at DESC) AS ends
  FROM things_credential WHERE revoked_at IS NULL AND (ends_at IS NULL OR ends_at > now()) {of} GROUP BY thing_id
) c"""
_ALL = _SELECT.format(credentials=_DIGESTS.format(of=""), joined="c.thing_id = t.id", where="")
# In the order of the indexes on the stamps; a handful of rows, looked up one by one.
_CHANGED = _SELECT.format(
    credentials="LATERAL " + _DIGESTS.format(of="AND thing_id = t.id"),
    joined="true",
    where="""WHERE t.id IN (
  SELECT id FROM things_thing WHERE changed_tx >= %(since)s AND changed_tx < %(until)s
  UNION SELECT thing_id FROM things_credential WHERE changed_tx >= %(since)s AND changed_tx < %(until)s)""",
)
# The transaction one is in itself is younger than its snapshot, and its rows are seen.
_ONE = _SELECT.format(
    credentials="LATERAL " + _DIGESTS.format(of="AND thing_id = t.id"), joined="true", where="WHERE t.key = %s"
)
SNAPSHOT = """
SELECT pg_snapshot_xmin(s)::text::bigint,
       greatest(pg_snapshot_xmax(s)::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1)
FROM pg_current_snapshot() s
"""
NOTE_USED = """
UPDATE things_credential c SET used_at = to_timestamp(u.at)
FROM unnest(%s::uuid[], %s::bytea[], %s::float8[]) u(thing, digest, at)
WHERE c.thing_id = u.thing AND c.digest = u.digest
"""
USED_EVERY = 3600.0
"""Seconds: that a secret is in use is noted once an hour. People read it by the day."""
MOST_USED = 1000
"""So many are noted at a refresh, so that fifty thousand devices coming back are no burden of their own."""
_NO_SLOTS: Mapping[str, int] = MappingProxyType({})


@dataclass(slots=True)
class Known:
    """A device as intake needs it. `digests` are SHA-256 of secrets that are good, with when they stop to be
    (seconds since 1970, None: never); `state` is `models.State`."""

    no: int
    id: UUID
    key: str
    model: str
    shard: int
    state: str
    digests: tuple[tuple[bytes, float | None], ...]
    place_code: str = ""


class Registry:
    """All things by key and by number. `load` first; `refresh` about every second and when a key is unknown.

    Lookups ask no database and may be made from any thread while another refreshes: what is found is never changed,
    but replaced.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, Known] = {}
        self._by_no: dict[int, Known] = {}
        self._slots: dict[str, Mapping[str, int]] = {}
        self._since = 0
        self._noted: dict[bytes, float] = {}
        self._used: dict[bytes, tuple[UUID, float]] = {}

    def __len__(self) -> int:
        return len(self._by_no)

    def load(self) -> None:
        """Read everything, as the system."""
        with transaction.atomic(), as_system(), connection.cursor() as cursor:
            # The stamp is taken before the rows are: what commits between the two is read twice, never missed.
            since, _until = _snapshot(cursor)
            cursor.execute(_ALL)
            found = [_known(row) for row in cursor.fetchall()]
        self._by_key = {known.key: known for known in found}
        self._by_no = {known.no: known for known in found}
        self._slots = _all_slots()
        self._since = since

    def refresh(self) -> int:
        """Read what changed since the last time, and note which secrets are in use; returns how many things changed."""
        with transaction.atomic(), as_system(), connection.cursor() as cursor:
            since, until = _snapshot(cursor)
            cursor.execute(_CHANGED, {"since": self._since, "until": until})
            found = [_known(row) for row in cursor.fetchall()]
            self._note_used(cursor)
        for known in found:
            self._by_key[known.key] = self._by_no[known.no] = known
        if any(known.model not in self._slots for known in found):
            self._slots = _all_slots()
        self._since = since
        return len(found)

    def find(self, key: str) -> Known | None:
        return self._by_key.get(key)

    def by_no(self, no: int) -> Known | None:
        return self._by_no.get(no)

    def slots(self, model: str) -> Mapping[str, int]:
        """Where each quantity of a model stands in a reading's values; none for a model that has no slots."""
        return self._slots.get(model, _NO_SLOTS)

    def proves(self, known: Known, secret: bytes, now: float) -> bool:
        """Whether a secret is one of this thing's that is good now. The next refresh notes that it is in use."""
        if not proves(known, secret, now):
            return False
        digest = hashlib.sha256(secret).digest()
        if now - self._noted.get(digest, 0.0) >= USED_EVERY:
            self._noted[digest] = now
            self._used[digest] = known.id, now
        return True

    def _note_used(self, cursor: Any) -> None:
        if not self._used:
            return
        rows = [(self._used.pop(digest), digest) for digest in list(self._used)[:MOST_USED]]
        cursor.execute(
            NOTE_USED, [[t for (t, _at), _d in rows], [d for _u, d in rows], [at for (_t, at), _d in rows]]
        )


def proves(known: Known, secret: bytes, now: float) -> bool:
    """Whether a secret is one of this thing's that is good now. Takes as long for a wrong one as for a right one."""
    given = hashlib.sha256(secret).digest()
    right = False
    for digest, ends in known.digests:
        right |= hmac.compare_digest(given, digest) and (ends is None or now < ends)
    return right


def known_by(key: str) -> Known | None:
    """One thing as it is now, from the database: for a process that is asked too seldom to know them all."""
    with as_system():
        rows = read(_ONE, [key])
    return _known(rows[0]) if rows else None


class TooWide(Exception):
    """A model has had more quantities, those it no longer measures included, than a reading holds."""

    def __init__(self, model: str) -> None:
        super().__init__(
            _(
                "型号 %(model)s 前后声明过的量超过 %(most)d 个，一条读数放不下：旧读数还占着位置，不能再加。请另立一个型号。"
            )
            % {"model": model, "most": MOST_MEASURES}
        )


def ensure_slots() -> int:
    """Give every declared quantity of every model its slot, behind those given before; none is ever numbered again.

    Asked where the database is brought up to the code (`linli migrate`, the demo). Returns how many were given. Which
    models are personal is written down with it (`personal.ensure`).

    Raises TooWide, and gives none, where a model has had more quantities over the years than a reading holds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE things_slot IN SHARE ROW EXCLUSIVE MODE")
        given = _all_slots()
        new = [
            Slot(model=device.name, quantity=name, slot=slot)
            for device in catalogue().devices.values()
            for name, slot in _missing((q.name for q in device.measures), given.get(device.name, _NO_SLOTS))
        ]
        for one in new:
            if one.slot >= MOST_MEASURES:
                raise TooWide(one.model)
        Slot.objects.bulk_create(new)
        ensure_personal()
    return len(new)


def _missing(quantities: Iterable[str], given: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    first = max(given.values(), default=-1) + 1
    return zip((name for name in quantities if name not in given), range(first, 32767), strict=False)


def _all_slots() -> dict[str, Mapping[str, int]]:
    slots: dict[str, dict[str, int]] = {}
    for model, quantity, slot in Slot.objects.order_by("model", "slot").values_list("model", "quantity", "slot"):
        slots.setdefault(model, {})[quantity] = slot
    return dict(slots)


def _snapshot(cursor: Any) -> tuple[int, int]:
    cursor.execute(SNAPSHOT)
    since, until = cursor.fetchone()
    return int(since), int(until)


def _known(row: tuple[Any, ...]) -> Known:
    no, thing_id, key, model, shard, state, place_code, digests, ends = row
    proofs = tuple(zip(map(bytes, digests), ends, strict=True)) if digests else ()
    return Known(no, thing_id, key, model, shard, state, proofs, place_code)
