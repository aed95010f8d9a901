"""Rows past their time go, and a record stays that they were there (docs/rights.md, 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.kernel.access import SYSTEM, as_system

from ..models import Dataset, Line, Row
from .common import record
from .settling import forget_questions

REFUSED_KEPT = timedelta(days=90)
"""So long refused lines can be looked up: until the next delivery has come, and the one after it."""


def tidy(*, at: datetime) -> int:
    """Remove what has not come again within the days its data set keeps it. Returns how many rows."""
    gone = 0
    for dataset_id in list(Dataset.objects.values_list("id", flat=True)):
        with transaction.atomic(), as_system():
            dataset = Dataset.objects.select_for_update().get(pk=dataset_id)
            Line.objects.filter(job__dataset=dataset, job__ended_at__lt=at - REFUSED_KEPT).delete()
            old = Row.objects.filter(dataset=dataset, came_at__lt=at - timedelta(days=dataset.keeps))
            count = old.delete()[0]
            if count:
                forget_questions(dataset.id)
                record(SYSTEM, at, "tidy", dataset, after={"rows": count, "keeps": dataset.keeps})
            gone += count
    return gone
