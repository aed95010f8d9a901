"""What each device said last before the visitor came: without it all of them would look as if they had never spoken.

Those that are dead, and those whose clock began in 1970, fell silent some days ago; whoever goes round finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .chance import chance
from .faults import Fault
from .placing import Placed
from .saying import Mouth

_DAY = 86400
GONE = (Fault.DEAD, Fault.CLOCK)


def write(
    cursor: Any,
    fleet: list[Placed],
    numbers: dict[str, int],
    where: dict[str, dict[str, int]],
    seed: int,
    until: datetime,
) -> None:
    """Their present states, within the transaction of whoever asks."""
    with cursor.copy('COPY readings_latest (thing, at, received_at, changed_at, "values") FROM STDIN') as copy:
        for row in _rows(fleet, numbers, where, seed, until.timestamp()):
            copy.write_row(row)


def _rows(
    fleet: list[Placed], numbers: dict[str, int], where: dict[str, dict[str, int]], seed: int, until: float
) -> Iterator[tuple[Any, ...]]:
    for one in fleet:
        mouth = Mouth(one, seed, ahead=1)
        back = chance(one.seed, 91) * one.every
        if mouth.fault in GONE:
            back = _DAY * (2 + 15 * chance(one.seed, 92))
        at = until - back
        said = mouth.values(at) | mouth.upkeep(at)
        slots = where[one.model]
        values: list[float | None] = [None] * (max(slots.values()) + 1)
        for quantity, value in said.items():
            values[slots[quantity]] = value
        when = datetime.fromtimestamp(at, UTC)
        yield numbers[one.key], when, when, when, values
