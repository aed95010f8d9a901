"""The matters that warnings open: one for each, or one for all of an incident.

A warning is never lost because its matter could not be opened: it stands with its `trouble`, and is tried again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.kernel.access import SYSTEM, Refused, look_as
from linli.kernel.access.prepared import ask, read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.places import queries as places

from ..queries.sentences import say, title
from ..raised import Opening, Opens, Raised

log = structlog.get_logger(__name__)

_OPENED_INCIDENT = "UPDATE readings_incident SET matter_id = %s WHERE id = %s"
_OPENED_OF_INCIDENT = """
UPDATE readings_warning SET matter_id = %s, trouble = '' WHERE incident_id = %s AND closed_at IS NULL
"""
_OPENED = "UPDATE readings_warning SET matter_id = %s, trouble = '' WHERE id = %s"
_TROUBLE = "UPDATE readings_warning SET trouble = %s WHERE id = ANY (%s)"
_SPOT = "SELECT t.spot FROM readings_warning w JOIN things_thing t ON t.id = w.thing_id WHERE w.id = %s"
"""Where whoever goes will find it; what it is called stands in the title."""
_OWED = """
SELECT w.id, w.rule, w.subject, w.incident_id, w.place_code, w.severity, w.says, t.name, t.lon, t.lat
FROM readings_warning w LEFT JOIN things_thing t ON t.id = w.thing_id
WHERE w.trouble <> '' AND w.matter_id IS NULL AND w.closed_at IS NULL
ORDER BY w.id LIMIT %s FOR UPDATE OF w SKIP LOCKED
"""


@dataclass(slots=True)
class Wanting:
    """Warnings that want one matter. `key` (of the incident, or of the warning) makes it the same one when tried again."""

    key: UUID
    incident: UUID | None
    changes: list[Raised] = field(default_factory=list)
    warnings: list[UUID] = field(default_factory=list)

    def add(self, change: Raised, warning: UUID) -> None:
        self.changes.append(change)
        self.warnings.append(warning)


def open_each(wanting: Iterable[Wanting], *, at: datetime, open_matter: Opens) -> list[UUID]:
    """The matters that were opened. In the caller's transaction."""
    return [matter for one in wanting if (matter := _try(one, at, open_matter))]


def open_owed(*, at: datetime, open_matter: Opens, limit: int = 100) -> int:
    """Try again to open matters that could not be opened; the worker calls it now and then. Returns how many were."""
    with transaction.atomic():
        look_as(SYSTEM)
        owed: dict[UUID, Wanting] = {}
        for warning, rule_name, subject, incident, code, severity, says, name, lon, lat in read(_OWED, [limit]):
            rule = catalogue().rules.get(rule_name)
            if rule is None or not rule.opens:
                continue
            change = Raised(
                rule, subject, None, None, code, lon, lat, name or places.label(code), "raise", severity, 0,
                orjson.loads(says),
            )  # fmt: skip
            owed.setdefault(incident or warning, Wanting(incident or warning, incident)).add(change, warning)
        return len(open_each(owed.values(), at=at, open_matter=open_matter))


def _try(one: Wanting, at: datetime, open_matter: Opens) -> UUID | None:
    """In a savepoint."""
    opening = _opening(one, at)
    try:
        with transaction.atomic():
            matter = open_matter(opening)
    except (OperationalError, InterfaceError):
        raise  # the database itself is away: nothing of this batch stands
    except Exception as error:
        trouble = error.sentence if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        log.warning(
            "a warning's matter could not be opened", key=opening.source_key, kind=opening.kind, why=trouble
        )
        look_as(SYSTEM)
        ask(_TROUBLE, [trouble[:500] or "?", one.warnings])
        return None
    look_as(SYSTEM)
    if matter is None:
        return None
    if one.incident:
        ask(_OPENED_INCIDENT, [matter, one.incident])
        ask(_OPENED_OF_INCIDENT, [matter, one.incident])
    else:
        ask(_OPENED, [matter, one.warnings[0]])
    return matter


def _opening(one: Wanting, at: datetime) -> Opening:
    change, count = max(one.changes, key=lambda change: change.severity), len(one.changes)
    with override("zh-hans"):
        sentence = say(change.rule.name, change.says)
        if count > 1:
            sentence += _("同时报警的还有 %(n)d 台设备。") % {"n": count - 1}
        address = places.address(change.place_code) or places.label(change.place_code)
        spot = read(_SPOT, [one.warnings[one.changes.index(change)]])
        return Opening(
            at=at,
            kind=change.rule.opens,
            place_code=change.place_code,
            lon=change.lon,
            lat=change.lat,
            address=" ".join(filter(None, (address, spot[0][0] if spot else ""))),
            title=title(change.rule.name, change.name),
            body=sentence,
            source_key=str(one.key),
            severity=change.severity,
            alarm={
                "rule": change.rule.name,
                "severity": change.severity,
                "says": dict(change.says),
                "things": [change.name],
                "count": count,
            },
        )
