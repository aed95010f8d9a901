"""Stations as pages show them: near somebody, open now, who is there today, how many came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, Sees, require
from linli.kernel.catalogue.language import in_chinese
from linli.kernel.matters.queries.nearest import walking
from linli.kernel.places.geometry import distance_m
from linli.parts.times import day as day_word
from linli.parts.times import short_day

from .. import hours
from ..models import Opening, Station, Visits, Watch
from ..verbs.common import READS, day_of, over, own


@dataclass(frozen=True, slots=True)
class Row:
    """A station at a moment. `state`: open, shut (its keeper said so), closed. `minutes`: how long one walks, an estimate from the
    distance as the crow flies; None where nobody said from where."""

    station: Station
    spans: Sequence[hours.Span]
    state: str
    until: str
    watches: Sequence[Watch]
    minutes: int | None = None

    @property
    def weekly(self) -> list[str]:
        return hours.words(self.spans, english=not in_chinese())

    @property
    def on_duty(self) -> str:
        return _("、").join(dict.fromkeys(watch.who for watch in self.watches))


def near(place_code: str, at: datetime, *, spot: tuple[float, float] | None = None, limit: int = 20) -> list[Row]:
    """Stations beneath a place, the nearest by walking first where a spot (lon, lat) is known, else by name. Three queries."""
    today = day_of(at)
    found = Station.objects.filter(ended_on=None, place_code__startswith=place_code)
    rows = [
        _row(one, at, today, spot) for one in found.prefetch_related(*_with(today)).order_by("name", "pk")[:500]
    ]
    return sorted(rows, key=_nearness)[:limit]


def _nearness(row: Row) -> tuple[bool, int, bool]:
    """The nearest first, of two as near the one that is open; who lies nowhere last."""
    return row.minutes is None, row.minutes or 0, row.state != "open"


def one(station_id: int, at: datetime, *, spot: tuple[float, float] | None = None) -> Row:
    """Raises NotFound."""
    today = day_of(at)
    found = Station.objects.filter(pk=station_id, ended_on=None).prefetch_related(*_with(today)).first()
    if found is None:
        raise NotFound(_("没有这个服务站，或者它已经撤了。"))
    return _row(found, at, today, spot)


def _with(today: date) -> tuple[Prefetch[str], ...]:
    return (
        Prefetch("openings", Opening.objects.order_by("weekday", "opens")),
        Prefetch("watches", Watch.objects.filter(day=today).order_by("begins", "pk"), to_attr="today"),
    )


def _row(found: Station, at: datetime, today: date, spot: tuple[float, float] | None) -> Row:
    spans = [hours.Span(o.weekday, o.opens, o.closes) for o in found.openings.all()]
    minutes = None
    if spot and found.lon is not None and found.lat is not None:
        minutes = max(1, round(walking(distance_m(spot, (found.lon, found.lat))).total_seconds() / 60))
    state, until = _state(found, spans, at, today)
    return Row(found, spans, state, until, list(getattr(found, "today", ())), minutes)


def _state(found: Station, spans: Sequence[hours.Span], at: datetime, today: date) -> tuple[str, str]:
    """Open until when; shut for what; closed until when."""
    if found.shut_until and found.shut_until >= today:
        return "shut", _("%(why)s，到 %(day)s") % {"why": found.shut_for, "day": short_day(found.shut_until)}
    local = timezone.localtime(at)
    if span := hours.open_at(spans, local):
        return "open", _("到 %(time)s") % {"time": hours.clock(span.closes)}
    if (after := hours.next_open(spans, local)) is None:
        return "closed", ""
    ahead, span = after
    day = _("今天") if ahead == 0 else _("明天") if ahead == 1 else day_word((local + timedelta(days=ahead)).date())
    return "closed", _("%(day)s %(time)s 开门") % {"day": day, "time": hours.clock(span.opens)}


@dataclass(frozen=True, slots=True)
class Kept:
    """A station on the desk, with what was counted: by service today, and all of this month."""

    row: Row
    today: dict[str, int]
    month: int


def kept(by: Actor, at: datetime) -> list[Kept]:
    """The stations of the actor's organisation and those beneath. Five queries, however many stations."""
    require(by, READS)
    mine, today = own(by), day_of(at)
    found = Station.objects.filter(ended_on=None)
    if by.sees is not Sees.ALL:
        found = found.filter(organisation__path__contains=[mine.id]) if mine else found.none()
    rows = [
        _row(one, at, today, None)
        for one in found.select_related("organisation")
        .prefetch_related(*_with(today))
        .order_by("place_code", "name")[:200]
    ]
    counted = _counted([row.station.pk for row in rows], today.replace(day=1), today)
    return [
        Kept(
            row,
            {service: n for (pk, day, service), n in counted.items() if pk == row.station.pk and day == today},
            sum(n for (pk, _day, _service), n in counted.items() if pk == row.station.pk),
        )
        for row in rows
    ]  # fmt: skip


def _counted(stations: Sequence[int], first: date, last: date) -> dict[tuple[int, date, str], int]:
    rows = Visits.objects.filter(station__in=stations, day__range=(first, last))
    return {(r.station_id, r.day, r.service): r.count for r in rows}


@dataclass(frozen=True, slots=True)
class Whole:
    """One station for its keeper: the roster ahead, and the last thirty days by service."""

    row: Row
    ahead: Sequence[Watch]
    sums: Sequence[tuple[str, int]]


def whole(by: Actor, station_id: int, at: datetime) -> Whole:
    """Raises NotFound."""
    require(by, READS)
    row = one(station_id, at)
    if not over(by, row.station.organisation):
        raise NotFound(_("没有这个服务站，或者它不归您管。"))
    today = day_of(at)
    ahead = Watch.objects.filter(station=row.station, day__gte=today).order_by("day", "begins", "pk")[:120]
    sums = (
        Visits.objects.filter(station=row.station, day__gt=today - timedelta(days=30), count__gt=0)
        .values_list("service").annotate(n=Sum("count")).order_by("-n", "service")
    )  # fmt: skip
    return Whole(row, list(ahead), list(sums))
