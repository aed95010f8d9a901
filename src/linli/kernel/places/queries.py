"""What can be asked about places. Nothing here asks for permission: places are public data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Count, QuerySet
from shapely.geometry import MultiPolygon, shape

from linli.kernel.access import Actor, Moves, covers, require
from linli.kernel.access.prepared import ask
from linli.kernel.places import codes
from linli.kernel.places.address import parse
from linli.kernel.places.cache import Kept, today
from linli.kernel.places.codes import Level, nearest
from linli.kernel.places.geometry import GridIndex, Near, PointIndex
from linli.kernel.places.matching import Match, bigrams, match
from linli.kernel.places.models import Place, Recoding, Succession
from linli.kernel.places.register import Register, valid
from linli.kernel.places.rows import ADDRESS_PARTS
from linli.kernel.places.sentences import Fault, Sentence
from linli.kernel.places.words import say

__all__ = [
    "Found",
    "address",
    "as_geojson",
    "at",
    "beside",
    "carried",
    "children",
    "exists",
    "find",
    "ground",
    "label",
    "labels",
    "lies_in",
    "locate",
    "meant",
    "names",
    "near",
    "nearest",
    "now_called",
    "open_moves",
    "path",
    "require_at",
    "succeeded_by",
    "tally",
]


@dataclass(frozen=True, slots=True)
class Found:
    """A place a text may mean. `score` 0 to 1; `reasons` are sentences in the reader's language."""

    code: str
    name: str
    path: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]


def at(code: str, on: date | None = None) -> Place | None:
    """The place with this code as it was (or is) on a day; None when there was none."""
    return valid(on or today()).filter(code=code).first()


# `register.valid`, for the one question every report asks.
_STANDS = """
SELECT FROM places_place WHERE code = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s) LIMIT 1
"""


def exists(code: str) -> bool:
    """Whether this code stands for a place today."""
    day = today()
    return bool(ask(_STANDS, [code, day, day]))


def children(code: str | None, on: date | None = None) -> QuerySet[Place]:
    """The places right below; the provinces for None."""
    return valid(on or today()).filter(parent_code=code).order_by("code")


def path(code: str, on: date | None = None) -> tuple[str, ...]:
    """The names from the province down to `code`; empty for a code that cannot be.

    Today's names are kept in the process down to the compound; other days are looked up.
    """
    try:
        line = (*codes.ancestors(code), code)
    except Fault:
        return ()
    known = _names.get() if on is None else {}
    missing = [step for step in line if step not in known]
    if missing:
        day = on or today()
        known = known | dict(valid(day).filter(code__in=missing).values_list("code", "name"))
    return tuple(known[step] for step in line if step in known)


def names(wanted: Iterable[str]) -> dict[str, str]:
    """Today's names of many codes in one or no query; codes without a place are left out."""
    every = set(wanted)
    known = _names.get()
    found = {code: known[code] for code in every if code in known}
    if missing := every - found.keys():
        found |= dict(valid(today()).filter(code__in=missing).values_list("code", "name"))
    return found


def label(code: str, above: Level = Level.STREET) -> str:
    """How a place is called on a page: its names from `above` down, "临江街道 · 临江居委会 · 幸福小区"."""
    said = path(code)
    return " · ".join(said[above - 1 :] or said[-1:])


def labels(wanted: Iterable[str], above: Level = Level.STREET) -> dict[str, str]:
    """How many places are called on a page, as `label` calls one; in two queries at most, however many they are."""
    lines = {code: (*codes.ancestors(code), code) for code in set(wanted) if code}
    known = names(step for line in lines.values() for step in line)
    said = {code: [known[step] for step in line if step in known] for code, line in lines.items()}
    return {code: " · ".join(line[above - 1 :] or line[-1:]) for code, line in said.items()}


def address(code: str, down_to: Level = Level.BUILDING) -> str:
    """A registered address as people write it, "临江路128弄3号楼"; its compound's name where no road is registered.
    "" for what lies above a compound."""
    try:
        line = [
            step for step in (*codes.ancestors(code), code) if Level.COMPOUND <= codes.level_of(step) <= down_to
        ]
    except Fault:
        return ""
    said: dict[str, str] = {}
    name = ""
    for place in valid(today()).filter(code__in=line).order_by("code"):
        name = name or place.name
        said |= {part: value for part in ADDRESS_PARTS if (value := getattr(place, part))}
    lane = f"{said['lane']}弄" if "lane" in said else f"{said['number']}号" if "number" in said else ""
    begins = said["road"] + lane if "road" in said else name
    return begins + (f"{said['building']}号楼" if begins and "building" in said else "")


