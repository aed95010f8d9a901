"""What one does not want to be rung for. The messages come all the same; what is owed always rings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, NotAllowed, Role, look_as, looking_as
from linli.kernel.sealed import seal

from ..kinds import kinds
from ..models import Choice


def set_off(*, by: Actor, at: datetime, off: Iterable[str]) -> list[str]:
    """These kinds ring no more, all others do. Names of kinds that are owed, or of none, are passed over. Returns what is off.

    Raises NotAllowed for who has no messages of their own, and for a proxy.
    """
    if by.person_id is None or by.role is Role.PROXY:
        raise NotAllowed(_("只有本人能改自己的消息提醒。"), code="own")
    chosen = set(off)
    names = [kind.name for kind in kinds.silenceable if kind.name in chosen]
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        Choice.objects.update_or_create(
            person_id=by.person_id, defaults={"off_sealed": seal(json.dumps(names)), "changed_at": at}
        )
    return names
