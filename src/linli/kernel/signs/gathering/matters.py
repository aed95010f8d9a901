"""Reports of some kinds at places of a street."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.kernel.declare import Indication, Matters, Sign
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place

from .course import Counter, Seen, asked

SOURCE = "sign"
"""The source of a matter that a suggestion opened: it is no evidence for another."""

# What was found not to be one, or taken back, is no report. Who reported it is only told apart from who else did: a
# neighbour who writes ten times is one voice.
_REPORTS = """
SELECT m.id::text, m.place_code, m.lon, m.lat, m.opened_at, md5(coalesce(m.reporter_id, m.id)::text)
FROM matters_matter m
WHERE m.p12 = ANY (%s)
  AND m.opened_at >= %s AND m.opened_at < %s AND m.kind = ANY (%s) AND m.source <> %s
  AND m.state NOT IN ('declined', 'withdrawn')
"""


def reported(sign: Sign, indication: Indication, looks: Matters, street: str, until: datetime) -> Seen:
    """How many people reported something, by place; with `hours` in each part of the day by itself."""
    zone = ZoneInfo(settings.TIME_ZONE)
    counter = Counter(until, indication.days, indication.past)
    rows = asked(_REPORTS, [_neighbourhoods(street), counter.since, until, list(looks.kinds), SOURCE])
    for id_, code, lon, lat, at, who in rows:
        place = code[: sign.level] if len(code) >= sign.level else _nearest(sign, looks, lon, lat)
        if place is None or not place.startswith(street):
            continue
        part = at.astimezone(zone).hour // looks.hours if looks.hours else 0
        counter.add(place, part, at, who, id_)
    return Seen(counter.courses("matters", looks.hours), whole=True)


def _neighbourhoods(street: str) -> list[str]:
    """Their codes, told one by one: so each is a range of an index (p12, opened_at)."""
    found = Place.objects.filter(level=Level.NEIGHBOURHOOD, code__gte=street, code__lt=f"{street}:")
    return sorted(set(found.values_list("code", flat=True)))


def _nearest(sign: Sign, looks: Matters, lon: float | None, lat: float | None) -> str | None:
    """The one place of the sign's level a report belongs to that names none: never two."""
    if not looks.within or lon is None or lat is None:
        return None
    near = places.near(lon, lat, within_m=looks.within, limit=8)
    return next((one.code for one in near if len(one.code) == sign.level), None)
