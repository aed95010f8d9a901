"""What every verb on an agreement stands on: who may sign, what is held while it does, and what the device's history says."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotAllowed, NotFound

from ..models import Agreement, Signature, Thing
from . import common

PERMISSION = "agreements.record"


def one_s_own(signature_id: UUID, by: Actor) -> tuple[Signature, Agreement, Thing]:
    """What the actor may sign: their own, or their ward's. Whose guardian signs does not sign themselves."""
    signature, agreement, thing = held(signature_id)
    if by.person_id is None or by.person_id != (signature.guardian_id or signature.person_id):
        raise NotFound(_("没有这份同意书。"))
    if by.on_behalf:
        raise NotAllowed(_("同意书要本人或监护人自己确认，代办人不能代签。"), code="proxy")
    return signature, agreement, thing


def held(signature_id: UUID) -> tuple[Signature, Agreement, Thing]:
    """The thing first, as everywhere."""
    found = Signature.objects.select_related("agreement").filter(pk=signature_id).first()
    if found is None:
        raise NotFound(_("没有这份同意书。"))
    thing = common.held(found.agreement.thing_id)
    agreement = Agreement.objects.select_for_update().get(pk=found.agreement_id)
    signature = Signature.objects.select_for_update(of=("self",)).select_related("person").get(pk=signature_id)
    return signature, agreement, thing


def facts(thing: Thing, agreement: Agreement, **more: str) -> dict[str, object]:
    """What a thing's history says of an agreement: nobody's name stands in it."""
    facts = {"until": agreement.until.date().isoformat(), "state": str(thing.state)}
    return {**facts, **{name: value for name, value in more.items() if value}}


def nobody(by: Actor) -> Actor:
    """In the device's history a resident is one: who they are stands in their own."""
    return Actor(role=by.role, via=by.via)
