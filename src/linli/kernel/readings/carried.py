"""Whether what rules had begun to count was moved since somebody last read it: with a thing, or with the code of a place.

A round of an evaluator holds the row while it writes; who moves something changes it before anything else. So the one
waits for the other, and a round that begins later sees that it has to read anew (`evaluating`).
"""

from __future__ import annotations

from typing import NamedTuple

from linli.kernel.access.prepared import read


class Carried(NamedTuple):
    """The transactions that last moved what belongs to things, and to places."""

    things: int
    places: int


_READ = "SELECT things, places FROM readings_carried"


def latest() -> Carried:
    ((things, places),) = read(_READ)
    return Carried(int(things), int(places))


def hold() -> Carried:
    """Keep it as it is until this transaction ends."""
    ((things, places),) = read(f"{_READ} FOR SHARE")
    return Carried(int(things), int(places))


def begin() -> None:
    """In the transaction that moves what belongs to places: rounds under way are waited for, and none begins."""
    read("UPDATE readings_carried SET places = pg_current_xact_id()::text::bigint")
