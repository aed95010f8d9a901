"""What came to nothing is not kept for ever (docs/rights.md, 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.kernel import audit
from linli.kernel.access import SYSTEM

from ..models import Look, State, Suggestion
from .common import act

KEEPS = timedelta(days=730)
LOOKS = timedelta(days=30)
GONE = (State.DISMISSED, State.FADED, State.NOT_FOUND, State.UNSETTLED)


def tidy(*, at: datetime) -> int:
    """Remove what ended two years ago and was not so, and nights' looks of a month ago. Returns how many suggestions."""
    with act():
        Look.objects.filter(day__lt=(at - LOOKS).date()).delete()
        old = Suggestion.objects.filter(state__in=GONE, ended_at__lt=at - KEEPS)
        count = old.delete()[0]
        if count:
            audit.append(by=SYSTEM, at=at, verb="signs.tidy", stream="signs:tidy", after={"suggestions": count})
    return count
