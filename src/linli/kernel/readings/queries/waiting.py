"""What waits for somebody: warnings that stand, unsettled letters, silent things. Counted up to a bound, for the rail.

A storm counts once, as in the list and on the bell (`warnings.waiting`)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.kernel.access import Actor, holds

from . import looking, storms
from .fleet import BOUND
from .looking import Part

_OPEN = f"""(SELECT FROM readings_warning w WHERE {{scope}} AND {storms.STANDS.format("w")}
  GROUP BY coalesce(w.incident_id, w.id)) w"""


def waiting(actor: Actor, *, at: datetime) -> dict[str, int]:
    """warnings, letters, silent: at most BOUND each, and only what this role may look at. One query."""
    parts: dict[str, Part] = {}
    if holds(actor, "warnings.read") and (scope := looking.inside(actor, name="w")):
        parts["warnings"] = Part(_OPEN.format(scope=scope.sql), scope.values)
    if holds(actor, "letters.read"):
        parts["letters"] = Part("readings_deadletter w WHERE w.settled_at IS NULL")
    if holds(actor, "things.read") and (scope := looking.inside(actor)):
        declared = looking.declared()
        parts["silent"] = Part(
            f"things_thing t LEFT JOIN {declared.sql} ON d.model = t.model"
            f" {looking.SOURCES} WHERE {scope.sql} AND {looking.SILENT}",
            (*declared.values, *scope.values, at),
        )
    if not parts:
        return {}
    text = " UNION ALL ".join(
        f"SELECT %s, (SELECT count(*) FROM (SELECT FROM {part.sql} LIMIT {BOUND}) bounded)"  # noqa: S608 - of our parts
        for part in parts.values()
    )
    values = [value for name, part in parts.items() for value in (name, *part.values)]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return {name: int(number) for name, number in cursor.fetchall()}
