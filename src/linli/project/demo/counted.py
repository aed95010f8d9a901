"""The figures of the demo district, made at once: following eighteen months of records would take the worker a while.
And last month's report of the district and of a street, which the worker makes as soon as it runs."""

from __future__ import annotations

from django.utils import timezone

from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now
from linli.kernel.figures.queries import month_of
from linli.kernel.figures.verbs import ask_report, recompute

from . import names


def count() -> None:
    """After the filling is committed; the follower goes on from there."""
    at = now()
    recompute(by=SYSTEM, at=at)
    last = month_of(timezone.localtime(at).date()).before.first
    for place_code, language in (
        (names.DISTRICT[0], "zh"),
        (names.DISTRICT[0], "en"),
        (names.STREETS[0][0], "zh"),
    ):
        ask_report(by=SYSTEM, at=at, place_code=place_code, month=last, language=language)