def locate(lon: float, lat: float) -> str | None:
    """The deepest place whose boundary holds a WGS-84 point; None outside every place.

    The index is kept in the process and built again when places have changed.
    """
    return _grid.get().locate(lon, lat)


def near(lon: float, lat: float, *, within_m: float = 300, limit: int = 5) -> list[Near]:
    """Compounds and buildings whose point lies within so many metres, the nearest first."""
    return _points.get().nearest(lon, lat, within_m=within_m, limit=limit)


def find(text: str, *, scope: str = "*", on: date | None = None, limit: int = 10) -> list[Found]:
    """Places that an address, a name or a code may mean, the likeliest first. Empty when nothing fits."""
    return [
        Found(m.code, m.name, path(m.code, on), round(m.score, 3), tuple(say(r) for r in m.reasons))
        for m in meant(text, scope=scope, on=on)[:limit]
    ]


def meant(text: str, *, scope: str = "*", on: date | None = None) -> list[Match]:
    """The same for who wants their codes alone: nothing above them is asked for, and no reason put into words."""
    register = Register(on or today(), scope)
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and (entry := register.entry(plain)):
        return [Match(entry.code, entry.name, 1.0, (Sentence("这就是它的代码。"),))]
    return match(parse(text), register) or _by_plain_name(plain, register)


def succeeded_by(code: str, on: date | None = None) -> list[Place]:
    """What a code that is no more became: the places valid on a day that follow it. Itself while it stands."""
    standing = at(code, on)
    if standing is not None:
        return [standing]
    ends: dict[object, Place] = {}
    seen: set[object] = set()
    waiting = list(Place.objects.filter(code=code))
    day = on or today()
    while waiting:
        seen.update(p.pk for p in waiting)
        ends |= {p.pk: p for p in waiting if p.valid_from <= day and (p.valid_to is None or p.valid_to > day)}
        told = Succession.objects.filter(predecessor__in=[p for p in waiting if p.pk not in ends], at__lte=day)
        waiting = [s.successor for s in told.select_related("successor") if s.successor_id not in seen]
    return sorted(ends.values(), key=lambda p: p.code)


def now_called(code: str) -> str | None:
    """The code that stands today for what a code meant: itself while it stands, else what it became; for a place that
    had been closed below one that became another, that other. None for a code that leads nowhere.

    One query for a code that stands.
    """
    if exists(code):
        return code
    step: str | None = code if Place.objects.filter(code=code).exists() else None
    followed, seen = False, set[str]()
    while step and step not in seen:
        seen.add(step)
        became = Succession.objects.filter(
            predecessor__code=step, heir=True, kind__in=_OTHER_CODES, at__lte=today()
        ).order_by("-at")
        heir = became.values_list("successor__code", flat=True).first()
        followed = followed or heir is not None
        step = heir or codes.parent(step)
        if step and followed and exists(step):
            return step
    return None


def lies_in(code: str, scope: str) -> bool:
    """Whether a code lies in a scope, also when one of the two was written before a change of codes."""
    if codes.is_within(code, scope):
        return True
    return codes.is_within(now_called(code) or code, now_called(scope) or scope)


def require_at(by: Actor, permission: str, code: str) -> None:
    """`access.require` at a place, for who works in a scope that was called otherwise a moment ago as well.

    An actor is remembered for half a minute, so the first to come may not know yet what their scope became.
    """
    if not covers(by, code) and by.scope not in ("", "*") and lies_in(code, by.scope):
        by = replace(by, also=(*by.also, code))
    require(by, permission, code)


def beside(code: str, scope: str) -> QuerySet[Place]:
    """The other places of the same level right below the same one, within a scope: what a place is merged with."""
    same = children(codes.parent(code)).exclude(code=code)
    return same if scope in ("", "*") else same.filter(code__startswith=scope)


def tally(code: str) -> list[tuple[str, int]]:
    """How many places of which level lie below a code, as words and numbers; the widest level first."""
    below = valid(today()).filter(code__startswith=code).exclude(code=code)
    counts = below.order_by("level").values_list("level").annotate(n=Count("*"))
    return [(say(Level(level).word), n) for level, n in counts]


def carried(code: str) -> dict[str, int] | None:
    """What has been carried over for a change of codes at a place, by room; None when none is going on there."""
    for recoding in Recoding.objects.filter(finished_at=None).order_by("-at"):
        moves = Moves.of_json(recoding.moves)
        if any(
            new.startswith(code) or code.startswith(new) for new in (*moves.trees.values(), *moves.rests.values())
        ):
            return dict(recoding.carried)
    return None


