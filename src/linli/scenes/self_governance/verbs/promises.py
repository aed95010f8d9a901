"""What was promised in kernel/points is called off, or found to have lapsed by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.kernel.access import SYSTEM, Conflict
from linli.kernel.points import verbs as points


def call_off(transfer_id: UUID, at: datetime) -> None:
    """What it held is free again; it may be so already, where its time was over."""
    try:
        with transaction.atomic():
            points.void(by=SYSTEM, at=at, transfer_id=transfer_id)
    except Conflict:
        return


def keep(transfer_id: UUID, at: datetime) -> bool:
    """Whether it could be kept; not where its time was over."""
    try:
        with transaction.atomic():
            points.post(by=SYSTEM, at=at, transfer_id=transfer_id)
    except Conflict:
        return False
    return True
