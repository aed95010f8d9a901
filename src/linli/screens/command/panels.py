"""What stands beside the map: what needs a decision now, and what happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.matters.queries import stream as streams
from linli.kernel.matters.queries import wall as matters
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.readings.queries import wall as readings
from linli.kernel.readings.words import severity_word
from linli.parts.jinja import address
from linli.parts.words import word

from .where import Where

SHOWN = 12
_NAMED = (Level.DISTRICT, Level.STREET, Level.NEIGHBOURHOOD, Level.COMPOUND)
WHY = {
    "overdue": _("超期"),
    "extension": _("延期待批"),
    "write_off": _("核销待批"),
    "order": _("督办待复"),
}
_TONES = {"overdue": "supervised", "order": "supervised", "extension": "warned", "write_off": "warned"}
_SEVERITY = {3: "orange", 4: "red"}


@dataclass(frozen=True, slots=True)
class Waits:
    """One line of what needs a decision: why, what, where, since when, and the page where it is decided."""

    key: str
    href: str
    why: tuple[str, ...]
    tone: str
    what: str
    place: str
    since: datetime


def deciding_of(actor: Actor, where: Where, at: datetime) -> dict[str, Any]:
    """The longest waiting first, whatever waits; and how many wait for which reason."""
    due = matters.deciding(actor, where.code, at=at, limit=SHOWN)
    untaken, grave = readings.untaken(actor, where.code, limit=SHOWN)
    said = _labels(where, [row.place_code for row in (*due.rows, *untaken)])
    waits = [_matter(row, said) for row in due.rows] + [_warning(row, said) for row in untaken]
    counts = [(WHY[why], n, _TONES[why], _listed(why, where)) for why, n in due.counts.items() if n]
    if grave:
        counts.insert(0, (_("红橙预警未确认"), grave, "red", f"{address('desk:warnings')}?place={where.code}"))
    return {"waits": sorted(waits, key=lambda wait: wait.since)[:SHOWN], "counts": counts}


def stream_of(actor: Actor, where: Where, at: datetime) -> dict[str, Any]:
    news = streams.stream(actor, where.code, at=at)
    return {"news": news, "labels": _labels(where, [one.place_code for one in news])}


def _labels(where: Where, wanted: list[str]) -> dict[str, str]:
    """How places are called on this wall: by two names at most, from one level below it down to the compound. A grid is
    a name for those who work in it, and is left out."""
    named = places.names(code[: step.digits] for code in wanted for step in _NAMED if step.digits <= len(code))
    said = {}
    for code in wanted:
        steps = [code[: step.digits] for step in _NAMED if step > where.level and step.digits <= len(code)]
        said[code] = " · ".join(named[step] for step in steps[:2] if step in named)
    return said


def _matter(row: matters.Due, said: dict[str, str]) -> Waits:
    return Waits(
        key=f"matter:{row.id}",
        href=address("desk:matter", row.id),
        why=tuple(str(WHY[why]) for why in row.why),
        tone=_TONES[row.why[0]],
        what=word("matter", row.kind),
        place=said.get(row.place_code, ""),
        since=row.since,
    )


def _warning(row: readings.Untaken, said: dict[str, str]) -> Waits:
    many = gettext("%(n)d 台设备") % {"n": row.members} if row.members > 1 else ""
    return Waits(
        key=f"warning:{row.id}",
        href=address("desk:incident", row.incident_id) if row.incident_id else address("desk:warning", row.id),
        why=(severity_word(row.severity),),
        tone=_SEVERITY[row.severity],
        what=" ".join(filter(None, (word("rule", row.rule), many))),
        place=said.get(row.place_code, "") or row.name,
        since=row.since,
    )


def _listed(why: str, where: Where) -> str:
    """The queue of the desk that holds what a number counts."""
    narrower = "&supervised=1" if why in ("overdue", "order") else ""
    return address("desk:queue", "all") + f"?place={where.code}{narrower}"
