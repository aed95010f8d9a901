"""What is missing: shifts without a person, and people who were expected and did not come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.kernel.access import Actor, Sees, require, under

from .. import wall
from ..models import Shift
from ..verbs.common import READS

AHEAD = timedelta(days=7)
MOST = 100


def seen(by: Actor) -> QuerySet[Shift]:
    """The published shifts of rosters the actor looks after: in their scope, in a unit the unit's own."""
    found = Shift.objects.select_related("roster", "roster__unit", "slot", "account").filter(
        published_at__isnull=False, cancelled_at=None
    )
    if by.sees is Sees.UNIT:
        return found.filter(roster__unit=by.unit_id)
    return found if by.scope == "*" else found.filter(under(by.scopes))


def gaps(by: Actor, at: datetime, *, until: datetime | None = None) -> list[Shift]:
    """Open shifts that are not over, the next first, of the days to come. One query. Who was asked last: `covers`."""
    require(by, READS)
    end = until or at + AHEAD
    rows = seen(by).filter(account=None, lasts__endswith__gt=at, lasts__startswith__lt=end)
    return list(rows.prefetch_related("covers__account").order_by("lasts", "id")[:MOST])


def tomorrow(by: Actor, at: datetime) -> list[Shift]:
    """Gaps that begin tomorrow by the wall's clock, the next first: what is to be filled today. Two queries."""
    begins = wall.midnight(wall.day_of(at) + wall.DAY)
    ends = wall.midnight(wall.day_of(at) + 2 * wall.DAY)
    return [shift for shift in gaps(by, at, until=ends) if shift.starts_at >= begins]


def absent(by: Actor, at: datetime) -> list[Shift]:
    """Who has a shift that has begun, and did not say that they are there. One query."""
    require(by, READS)
    rows = seen(by).filter(account__isnull=False, in_at=None, lasts__contains=at)
    return list(rows.order_by("lasts", "id")[:MOST])


def unverified(by: Actor, at: datetime) -> list[Shift]:
    """Shifts of the last thirty days that nobody checked out of and nobody confirmed yet. One query."""
    require(by, READS)
    rows = seen(by).filter(unverified=True, day__gte=(at - timedelta(days=30)).date())
    return list(rows.order_by("-lasts", "id")[:MOST])
