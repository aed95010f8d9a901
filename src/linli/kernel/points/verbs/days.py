"""Local days and months, and the day what was got expires. The time zone is the installation's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from django.utils.timezone import get_default_timezone

from linli.kernel.declare import Ledger


def day_of(at: datetime, zone: tzinfo | None = None) -> date:
    return at.astimezone(zone or get_default_timezone()).date()


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """The instant a local day begins."""
    return datetime.combine(day, time(), zone or get_default_timezone())


def day_and_month(at: datetime) -> tuple[datetime, datetime, datetime, datetime]:
    """When the local day of an instant begins and ends, and its month."""
    day = day_of(at)
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return midnight(day), midnight(day + timedelta(days=1)), midnight(first), midnight(following)


def expires_at(ledger: Ledger, got_at: datetime) -> datetime | None:
    """The midnight after the last whole day something got then can be used; None where nothing expires."""
    if ledger.expires is None:
        return None
    return midnight(day_of(got_at) + timedelta(days=ledger.expires.amount + 1))
