"""How long somebody served: pure arithmetic on instants, in whole minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

EARLY = timedelta(hours=1)
"""So long before its beginning one may check in; time before the beginning is not counted."""
LATE = timedelta(hours=2)
"""So long after its end one may still check out; time after the end is not counted."""


def served(begins: datetime, ends: datetime, came: datetime, left: datetime) -> int:
    """Whole minutes somebody was there while the shift lasted: never negative, never more than it lasted. Midnight, the end
    of a year and a change of the clocks make no difference: these are instants."""
    seconds = (min(left, ends) - max(came, begins)).total_seconds()
    return max(0, int(seconds // 60))


def whole(begins: datetime, ends: datetime) -> int:
    """The minutes a shift lasts."""
    return served(begins, ends, begins, ends)