def open_moves() -> list[Moves]:
    """The changes of codes that are being carried through the rooms."""
    rows = Recoding.objects.filter(finished_at=None).order_by("at").values_list("moves", flat=True)
    return [Moves.of_json(row) for row in rows]


def ground(scope: str, around: str = "", on: date | None = None) -> str:
    """What a map draws beneath what happened: a FeatureCollection (JSON text, made by the database) with `name`
    and `level` only. The neighbourhoods of a scope as areas; inside `around`, when a code is given, also grids
    (their edges are mostly streets), compounds and buildings.
    """
    day = on or today()
    prefix = "" if scope == "*" else scope or "-"
    with connection.cursor() as cursor:
        cursor.execute(_GROUND, {"prefix": prefix, "around": around or "-", "day": day})
        return str(cursor.fetchone()[0])


def as_geojson(scope: str, level: Level, on: date | None = None) -> str:
    """A FeatureCollection (JSON text, made by the database) of the places of a level inside a scope.

    Places with neither boundary nor point are left out.
    """
    day = on or today()
    with connection.cursor() as cursor:
        cursor.execute(_GEOJSON, {"prefix": "" if scope == "*" else scope or "-", "level": level, "day": day})
        return str(cursor.fetchone()[0])


_OTHER_CODES = (Succession.Kind.RECODE, Succession.Kind.MERGE, Succession.Kind.SPLIT)
_GEOJSON = """
SELECT jsonb_build_object('type', 'FeatureCollection', 'features', coalesce(jsonb_agg(jsonb_build_object(
  'type', 'Feature', 'id', code,
  'geometry', coalesce(boundary,
                       jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(lon, lat))),
  'properties', jsonb_build_object('code', code, 'name', name, 'level', level, 'parent', parent_code,
                                   'lon', lon, 'lat', lat)
) ORDER BY code), '[]'))::text
FROM places_place
WHERE level = %(level)s AND starts_with(code, %(prefix)s) AND valid_from <= %(day)s
  AND (valid_to IS NULL OR valid_to > %(day)s) AND (boundary IS NOT NULL OR lon IS NOT NULL)
"""


# Six decimals are ten centimetres.
_GROUND = """
SELECT jsonb_build_object('type', 'FeatureCollection', 'features', coalesce(jsonb_agg(jsonb_build_object(
  'type', 'Feature',
  'geometry', coalesce(boundary, jsonb_build_object(
    'type', 'Point', 'coordinates', jsonb_build_array(round(lon::numeric, 6), round(lat::numeric, 6)))),
  'properties', jsonb_build_object('name', name, 'level', level)
) ORDER BY level, code), '[]'))::text
FROM places_place
WHERE ((level = 5 AND starts_with(code, %(prefix)s)) OR (level IN (6, 7, 8) AND starts_with(code, %(around)s)))
  AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s) AND (boundary IS NOT NULL OR lon IS NOT NULL)
"""


def _by_plain_name(name: str, register: Register) -> list[Match]:
    """A text that is no address: places whose name or alias shares enough with it."""
    if not 2 <= len(name) <= 64:
        return []
    wanted = bigrams(name)
    found = []
    for entry in register.named(name):
        share = max(len(wanted & bigrams(known)) / len(wanted) for known in (entry.name, *entry.aliases))
        if share >= 0.5:
            why = Sentence("名称里有“%(name)s”。", {"name": name})
            if share < 1:
                why = Sentence("名称与“%(name)s”相近。", {"name": entry.name})
            exact = 0.1 * (name in (entry.name, *entry.aliases))
            found.append(Match(entry.code, entry.name, 0.8 * share + exact, (why,)))
    return sorted(found, key=lambda m: (-m.score, len(m.code), m.code))


def _read_names() -> dict[str, str]:
    rows = valid(today()).filter(level__lte=Level.COMPOUND)
    return dict(rows.values_list("code", "name").iterator(chunk_size=10_000))


def _read_grid() -> GridIndex:
    rows = valid(today()).filter(boundary__isnull=False)
    return GridIndex((code, _multi(boundary)) for code, boundary in rows.values_list("code", "boundary").iterator())


def _multi(boundary: dict[str, object]) -> MultiPolygon:
    drawn = shape(boundary)
    return drawn if isinstance(drawn, MultiPolygon) else MultiPolygon([drawn])


def _read_points() -> PointIndex:
    rows = valid(today()).filter(lon__isnull=False, level__in=[Level.COMPOUND, Level.BUILDING])
    return PointIndex((p.code, p.lon or 0.0, p.lat or 0.0) for p in rows.only("code", "lon", "lat"))


_names = Kept(_read_names)
_grid = Kept(_read_grid)
_points = Kept(_read_points)
