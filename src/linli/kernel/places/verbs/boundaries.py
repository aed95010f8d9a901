"""Do boundaries fit? Neighbours share no area, and a child lies within its parent, slivers aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db.models import Q
from shapely import STRtree
from shapely.geometry import MultiPolygon, shape

from linli.kernel.places import codes
from linli.kernel.places.geometry import SLIVER, outside_share, overlap_share
from linli.kernel.places.models import Place
from linli.kernel.places.sentences import Sentence


def misfits(new: Mapping[str, MultiPolygon], names: Mapping[str, str]) -> Iterator[tuple[str, Sentence]]:
    """For each new or moved boundary that does not fit: its code and why.

    `names` gives the names of places that are not registered yet.
    """
    if not new:
        return
    known, known_names = _around(new)
    everything = {**known, **new}
    called = {**known_names, **names}
    siblings = defaultdict(list)
    for code in everything:
        siblings[codes.parent(code)].append(code)
    for group in siblings.values():
        yield from _overlaps(group, everything, new, called)
    for code in new:
        yield from _sticks_out(code, everything, called)
    for code in known.keys() - new.keys():
        if codes.parent(code) in new:
            yield from ((codes.parent(code) or "", why) for _, why in _sticks_out(code, everything, called))


def _around(new: Mapping[str, MultiPolygon]) -> tuple[dict[str, MultiPolygon], dict[str, str]]:
    """The registered boundaries beside, above and directly below the new ones."""
    above = {a for code in new for a in codes.ancestors(code)}
    beside = {codes.parent(code) for code in new}
    rows = Place.objects.filter(
        Q(code__in=above) | Q(parent_code__in=[b for b in beside if b]) | Q(parent_code__in=list(new)),
        valid_to=None,
        boundary__isnull=False,
    ).values_list("code", "name", "boundary")
    boundaries, names = {}, {}
    for code, name, boundary in rows:
        drawn = shape(boundary)
        boundaries[code] = drawn if isinstance(drawn, MultiPolygon) else MultiPolygon([drawn])
        names[code] = name
    return boundaries, names


def _overlaps(
    group: list[str],
    everything: Mapping[str, MultiPolygon],
    new: Mapping[str, MultiPolygon],
    names: Mapping[str, str],
) -> Iterator[tuple[str, Sentence]]:
    tree = STRtree([everything[code] for code in group])
    for code in (c for c in group if c in new):
        for i in tree.query(everything[code], predicate="intersects"):
            other = group[i]
            if other == code or (other in new and other > code):
                continue
            share = overlap_share(everything[code], everything[other])
            if share > SLIVER:
                yield (
                    code,
                    Sentence(
                        "“%(name)s”的边界与相邻的“%(other)s”重叠 %(share)s%%。",
                        {"name": names[code], "other": names[other], "share": round(share * 100)},
                    ),
                )


def _sticks_out(
    code: str, everything: Mapping[str, MultiPolygon], names: Mapping[str, str]
) -> Iterator[tuple[str, Sentence]]:
    holder = next((a for a in reversed(codes.ancestors(code)) if a in everything), None)
    if holder is None:
        return
    share = outside_share(everything[code], everything[holder])
    if share > SLIVER:
        yield (
            code,
            Sentence(
                "“%(name)s”的边界有 %(share)s%% 在上级“%(holder)s”的边界之外。",
                {"name": names[code], "holder": names[holder], "share": round(share * 100)},
            ),
        )
