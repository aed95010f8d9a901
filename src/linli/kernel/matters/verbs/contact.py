"""Looking at what a reporter left to be reached by: one matter at a time, with a reason that is written down."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, look_as, require
from linli.kernel.audit import append
from linli.kernel.sealed import unseal

from ..models import Matter
from .core import needed


def read_contact(*, matter_id: UUID, by: Actor, at: datetime, reason: str) -> dict[str, str]:
    """The name and phone a reporter left, in plain, once. The record says who looked and why, not what was seen.

    Needs `matters.call_back` at the place. Raises NotFound when there is no such matter for the actor or nothing
    was left with it, Invalid without a reason.
    """
    require(by, "matters.call_back")
    needed(reason=reason)
    with transaction.atomic():
        look_as(by)
        matter = Matter.objects.filter(id=matter_id).first()
        if matter is None or matter.contact_sealed is None:
            raise NotFound(_("没有找到这件事，或者它没有留联系方式。"))
        require(by, "matters.call_back", matter.place_code)
        append(
            by=by,
            at=at,
            verb="matters.read_contact",
            stream=matter.stream,
            place_code=matter.place_code,
            unit_ids=matter.unit_ids,
            note=reason.strip(),
        )
        contact: dict[str, str] = json.loads(unseal(matter.contact_sealed))
    return contact
