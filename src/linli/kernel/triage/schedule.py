"""When the house learns by itself from what staff decided: once a day at most, when there is enough that is new.

A worker that is killed while it learns has changed nothing, and the next one begins again: a model comes into force in
one transaction, at the end.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import connection

from linli.kernel.access import SYSTEM, Invalid, as_system
from linli.kernel.audit.followers import waiting
from linli.kernel.catalogue.registry import catalogue

from .learning import FOLLOWER
from .models import Decision, ModelVersion
from .queries import is_on
from .verbs import FEWEST, NEW, learn

log = structlog.get_logger(__name__)
APART = timedelta(days=1)
MANY = 500
"""So many new decisions are learned from before the day is over."""
READ = 1000
"""History that is still to be noted is waited for: half of it would teach half."""
AGAIN = timedelta(hours=1)
_LOCK = 7_319_204_118
"""Names the one who learns to the other workers (an advisory lock of PostgreSQL, free again when he dies)."""


_waits: dict[str, datetime] = {}


def due(at: datetime) -> bool:
    """Whether to learn now: enough is new, it is noted, and suggestions are wanted at all."""
    with as_system():
        last = ModelVersion.objects.order_by("-trained_at").values_list("trained_at", flat=True).first()
        new = Decision.objects.filter(kind__in=catalogue().kinds)
        if last is not None:
            new = new.filter(decided_at__gt=last)
        many = len(new.values_list("matter_id", flat=True)[:MANY])
        enough = many >= FEWEST if last is None else many >= MANY or (many >= NEW and at - last >= APART)
        return enough and is_on() and waiting(FOLLOWER, READ) < READ


def learn_when_due(*, at: datetime) -> int:
    """Learn if it is time and nobody else does; returns 1 when a model was made, in force or not."""
    if at < _waits.get("until", at) or not due(at) or not _taken():
        return 0
    try:
        if not due(at):  # another has just finished
            return 0
        made = learn(by=SYSTEM, at=at)
    except Invalid as too_little:  # matters that are gone teach nothing, and are only known to be gone when read
        _waits["until"] = at + AGAIN
        log.info("triage: not enough to learn from yet", why=too_little.sentence)
        return 0
    finally:
        _let_go()
    log.info(
        "triage: learned", examples=made.examples, accuracy=made.accuracy, before=made.before, used=made.in_force
    )
    return 1


def _taken() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _let_go() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
