"""What rules have found: the warnings of one thing in a time, and how many of a rule or a thing were real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.kernel.access import Actor, require
from linli.kernel.access.prepared import read

from ..models import Warning
from ..models.warning import Cause
from . import looking


@dataclass(frozen=True, slots=True)
class Figures:
    """How many warnings; of those that a person answered, how many were real and how many false alarms."""

    warnings: int = 0
    real: int = 0
    false: int = 0

    @property
    def open(self) -> int:
        """Nobody has said yet what they were."""
        return self.warnings - self.real - self.false

    @property
    def share_real(self) -> float | None:
        """Of those answered, the share that was real; None while nobody answered any."""
        answered = self.real + self.false
        return self.real / answered if answered else None


def of_thing(actor: Actor, thing_id: UUID, begin: datetime, end: datetime, most: int = 200) -> Sequence[Warning]:
    """What stood at any instant between the two, the latest first; at most `most`. Raises NotAllowed."""
    require(actor, "warnings.read")
    found = Warning.objects.filter(thing_id=thing_id, raised_at__lt=end)
    return list(
        found.filter(Q(closed_at=None) | Q(closed_at__gte=begin) | Q(raised_at__gte=begin)).order_by(
            "-raised_at", "-id"
        )[:most]
    )


_COUNTED = "count(*), count(*) FILTER (WHERE cause = 'real'), count(*) FILTER (WHERE cause NOT IN ('', 'real'))"
_OF_THING = f"SELECT rule, {_COUNTED} FROM readings_warning WHERE thing_id = %s AND raised_at >= %s GROUP BY rule"  # noqa: S608 - of our own parts


def figures_of_thing(actor: Actor, thing_id: UUID, since: datetime) -> dict[str, Figures]:
    """Rule → its figures on this thing. Raises NotAllowed."""
    require(actor, "warnings.read")
    return {rule: Figures(*numbers) for rule, *numbers in read(_OF_THING, [thing_id, since])}


def figures_of_rules(actor: Actor, since: datetime, place: str = "") -> dict[str, Figures]:
    """Rule → its figures in the actor's scope. Raises NotAllowed."""
    require(actor, "rules.read")
    scope = looking.inside(actor, place, "w")
    if scope is None:
        return {}
    text = f"SELECT rule, {_COUNTED} FROM readings_warning w WHERE {scope.sql} AND w.raised_at >= %s GROUP BY rule"  # noqa: S608 - of our own parts
    return {rule: Figures(*numbers) for rule, *numbers in read(text, [*scope.values, since])}


def causes(actor: Actor, rule: str, since: datetime) -> dict[str, int]:
    """Cause → how many warnings of a rule it ended, the most frequent first; "" are those nobody answered."""
    require(actor, "rules.read")
    scope = looking.inside(actor, name="w")
    if scope is None:
        return {}
    text = f"""SELECT cause, count(*) FROM readings_warning w WHERE {scope.sql} AND w.rule = %s AND w.raised_at >= %s
        GROUP BY cause ORDER BY 2 DESC"""  # noqa: S608 - of our own parts
    found = dict(read(text, [*scope.values, rule, since]))
    return {cause: n for cause, n in found.items() if cause in ("", *Cause.values)}
