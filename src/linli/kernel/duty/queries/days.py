"""A day's duty as it was published: who has which shift, and what nobody has."""

from __future__ import annotations

from datetime import date

from linli.kernel.access import Actor, require

from ..models import Shift
from ..verbs.common import READS
from .gaps import seen


def shifts_on(by: Actor, day: date) -> list[Shift]:
    """Published shifts that begin on a day, by unit and time; those without a person are gaps. One query."""
    require(by, READS)
    return list(seen(by).filter(day=day).order_by("roster__unit__place_code", "roster__unit__name", "lasts", "id"))
