"""One table of the demo district that everybody may read: last month's matters of the first street, small cells left out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.kernel.access import Role, as_system
from linli.kernel.datasets import verbs
from linli.kernel.datasets.models import Publication

from . import crew, names
from .lives import ZONE

STREET, NAME = names.STREETS[0][0], names.STREETS[0][1]


def publish(*, until: datetime) -> bool:
    """Published by the street's duty officer; whether it was now."""
    last = until.astimezone(ZONE).date().replace(day=1) - timedelta(days=1)
    with transaction.atomic(), as_system():
        if Publication.objects.filter(place_code=STREET).exists():
            return False
        verbs.publish(
            by=crew.at_work(until).actors[f"street:{STREET}", Role.DUTY_OFFICER], at=until, place_code=STREET,
            title=f"{NAME} {last.year} 年 {last.month} 月事项统计", first=last.replace(day=1), last=last,
        )  # fmt: skip
    return True
