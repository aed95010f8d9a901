"""Reading what a personal device says is an act: it stands in the history of whoever it is about (PIPL art. 44)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor, require

from ..models import Thing
from ..queries.agreements import signers_of
from . import common
from .said import told_to_each


def look(*, by: Actor, at: datetime, thing_id: UUID, purpose: str) -> None:
    """Somebody is shown the readings of a personal device. Needs `things.read`; the screen has asked whether they may be
    shown at all (only while a warning is open). Nothing is written for a device that is about nobody at present."""
    require(by, "things.read")
    with common.act():
        thing = Thing.objects.get(pk=thing_id)
        told_to_each(signers_of(thing_id), by, at, "look", thing, purpose=purpose)
