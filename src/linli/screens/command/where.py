"""Which place a wall shows: its name, the way up to one's own post, and the places right below."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound
from linli.kernel.places import codes
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level


@dataclass(frozen=True, slots=True)
class Spot:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Where:
    """`way`: from the post's own place down to this one, which is the last. `below`: one step further."""

    code: str
    name: str
    level: Level
    way: tuple[Spot, ...]
    below: tuple[Spot, ...]
    home: str


def where_of(actor: Actor, code: str) -> Where:
    """Raises NotFound for a code without a place."""
    try:
        level = codes.level_of(code)
        line = (*codes.ancestors(code), code)
    except codes.Fault:
        raise NotFound(_("没有这个地点。")) from None
    home = actor.scope if code.startswith(actor.scope) else code
    names = places.names(line)
    if code not in names:
        raise NotFound(_("没有这个地点。"))
    way = tuple(Spot(step, names.get(step, step)) for step in line if len(step) >= len(home))
    below = places.children(code).values_list("code", "name") if level < Level.NEIGHBOURHOOD else ()
    return Where(code, names[code], level, way, tuple(Spot(*one) for one in below), home)


def stops_of(actor: Actor) -> list[str]:
    """Where a tour goes by itself: one's own place, then each right below it."""
    home = actor.scope
    if not home.isdecimal() or len(home) >= Level.NEIGHBOURHOOD.digits:
        return [home]
    return [home, *places.children(home).values_list("code", flat=True)]


def ground_of(where: Where) -> str:
    """JSON: `children`, `outline` and `ground`, each a FeatureCollection."""
    below = Level(min(where.level + 1, Level.GRID))
    ground = places.ground(where.code[: Level.STREET.digits], around=where.code) if _is_near(where) else _NOTHING
    return (
        f'{{"children":{places.as_geojson(where.code, below)},'
        f'"outline":{places.as_geojson(where.code, where.level)},"ground":{ground}}}'
    )


def _is_near(where: Where) -> bool:
    return where.level >= Level.STREET


_NOTHING = '{"type":"FeatureCollection","features":[]}'
