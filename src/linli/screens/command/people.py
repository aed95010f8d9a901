"""People on duty on the map: where those are who share it while on duty. A mark says of which unit, never who."""

from __future__ import annotations

from datetime import datetime

import orjson

from linli.kernel.access import Actor
from linli.kernel.duty.queries import positions

_ROUND = 5
"""Decimals of a degree: a metre. Nobody is looked for more exactly than that from a wall."""


def people_of(actor: Actor, code: str, at: datetime) -> str:
    """A JSON array of [shift, place code of the roster, lon, lat, unit, whether it is fresh]. One query."""
    found = positions.latest(actor, code, at)
    marks = [
        (
            one.shift_id,
            one.place_code,
            round(one.point.lon, _ROUND),
            round(one.point.lat, _ROUND),
            one.unit,
            one.fresh,
        )
        for one in found
    ]
    return orjson.dumps(marks).decode()
