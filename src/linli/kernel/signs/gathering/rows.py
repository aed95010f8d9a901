"""What other units' data sets say of places of a street: those whose declaration lets signs have it, and that field only."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.kernel.datasets.declared import ForSigns
from linli.kernel.datasets.models import Dataset
from linli.kernel.declare import Indication, Rows, Sign

from .course import Counter, Course, Seen, asked

OLD = 75
"""Days after which the last month that was told says nothing about now."""
_ROWS = """
SELECT left(place_code, %s), key, values->>%s, (values->>%s)::float8
FROM datasets_row
WHERE dataset_id = %s AND place_code >= %s AND place_code < %s || ':' AND length(place_code) >= %s
  AND values->>%s >= %s AND values->>%s < %s
"""


def told(sign: Sign, indication: Indication, looks: Rows, street: str, until: datetime) -> Seen:
    sets = _sets(looks.topic, street)
    if looks.monthly:
        return _monthly(sign, indication, street, until, sets)
    return _daily(sign, indication, street, until, sets)


def _sets(topic: str, street: str) -> list[tuple[Dataset, ForSigns]]:
    """Data sets with something to say about the street under a topic."""
    found = []
    for dataset in Dataset.objects.filter(closed_at=None).order_by("name"):
        if dataset.place_code.startswith(street) or street.startswith(dataset.place_code):
            given = dataset.declared.signs.get(topic)
            if given is not None:
                found.append((dataset, given))
    return found


def _rows(
    sign: Sign, street: str, dataset: Dataset, given: ForSigns, since: str, until: str
) -> list[tuple[str, str, str, float | None]]:
    when = given.when
    values = [sign.level, when, given.value, dataset.id, street, street, sign.level, when, since, when, until]
    return [(place, key, at, value) for place, key, at, value in asked(_ROWS, values)]


def _daily(
    sign: Sign, indication: Indication, street: str, until: datetime, sets: list[tuple[Dataset, ForSigns]]
) -> Seen:
    """Rows counted over days, as reports are: each row once."""
    zone = ZoneInfo(settings.TIME_ZONE)
    counter = Counter(until, indication.days, indication.past)
    names: dict[str, Dataset] = {}
    for dataset, given in sets:
        first, last = counter.since.astimezone(zone).date(), until.astimezone(zone).date()
        for place, key, at, _value in _rows(sign, street, dataset, given, first.isoformat(), last.isoformat()):
            moment = datetime.fromisoformat(at)
            moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
            if counter.since <= moment < until:
                counter.add(place, 0, moment, f"{dataset.name}|{key}", dataset.name)
        names[dataset.name] = dataset
    courses = counter.courses("sets")
    for course in courses.values():
        told = [str(name) for name in course.source["sets"]]
        course.source = {
            "sets": [_named(names[name], told.count(name)) for name in sorted(set(told))],
            "n": course.source["n"],
        }
    return Seen(courses, whole=bool(sets))


def _monthly(
    sign: Sign, indication: Indication, street: str, until: datetime, sets: list[tuple[Dataset, ForSigns]]
) -> Seen:
    """The last whole month that was told, against the months before it; a place with several rows has their sum."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = until.astimezone(zone).date()
    months = _months(today, indication.past + 3)
    found: dict[tuple[str, int], Course] = {}
    for dataset, given in sets:
        sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for place, _key, at, value in _rows(sign, street, dataset, given, months[0], months[-1]):
            sums[place][at[:7]] += 1.0 if not given.value else value or 0.0
        latest = max((month for by_month in sums.values() for month in by_month), default="")
        if not latest or (today - _end(latest)).days > OLD:
            continue
        for place, by_month in sums.items():
            if latest not in by_month or (place, 0) in found:
                continue
            before = tuple(by_month[month] for month in sorted(by_month) if month < latest)[-indication.past :]
            begin = date.fromisoformat(f"{latest}-01")
            source = {"sets": [_named(dataset, 1 + len(before))], "n": 1 + len(before)}
            found[place, 0] = Course(by_month[latest], before, begin, _end(latest), source, monthly=True)
    return Seen(found, whole=False)


def _months(today: date, count: int) -> list[str]:
    """So many whole months before a day, the oldest first, and the month of the day itself last."""
    year, month = today.year, today.month
    found = []
    for back in range(count, -1, -1):
        n = year * 12 + month - 1 - back
        found.append(f"{n // 12:04d}-{n % 12 + 1:02d}")
    return found


def _end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _named(dataset: Dataset, rows: int) -> dict[str, object]:
    return {"name": dataset.name, "title": dataset.title, "rows": rows}
