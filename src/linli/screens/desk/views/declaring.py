"""The form that declares an emergency, and the zone a form asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.models import Emergency
from linli.kernel.emergencies.words import CATEGORIES, GRADES
from linli.kernel.emergencies.zones import Wanted, corners
from linli.kernel.matters.queries import row as matters
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import warnings
from linli.parts.office import Act, Field, Kind
from linli.parts.words import word

RADII = (50, 100, 200, 500, 1000, 2000)


@dataclass(frozen=True, slots=True)
class Origin:
    """What an emergency is declared from: where it is, what it is called, and what it came from."""

    code: str
    lon: float | None = None
    lat: float | None = None
    event: str = ""
    warning: UUID | None = None
    matter: UUID | None = None


def origin_of(request: HttpRequest) -> Origin:
    actor: Actor = request.actor
    given = request.POST if request.method == "POST" else request.GET
    if (key := _uuid(given.get("warning_id") or given.get("warning"))) is not None:
        warning = warnings.one(actor, key)
        return Origin(warning.place_code, warning.lon, warning.lat, word("rule", warning.rule), warning=key)
    if (key := _uuid(given.get("matter_id") or given.get("matter"))) is not None and (found := matters.seen(key)):
        return Origin(found.place_code, found.lon, found.lat, word("matter", found.kind), matter=key)
    code = given.get("place", "")
    place = places.at(code) if code.isdecimal() and code.startswith(actor.scopes) else places.at(actor.scope)
    return Origin(place.code, place.lon, place.lat) if place else Origin(actor.scope)


def declaring(actor: Actor, origin: Origin) -> Act:
    line = [code for n in LEVELS if len(code := origin.code[:n]) == n and code.startswith(actor.scopes)]
    known = places.names(line)
    options: dict[str, list[tuple[str, object]]] = {
        "category": [(c.value, w) for c, w in CATEGORIES.items()],
        "grade": [(str(int(g)), w) for g, w in reversed(GRADES.items())],
        "radius": [
            ("", _("不按半径，用下面的整个地点")),
            *((str(n), _("%(n)d 米内") % {"n": n}) for n in RADII),
        ],
        "place": [(code, known[code]) for code in reversed(line) if code in known],
    }
    starts = {
        "event": origin.event, "category": "fire", "grade": "4", "radius": "100" if origin.lon else "",
        "lon": origin.lon if origin.lon is not None else "", "lat": origin.lat if origin.lat is not None else "",
        "warning_id": str(origin.warning or ""), "matter_id": str(origin.matter or ""),
        "place": "" if origin.lon else origin.code,
    }  # fmt: skip
    return Act(
        key="declare", words=_("启动应急"), tone="danger", options=options, starts=starts, verb=_declare,
        fields=(
            Field(name="event", label=_("发生了什么"), hint=_("大屏上的标题，例如“居民楼火灾”。")),
            Field(name="category", label=_("类别"), kind=Kind.SELECT, options="category"),
            Field(name="grade", label=_("响应级别"), kind=Kind.SELECT, options="grade"),
            Field(
                name="radius", label=_("范围：地图上的点周围"), kind=Kind.SELECT, options="radius", optional=True,
                hint=_("在地图上点一下定中心。不选半径，就以下面的地点为范围。"),
            ),
            Field(name="place", label=_("范围：整个地点"), kind=Kind.SELECT, options="place", optional=True),
            CORNERS,
            Field(name="instruction", label=_("给范围内人员的行动指引"), kind=Kind.TEXT, optional=True),
            GATHER,
            UNTIL,
            Field(name="drill", label=_("这是演练"), kind=Kind.TICK),
            Field(name="lon", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="lat", label="", kind=Kind.HIDDEN, optional=True),
            Field(name="warning_id", label="", kind=Kind.HIDDEN_ID, optional=True),
            Field(name="matter_id", label="", kind=Kind.HIDDEN_ID, optional=True),
        ),
    )  # fmt: skip


CORNERS = Field(
    name="corners", label=_("范围：画出的角"), kind=Kind.TEXT, optional=True,
    hint=_("在地图上画，或一行写一个角“经度,纬度”。写了就以它为准。"),
)  # fmt: skip


GATHER = Field(name="gather", label=_("去哪里"), optional=True, hint=_("集合点、安置点，例如“小区东门广场”。"))


UNTIL = Field(name="until", label=_("预计到什么时候"), kind=Kind.MOMENT, optional=True)


LEVELS = (Level.CITY.digits, Level.DISTRICT.digits, Level.STREET.digits, Level.NEIGHBOURHOOD.digits)


def _declare(*, by: Actor, at: datetime, **given: Any) -> Emergency:
    zone = zone_asked(given)
    return verbs.declare(by=by, at=at, zone=zone, **{**given, "grade": whole(given["grade"])})


def zone_asked(given: dict[str, Any]) -> Wanted:
    """The zone a form asks for, taken out of what it sent: what was drawn, else a circle, else a place."""
    radius, lon, lat, place, drawn = (given.pop(name, "") for name in ("radius", "lon", "lat", "place", "corners"))
    area = corners(drawn)
    if area is not None:
        return Wanted(area=area)
    if radius:
        return Wanted(lon=_number(lon), lat=_number(lat), radius=_number(radius))
    return Wanted(place_code=place)


def _number(written: object) -> float | None:
    try:
        return float(str(written))
    except ValueError:
        return None


def whole(written: object) -> int:
    return int(str(written)) if str(written).isdecimal() and len(str(written)) < 4 else 0


def _uuid(written: str | None) -> UUID | None:
    try:
        return UUID(written or "")
    except ValueError:
        return None
