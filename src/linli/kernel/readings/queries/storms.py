"""Storms: of many warnings of one incident a list shows one row, and a number counts one.

An incident stands in the tab of its least finished member: among those that stand while one of them stands, among the
cleared while one waits to be closed. There it is shown by its first member in the order of the list. Only what the
reader's eyes see and the list asks for counts: a street sees its part of a storm over the whole district.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.access.prepared import read
from linli.kernel.places import codes

STANDS = "{}.state IN ('raised', 'acknowledged')"

# The planner remembers the answer for each incident (Memoize), so a storm of thousands is looked up once.
_FIRST = """LEFT JOIN LATERAL (
  SELECT o.id FROM readings_warning o WHERE o.incident_id = w.incident_id AND {among} AND {within}
  ORDER BY {order} LIMIT 1
) f ON true"""
_OTHERWISE = """ AND NOT EXISTS (
  SELECT FROM readings_warning u WHERE u.incident_id = w.incident_id AND {among} AND {within})"""
# Written as a CASE, of which the planner expects every second row to pass: it walks the index of the order up to the
# page's last row. Of an equation of two ids it expects next to none, and sorts everything that stands.
_SHOWN = "CASE WHEN w.incident_id IS NULL THEN true ELSE f.id = w.id{} END"
_LATEST = "o.raised_at DESC, o.id DESC"
_OF = f"""
SELECT w.incident_id, min(w.rule), max(w.severity), count(*), count(*) FILTER (WHERE {STANDS.format("w")}),
  count(*) FILTER (WHERE w.state = 'raised'), min(w.place_code), max(w.place_code), min(w.matter_id::text)::uuid
FROM readings_warning w WHERE w.incident_id = ANY (%s) AND {{within}} GROUP BY w.incident_id
"""  # noqa: S608 - of our parts


@dataclass(frozen=True, slots=True)
class Storm:
    """An incident as the reader sees it: how many members, how many of them stand, how many nobody has seen yet.

    `place_code`: what the members have in common.
    """

    id: UUID
    rule: str
    severity: int
    members: int
    standing: int
    raised: int
    place_code: str
    matter_id: UUID | None


def shown_by(tab: str, prefixes: Sequence[str]) -> tuple[str, str, list[str]]:
    """A join, a condition on its `f`, and their values, which leave of each incident the one that stands for it."""
    within, values = below(prefixes, "o")
    stands = STANDS.format("o")
    if tab == "open":
        join = _FIRST.format(among=stands, within=within, order="o.severity DESC, o.raised_at, o.id")
        return join, _SHOWN.format(""), values
    join = _FIRST.format(among=f"o.state = '{tab}'", within=within, order=_LATEST)
    unfinished = STANDS.format("u") if tab == "cleared" else "u.closed_at IS NULL"
    otherwise = _OTHERWISE.format(among=unfinished, within=below(prefixes, "u")[0])
    return join, _SHOWN.format(otherwise), values


def below(prefixes: Sequence[str], name: str) -> tuple[str, list[str]]:
    """The condition that a row lies in one of these places."""
    if "" in prefixes:
        return "true", []
    return "(" + " OR ".join([f"starts_with({name}.place_code, %s)"] * len(prefixes)) + ")", list(prefixes)


def of(by: Actor, incidents: Iterable[UUID], prefixes: Sequence[str] = ("",)) -> dict[UUID, Storm]:
    """The incidents of a page. One query; none where there is nothing to ask."""
    require(by, "warnings.read")
    wanted = list(dict.fromkeys(incidents))
    if not wanted or not prefixes:
        return {}
    within, values = below(prefixes, "w")
    found = {}
    for key, rule, severity, members, standing, raised, lowest, highest, matter in read(
        _OF.format(within=within), [wanted, *values]
    ):
        # What holds the lowest and the highest code holds all of them.
        place = codes.common([lowest, highest]) or ""
        found[key] = Storm(key, rule, severity, members, standing, raised, place, matter)
    return found


def one(by: Actor, incident_id: UUID) -> Storm:
    """Raises NotFound where there is none, or the actor sees none of its members."""
    storm = of(by, [incident_id]).get(incident_id)
    if storm is None:
        raise NotFound(_("没有找到这些预警，或者您无权查看。"))
    return storm
