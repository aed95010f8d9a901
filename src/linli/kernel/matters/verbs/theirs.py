"""The matters of one person, for that person, at the counter. Elsewhere staff never see them put together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel import audit
from linli.kernel.access import Actor, look_as, require

from ..models import Matter
from .core import needed
from .whom import whom

MOST = 100


def read_theirs(*, person_id: UUID, by: Actor, at: datetime, purpose: str) -> list[Matter]:
    """What somebody who stands at the counter reported, the latest first, as far as the actor sees it.

    Needs `people.read` at the person's place and `matters.read`. The record stands in the person's own history, so
    they can read that it was looked at. What was reported without a name is not told. Raises NotFound.
    """
    require(by, "people.read")
    require(by, "matters.read")
    needed(purpose=purpose)
    with transaction.atomic():
        look_as(by)
        person = whom(person_id, by, "people.read")
        audit.append(
            by=by,
            at=at,
            verb="matters.read_theirs",
            stream=f"person:{person.id}",
            place_code=person.place_code,
            person_ids=[person.id],
            after={"purpose": purpose.strip()},
        )
        found = Matter.objects.filter(reporter_id=person.id, anonymous=False).select_related("lead_unit")
        return list(found.order_by("-opened_at", "-id")[:MOST])
