"""Figures of a place, for whoever looks at it as a whole: sums of organisations, never of a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.kernel.access import as_system

from .. import cadence
from ..models import Kind, Meeting, Missed, Organisation
from ..verbs.common import day_of
from . import wishes


@dataclass(frozen=True, slots=True)
class AtPlace:
    branches: int
    meetings: int
    missed: int
    wishes: wishes.Figures


def at_place(code: str, at: datetime) -> AtPlace:
    """What branches at a place did this month, and what they owe. Four queries, with the system's eyes: only sums leave."""
    first, _last = cadence.stretch("month", day_of(at))
    with as_system():
        here = Organisation.objects.filter(kind=Kind.BRANCH, dissolved_on=None, place_code__startswith=code)
        there = {"organisation__place_code__startswith": code}
        return AtPlace(
            here.count(),
            Meeting.objects.filter(
                **there, state__in=("held", "confirmed"), quorate=True, starts_at__date__gte=first
            ).count(),
            Missed.objects.filter(**there, met_by=None).count(),
            wishes.figures(code, at - timedelta(days=365)),
        )
