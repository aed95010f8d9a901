"""One home written twice: "3号楼2单元501", "3-2-501", "３幢２单元５０１室". Found by what the parts say; a person merges them
(`verbs.merge_places`), and everything there goes along."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from linli.kernel.access import Actor, covers, require

from .address import parse
from .cache import today
from .codes import Level
from .register import valid

COMPOUND = 18
MOST = 50_000
"""Places of one question: a neighbourhood's. More is asked of a smaller scope."""
_DASHED = re.compile(r"(\d{1,4})[-‐–—－](?:(\d{1,3})[-‐–—－])?(\d{1,5})(?:室)?")


@dataclass(frozen=True, slots=True)
class Twice:
    """Places that say the same door: (code, what it is called with its building and unit)."""

    said: str
    places: tuple[tuple[str, str], ...]


def door(text: str) -> tuple[str, str, str] | None:
    """Building, unit and room a text names; None where it names no room. Dashes are read as people mean them."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    dashed = _DASHED.fullmatch(plain)
    if dashed:
        return dashed[1].lstrip("0"), (dashed[2] or "").lstrip("0"), dashed[3].lstrip("0")
    parts = parse(plain).parts
    return (parts.building, parts.unit, parts.room) if parts.room else None


def alike(names: Mapping[str, str]) -> list[Twice]:
    """Doors of one compound that several places name. `names` are what places are called, by code; pure."""
    doors: dict[tuple[str, str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for code, name in sorted(names.items()):
        if len(code) <= COMPOUND:
            continue
        above = "".join(names.get(code[:length], "") for length in (21, 23) if length < len(code))
        found = (
            door(name)
            if _DASHED.fullmatch("".join(unicodedata.normalize("NFKC", name).split()))
            else door(above + name)
        )
        if found is not None:
            doors[(code[:COMPOUND], *found)].append((code, above + name))
    return [
        Twice("-".join(part for part in key[1:] if part), tuple(places))
        for key, places in sorted(doors.items())
        if len(places) > 1
    ]


def homes_twice(by: Actor, scope: str, on: date | None = None) -> list[Twice]:
    """Homes of a neighbourhood, or of what lies in it, that are there twice. Needs `places.read`. One query."""
    require(by, "places.read")
    if not covers(by, scope) or len(scope) < 12:
        return []
    rows: Iterable[tuple[str, str]] = (
        valid(on or today())
        .filter(code__startswith=scope, level__gte=Level.COMPOUND)
        .values_list("code", "name")[:MOST]
    )
    return alike(dict(rows))
