"""What devices measured at places of a street, from the roll-ups by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from linli.kernel.declare import Indication, Readings, Sign
from linli.kernel.readings.queries import slots

from ..evidence import SOURCES
from .course import Course, Seen, asked, means

_DAYS = """
SELECT t.place_code, t.id::text, d.at, d.sum / d.n
FROM things_thing t JOIN readings_day d ON d.thing = t.no AND d.slot = %s AND d.at >= %s AND d.at < %s
WHERE t.p9 = %s AND t.model = %s AND t.state = 'working'
"""
_HEARD = 0.5
"""Of the days of a stretch so many must have been heard: a silent device says nothing about a place."""


def measured(sign: Sign, indication: Indication, looks: Readings, street: str, until: datetime) -> Seen:
    """The mean of the days' means, of all devices of the model at a place."""
    slot = slots.of([looks.model])[looks.model].get(looks.quantity)
    if slot is None:
        return Seen({}, whole=False)
    since = until - timedelta(days=indication.days * (indication.past + 1))
    heard: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    things: dict[str, set[str]] = defaultdict(set)
    for code, thing, at, mean in asked(_DAYS, [slot, since, until, street, looks.model]):
        if len(code) < sign.level and not looks.around:
            continue
        place = code[: sign.level]
        heard[place][(until - at - timedelta(microseconds=1)) // timedelta(days=indication.days)].append(mean)
        things[place].add(thing)
    found = {}
    for place, stretches in heard.items():
        least = indication.days * _HEARD
        known = {n: means(values) for n, values in stretches.items() if len(values) >= least}
        if 0 not in known:
            continue
        last = (until - timedelta(microseconds=1)).date()
        found[place, 0] = Course(
            known[0],
            tuple(known[n] for n in range(indication.past, 0, -1) if n in known),
            last - timedelta(days=indication.days - 1),
            last,
            {"things": sorted(things[place])[:SOURCES], "n": len(things[place])},
        )
    return Seen(found, whole=False)
