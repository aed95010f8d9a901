"""How often each thing said its main quantity on the last local day it did (`readings_spoken`): one row of each.

Written wherever days are, in the same transaction. A day that comes later, because of a late reading, writes over what is
known of it and of days before it, never of days after it.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.utils import CursorWrapper

from linli.kernel.catalogue.registry import catalogue

from .queries import slots

_NOTE = """
INSERT INTO readings_spoken AS k (thing, day, n)
SELECT DISTINCT ON (y.thing) y.thing, y.at, y.n
FROM readings_day y JOIN things_thing t ON t.no = y.thing
JOIN unnest(%s::text[], %s::int[]) m(model, slot) ON m.model = t.model AND m.slot = y.slot
{source}
ORDER BY y.thing, y.at DESC
ON CONFLICT (thing) DO UPDATE SET day = excluded.day, n = excluded.n
WHERE excluded.day > k.day OR excluded.day = k.day AND excluded.n <> k.n
"""


def note(cursor: CursorWrapper, source: str, values: tuple[Any, ...]) -> None:
    """Take over what days say, with the system's eyes. `source`: which rows of `readings_day y`, as further JOIN or
    WHERE, with its values."""
    cursor.execute(_NOTE.format(source=source), [*_main(), *values])


def _main() -> tuple[list[str], list[int]]:
    """Models, and where in their values the main quantity stands, the first that is declared."""
    devices = catalogue().devices
    places = slots.of(devices)
    found = {
        name: slot
        for name, device in devices.items()
        if (slot := places[name].get(device.measures[0].name)) is not None
    }
    return list(found), list(found.values())
