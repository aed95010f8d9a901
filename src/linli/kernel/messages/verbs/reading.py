"""Read: by the person, once. It writes no audit record: who read what when is nobody's business but the reader's.

What a proxy opens stays unread: it was told to the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Actor, Role, look_as, looking_as

from ..models import Message
from ..queries import Told, one, own_rows


def open_message(*, by: Actor, at: datetime, message_id: UUID) -> Told:
    """One's own, from now on read. Raises NotFound for another's."""
    found = one(by, message_id)
    _mark([message_id], by, at)
    return found


def read_all(*, by: Actor, at: datetime) -> int:
    """Everything that the reader is shown and has not opened. Returns how many there were."""
    return _mark(list(own_rows(by).filter(read_at=None).values_list("pk", flat=True)), by, at)


def _mark(ids: list[UUID], by: Actor, at: datetime) -> int:
    if by.role is Role.PROXY:
        return 0
    with transaction.atomic(), looking_as(by):
        look_as(SYSTEM)
        return Message.objects.filter(pk__in=ids, person=by.person_id, read_at=None).update(read_at=at)
