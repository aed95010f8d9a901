"""Declaring an emergency: from a warning, a matter or a place, by who commands there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, look_as, require
from linli.kernel.matters.queries import row
from linli.kernel.readings.queries import warnings

from ..models import Category, Certainty, Emergency, Grade, Severity, Urgency
from ..zones import Wanted, zone_of
from .core import Doing, chosen, later, needed, tell


def declare(
    *,
    by: Actor,
    at: datetime,
    event: str,
    zone: Wanted,
    category: str = Category.OTHER,
    grade: int = Grade.FOURTH,
    urgency: str = Urgency.IMMEDIATE,
    severity: str = Severity.SEVERE,
    certainty: str = Certainty.OBSERVED,
    instruction: str = "",
    gather: str = "",
    until: datetime | None = None,
    drill: bool = False,
    warning_id: UUID | None = None,
    matter_id: UUID | None = None,
) -> Emergency:
    """Declare one, and return it. A warning or a matter it comes from must be one the actor sees, and is declared once
    while it stands. Raises Invalid with a sentence per field, NotAllowed outside the scope."""
    require(by, "emergencies.command")
    needed(event=event, **({"gather": gather} if gather else {}))
    _seen(by, warning_id, matter_id)
    where = zone_of(zone, by)
    require(by, "emergencies.command", where.place_code)
    emergency = Emergency(
        event=event.strip(),
        category=chosen(Category, "category", category),
        grade=chosen(Grade, "grade", grade),
        urgency=chosen(Urgency, "urgency", urgency),
        severity=chosen(Severity, "severity", severity),
        certainty=chosen(Certainty, "certainty", certainty),
        instruction=instruction.strip(),
        gather=gather.strip(),
        until=later(until, at),
        drill=drill,
        place_code=where.place_code,
        inside=where.inside,
        area=where.words[:200],
        zone=where.geometry,
        lon=where.lon,
        lat=where.lat,
        radius=where.radius,
        drawn=where.drawn,
        warning_id=warning_id,
        matter_id=matter_id,
        commander_id=by.account_id,
        unit_id=by.unit_id,
        declared_at=at,
    )
    try:
        with transaction.atomic():
            look_as(SYSTEM)
            emergency.save(force_insert=True)
            after = {
                "event": emergency.event, "grade": emergency.grade, "category": emergency.category,
                "area": emergency.area, "drill": drill, "instruction": emergency.instruction,
                "urgency": emergency.urgency, "severity": emergency.severity, "certainty": emergency.certainty,
                "warning": warning_id, "matter": matter_id,
                "gather": emergency.gather, "until": emergency.until, "zone": emergency.zone,
            }  # fmt: skip
            tell("declare", Doing(emergency, after=after, calls=True), by=by, at=at)
    except IntegrityError as error:
        if "declared_once" in str(error):
            raise Conflict(_("这件事已经启动了应急。"), code="declared") from None
        raise
    finally:
        look_as(by)
    emergency.refresh_from_db()
    return emergency


def _seen(by: Actor, warning_id: UUID | None, matter_id: UUID | None) -> None:
    look_as(by)
    if warning_id:
        warnings.one(by, warning_id)
    if matter_id and row.seen(matter_id) is None:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
