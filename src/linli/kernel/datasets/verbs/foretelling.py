"""Forecasts are made once a week, of every kind below every street, district and city."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from linli.kernel import audit
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.matters.models import Matter

from ..models import Forecast, ForecastRun

Counts = NDArray[np.float64]
LEASE = timedelta(minutes=30)
LEVELS = (4, 6, 9)
SHOWN, WEEKS = 52, 130
"""How many weeks are kept to be drawn, and how many are learned from: two and a half years."""
_COUNTS = f"""
SELECT p9, kind, (date_trunc('week', opened_at AT TIME ZONE %(zone)s))::date AS week, count(*)
FROM {Matter._meta.db_table} WHERE opened_at >= %(since)s AND opened_at < %(until)s GROUP BY 1, 2, 3
"""  # noqa: S608 - the table's own name


def forecast_when_due(*, at: datetime) -> int:
    """Make this week's forecasts when nobody has; returns how many, 0 when there was nothing to do."""
    with as_system():
        monday = monday_of(at)
        if not _take(monday, at):
            return 0
        made, looked = _make(monday, at)
        beaten = sum(one.beaten for one in made)
        with transaction.atomic():
            Forecast.objects.all().delete()
            Forecast.objects.bulk_create(made, batch_size=500)
            ForecastRun.objects.filter(week=monday).update(made_at=at, series=looked, beaten=beaten)
            after = {"week": monday, "series": looked, "made": len(made), "beaten": beaten}
            audit.append(by=SYSTEM, at=at, verb="datasets.forecast", stream="datasets:forecasts", after=after)
    return 1


def monday_of(at: datetime) -> date:
    """The Monday of the week an instant lies in, on the wall's calendar: that week is the first to be forecast."""
    day = timezone.localdate(at)
    return day - timedelta(days=day.weekday())


def _take(monday: date, at: datetime) -> bool:
    with transaction.atomic():
        run, fresh = ForecastRun.objects.select_for_update().get_or_create(week=monday, defaults={"taken_at": at})
        if not fresh and (run.made_at is not None or run.taken_at > at - LEASE):
            return False
        ForecastRun.objects.filter(week=monday).update(taken_at=at)
    return True


def _make(monday: date, at: datetime) -> tuple[list[Forecast], int]:
    # scipy's distributions take a second to load, which only the worker's slow thread waits for.
    from ..forecasting import forecast

    series = weekly(monday)
    made = []
    for (place_code, kind), counts in sorted(series.items()):
        found = forecast(counts)
        if found is None:
            continue
        made.append(
            Forecast(
                place_code=place_code,
                kind=kind,
                week=monday,
                made_at=at,
                method=found.method,
                points=[[round(p.mean, 2), p.low, p.high] for p in found.points],
                past=[int(n) for n in counts[-SHOWN:]],
                mase={name: round(value, 3) for name, value in found.mase.items()},
                mae={name: round(value, 3) for name, value in found.mae.items()},
                beaten=found.beaten,
                held=round(found.held, 3),
                trials=found.trials,
            )
        )
    return made, len(series)


def weekly(monday: date) -> dict[tuple[str, str], Counts]:
    """Whole weeks before a Monday, by place and kind ('' is every kind); none before the first week with a matter."""
    tz = timezone.get_current_timezone()
    until = datetime.combine(monday, datetime.min.time(), tzinfo=tz)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "zone": settings.TIME_ZONE,
            "since": until - timedelta(weeks=WEEKS),
            "until": until,
        }
        cursor.execute(_COUNTS, values)
        rows = cursor.fetchall()
    if not rows:
        return {}
    # The first week is rarely a whole one.
    first = min(week for _p9, _kind, week, _n in rows) + timedelta(weeks=1)
    length = (monday - first).days // 7
    found: dict[tuple[str, str], Counts] = defaultdict(lambda: np.zeros(max(length, 0)))
    for p9, kind, week, n in rows:
        place = (week - first).days // 7
        if place < 0:
            continue
        for level in LEVELS:
            if len(p9) >= level:
                found[p9[:level], kind][place] += n
                found[p9[:level], ""][place] += n
    return dict(found)
