"""The nightly look: one sign in one street in one transaction, so that whoever is killed leaves whole streets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Sign
from linli.kernel.places.codes import Level, nearest
from linli.kernel.places.models import Place
from linli.kernel.places.register import valid

from ..evidence import spoken
from ..gathering import gather
from ..judging import Judged, judge
from ..models import LIVE, Look, Setting, State, Suggestion
from ..weighing import grew
from .common import record

FROM = timedelta(hours=2, minutes=30)
"""After midnight: what was reported in the evening is in, and few people wait for the database."""
FADES = 0.6
"""With less than this share of what it took to be raised, or one indication alone, an open suggestion is taken away; with more
it stays, so that it does not come and go."""
_MINE = "SELECT pg_try_advisory_xact_lock(hashtext('linli.signs'), hashtext(%s))"
_TOTAL = """
SELECT left(code, %s), count(*) FROM places_place
WHERE level = %s AND code >= %s AND code < %s || ':' AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
GROUP BY 1
"""


def look_when_due(*, at: datetime) -> int:
    """Look for the next sign in the next street that nobody has looked at since the last night; returns 1, or 0 when
    all is done."""
    day = _day(at)
    done = set(Look.objects.filter(day=day).values_list("sign", "street"))
    for street in valid(day).filter(level=Level.STREET).order_by("code").values_list("code", flat=True):
        for name in catalogue().signs:
            if (name, street) not in done and look(sign=name, street=street, day=day, at=at):
                return 1
    return 0


def look(*, sign: str, street: str, day: date, at: datetime) -> Look | None:
    """Look for one sign in one street at everything before a local day. None where another worker does, or has."""
    declared = catalogue().signs[sign]
    with transaction.atomic(), as_system():
        with connection.cursor() as cursor:
            cursor.execute(_MINE, [f"{sign} {street}"])
            if not cursor.fetchone()[0] or Look.objects.filter(sign=sign, street=street, day=day).exists():
                return None
        until = datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
        found = _judged(declared, street, until)
        raised = _apply(declared, street, found, at)
        return Look.objects.create(sign=sign, street=street, day=day, made_at=at, looked=len(found), raised=raised)


def _day(at: datetime) -> date:
    """The local day whose night has come."""
    return (at.astimezone(ZoneInfo(settings.TIME_ZONE)) - FROM).date()


def _judged(sign: Sign, street: str, until: datetime) -> dict[str, Judged]:
    seen = {one.name: gather(sign, one, street, until) for one in sign.indications}
    with connection.cursor() as cursor:
        level = next(level for level in Level if level.digits == sign.level)
        cursor.execute(_TOTAL, [sign.alike, level, street, street, until.date(), until.date()])
        total = dict(cursor.fetchall())
    return judge(sign, seen, total)


def _apply(sign: Sign, street: str, found: Mapping[str, Judged], at: datetime) -> int:
    """Raise what is enough, bring what is open up to date, and take away what is no more. Returns how many were raised."""
    set_here = _settings(sign.name, street)
    live = {
        one.place_code: one
        for one in Suggestion.objects.select_for_update().filter(sign=sign.name, p9=street, state__in=LIVE)
    }
    for place, open_ in live.items():
        if open_.state == State.OPEN:
            _renew(sign, open_, found.get(place), nearest(set_here, place), at)
    raised = 0
    for place, judged in found.items():
        setting = nearest(set_here, place)
        raises = sign.raises if setting is None or setting.raises is None else setting.raises
        if place in live or (setting is not None and setting.off) or not judged.enough(sign, raises):
            continue
        if not Place.objects.filter(code=place, valid_to=None).exists() or _rests(sign, judged, at):
            continue
        _raise(sign, judged, raises, at)
        raised += 1
    return raised


def _settings(sign: str, street: str) -> dict[str, Setting]:
    """Settings that hold somewhere in a street, by code."""
    rows = Setting.objects.filter(sign=sign)
    return {
        row.place_code: row
        for row in rows
        if row.place_code == "*" or row.place_code.startswith(street) or street.startswith(row.place_code)
    }


def _raise(sign: Sign, judged: Judged, raises: float, at: datetime) -> Suggestion:
    made = Suggestion.objects.create(
        sign=sign.name,
        place_code=judged.place,
        weight=judged.weight,
        raises=raises,
        evidence=_kept(judged),
        made_at=at,
        looked_at=at,
    )
    record(SYSTEM, at, "raise", made, after={"sign": sign.name, "weight": round(judged.weight, 2)})
    return made


def _renew(sign: Sign, open_: Suggestion, judged: Judged | None, setting: Setting | None, at: datetime) -> None:
    """The evidence as it is tonight; where there is little left of it, or the sign is off, the suggestion goes."""
    off = setting is not None and setting.off
    if off or judged is None or not judged.enough(sign, open_.raises * FADES):
        open_.state, open_.ended_at, open_.rests_until = State.FADED, at, at
        open_.version += 1
        open_.save(update_fields=["state", "ended_at", "rests_until", "version"])
        left = round(judged.weight, 2) if judged else 0
        record(
            SYSTEM, at, "fade", open_, before={"weight": round(open_.weight, 2)}, after={"weight": left, "off": off}
        )
        return
    open_.weight, open_.evidence, open_.looked_at = judged.weight, _kept(judged), at
    open_.save(update_fields=["weight", "evidence", "looked_at"])


def _rests(sign: Sign, judged: Judged, at: datetime) -> bool:
    """Whether somebody decided about this place not long ago, and there is not more to say than then."""
    last = (
        Suggestion.objects.filter(sign=sign.name, place_code=judged.place, rests_until__gt=at)
        .order_by("-made_at")
        .first()
    )
    if last is None:
        return False
    now = {one.name: one.now for one in judged.said if one.speaks}
    return not grew(spoken(last.evidence), now, sign.grown)


def _kept(judged: Judged) -> list[dict[str, Any]]:
    return [one.kept() for one in judged.said]
