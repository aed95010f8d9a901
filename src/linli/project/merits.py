"""Points for a reporter when their matter was closed, by the rules that say `when`: read from the record after it was committed.

Matters and points know nothing of each other. Once a matter, whatever becomes of it afterwards; told twice it is one award.
Who reported without a name gets none: their account would say who they are.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Conflict, NotFound, as_system
from linli.kernel.audit.followers import Follower
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import Matter, State
from linli.kernel.points import verbs
from linli.kernel.points.models import Transfer

VERBS = frozenset({"matters.close"})


def give(record: Record, at: datetime) -> int | None:
    """One award of what the record is worth, in a transaction with the place in the order; None when all are given."""
    with as_system():
        found = Matter.objects.filter(pk=UUID(record.stream.partition(":")[2]), state=State.CLOSED).first()
        if found is None or found.reporter_id is None or found.anonymous:
            return None
        for rule in catalogue().points.values():
            if rule.when is None or found.kind not in rule.when.kinds or found.outcome not in rule.when.outcomes:
                continue
            key = f"matter:{found.id}:{rule.name}"
            if not Transfer.objects.filter(ledger=rule.ledger, key=key).exists() and _given(
                rule.name, key, found, record, at
            ):
                return 1
    return None


def _given(rule: str, key: str, found: Matter, record: Record, at: datetime) -> bool:
    try:
        verbs.award(
            by=SYSTEM, at=at, key=key, rule=rule, person_id=found.reporter_id, place_code=found.place_code,
            event_at=min(record.happened_at, at), evidence=[verbs.Evidence("matter", found.number)],
        )  # fmt: skip
    except NotFound:  # who reported it is forgotten
        return False
    except Conflict as refused:
        if refused.code not in ("closed", "other"):
            raise
        return False
    return True


MERITS = Follower("points.merits", verbs=VERBS, slowly=give)
