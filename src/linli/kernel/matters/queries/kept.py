"""Rows of a queue as JSON, kept by the process that asked for them.

Which matters are on a page is asked of PostgreSQL every time, under the reader's own eyes: it answers with a key for each,
and only rows whose key nobody here has seen are written. A key names one version of one row (PostgreSQL's own `xmin` and
`ctid`: every change makes another) and the names beside it, so what is kept can be unknown but never old. Writing fifty
rows costs PostgreSQL twice as much as finding them.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.backends.signals import connection_created

from linli.kernel.access.prepared import ask

MOST = 10_000
"""Rows of one generation; there are two. A row is 700 bytes."""

VERSION = ("m.xmin AS made", "m.ctid AS place")
"""What a select list of matters must have, beside `id`, for `KEY`."""
NAMES = """LEFT JOIN people_unit u ON u.id = m.lead_unit_id
  LEFT JOIN people_account a ON a.id = m.lead_account_id"""
KEY = "concat(m.id, m.made, m.place, u.name, chr(31), a.name)"
_ID = 36  # characters a key begins with


class Kept:
    """Rows by key. What is asked for moves to the young generation; when that is full, the old one is let go."""

    def __init__(self) -> None:
        self.young: dict[bytes, bytes] = {}
        self.old: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        if (row := self.young.get(key)) is None and (row := self.old.get(key)) is not None:
            self.put(key, row)
        return row

    def put(self, key: bytes, row: bytes) -> None:
        if len(self.young) >= MOST:
            self.old, self.young = self.young, {}
        self.young[key] = row

    def forget(self) -> None:
        self.young, self.old = {}, {}


_kept = Kept()


def _begin_anew(**_given: object) -> None:
    """A server restored from a copy counts its versions from there again; whoever was connected to it connects anew."""
    _kept.forget()


connection_created.connect(_begin_anew, dispatch_uid="linli.matters.kept")


def rows(keys: Sequence[bytes], row: str) -> list[bytes]:
    """The rows of these keys in their order, `row` being the SQL that writes one of `m` with `NAMES` beside it.

    A row that changed since its key was asked for comes as it is now; one that is not to be seen any more is left out.
    """
    found = {key[:_ID]: kept for key in keys if (kept := _kept.get(key)) is not None}
    if missing := [UUID(key[:_ID].decode()) for key in keys if key[:_ID] not in found]:
        found |= _written(missing, row)
    return [found[key[:_ID]] for key in keys if key[:_ID] in found]


def _written(ids: Sequence[UUID], row: str) -> dict[bytes, bytes]:
    text = f"""SELECT {KEY}, {row}
        FROM (SELECT *, {", ".join(VERSION)} FROM matters_matter m WHERE m.id = ANY(%s)) m {NAMES}"""  # noqa: S608
    written = [(key or b"", line or b"") for key, line in ask(text, [ids])]
    for key, line in written:
        _kept.put(key, line)
    return {key[:_ID]: line for key, line in written}
