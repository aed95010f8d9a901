"""An agreement ends: the device stops, its secrets are worth nothing, what it said is erased, all at once.

Locks are taken in one order: the thing, its agreement, then what rooms above keep (readings, warnings).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from linli.kernel.access import SYSTEM

from .. import erasing
from ..models import Agreement, Signature, State, Thing, Why
from . import common
from .keys import revoke_all
from .said import told_to_each

_KEPT_STATES = (State.WAITING, State.RETIRED)


def end(thing: Thing, agreement: Agreement, why: str, at: datetime) -> None:
    """Within a verb that holds both. One that was only asked for leaves nothing to erase."""
    was = agreement.begun_at
    if was is not None:
        stop(thing, at)
    agreement.ended_at, agreement.why = at, why
    agreement.save(update_fields=["ended_at", "why"])
    if was is not None:
        erasing.erase(thing, at, why, agreement)


def standing(thing: Thing) -> Agreement | None:
    """Within a verb that holds the thing: what is asked for or in force, locked."""
    return Agreement.objects.select_for_update().filter(thing=thing, ended_at=None).first()


def in_force(thing: Thing) -> bool:
    return Agreement.objects.filter(thing=thing, begun_at__isnull=False, ended_at=None).exists()


def stop(thing: Thing, at: datetime) -> None:
    """Nothing it sends is taken any more."""
    revoke_all(thing, at)
    if thing.state not in _KEPT_STATES:
        thing.state = State.ASKING
    common.save(thing, "state")


def make_room(thing: Thing, agreement: Agreement, at: datetime) -> None:
    """Within a verb that signs it anew: the old one ends, the device only pauses, nothing is erased."""
    if thing.state == State.WORKING:
        thing.state = State.ASKING
        common.save(thing, "state")
    agreement.ended_at, agreement.why = at, Why.CHANGED
    agreement.save(update_fields=["ended_at", "why"])


def end_standing(thing: Thing, why: str, at: datetime) -> bool:
    """Within a verb that holds the thing, for a reason of the thing's own (moved, retired). Whether one stood."""
    agreement = standing(thing)
    if agreement is None:
        return False
    signatures = list(agreement.signatures.all())
    end(thing, agreement, why, at)
    told_to_each(signatures, SYSTEM, at, "end_agreement", thing, why=why)
    return True


def signed_by(person_id: object) -> Q:
    """Signatures that are a person's, or that they gave for somebody."""
    return Q(person_id=person_id) | Q(guardian_id=person_id)


def stands() -> Q:
    return Q(agreement__ended_at=None, withdrawn_at=None)


def held_signatures(person_id: object) -> list[Signature]:
    """What stands of a person, in the order in which things are locked."""
    rows = Signature.objects.filter(signed_by(person_id), stands()).order_by("agreement__thing_id")
    return list(rows.select_related("agreement"))
