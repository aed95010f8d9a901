"""Agreements that are not given, or taken back: the device stops at once, and what it said is erased.

Who takes it back (the person, their guardian, or a social worker at the counter for them) is asked no reason.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, covers, require

from ..models import Agreement, Signature, Thing, Why
from . import common, ending
from .said import told_to, told_to_each
from .signed import PERMISSION, facts, held, nobody, one_s_own


def decline(*, by: Actor, at: datetime, signature_id: UUID) -> None:
    """I do not agree. Nothing else follows from it; what was asked of the others is over as well."""
    require(by, "people.change_self")
    with common.act():
        signature, agreement, thing = one_s_own(signature_id, by)
        if signature.signed_at is not None or agreement.ended_at is not None:
            raise Conflict(_("这份同意书已经签过，或者已经结束。"), code="settled")
        if agreement.begun_at is not None:  # of a device that each agrees to alone
            signature.delete()
        else:
            ending.end(thing, agreement, Why.DECLINED, at)
        told_to(signature, by, at, "decline", thing)
        common.record(by=nobody(by), at=at, verb="decline", thing=thing, after=facts(thing, agreement))


def withdraw(*, by: Actor, at: datetime, signature_id: UUID) -> bool:
    """I take it back: the device stops now and what it said is erased. Once more changes nothing. Whether it stopped.

    By the person or their guardian, or at the counter of their place with `agreements.record`. No reason is asked. Of a
    device each agreed to alone it stops when nobody is left.
    """
    with common.act():
        signature, agreement, thing = held(signature_id)
        person = signature.person
        if person is None:
            raise NotFound(_("没有这份同意书。"))
        if by.person_id in (signature.person_id, signature.guardian_id) and by.person_id is not None:
            require(by, "people.change_self")
        elif covers(by, person.place_code):
            require(by, PERMISSION, person.place_code)
        else:
            raise NotFound(_("没有这份同意书。"))
        if signature.withdrawn_at is not None or agreement.ended_at is not None:
            return agreement.ended_at is not None
        take_back(signature, agreement, thing, Why.WITHDRAWN, at)
        told_to(signature, by, at, "withdraw", thing)
        own = by.person_id in (signature.person_id, signature.guardian_id)
        common.record(
            by=nobody(by) if own else by, at=at, verb="withdraw", thing=thing, after=facts(thing, agreement)
        )
        return agreement.ended_at is not None


def end_agreement(*, by: Actor, at: datetime, thing_id: UUID, why: str) -> None:
    """It is over for another reason that somebody on the spot knows: the person has died, or has moved away.

    Needs `agreements.record`. Raises Invalid (why), Conflict (none stands).
    """
    if why not in (Why.DIED, Why.LEFT, Why.WITHDRAWN):
        sentence = _("请选择为什么结束。")
        raise Invalid(sentence, fields={"why": sentence})
    with common.act():
        thing = common.locked(thing_id, by, PERMISSION)
        agreement = ending.standing(thing)
        if agreement is None:
            raise Conflict(_("这台设备现在没有同意书。"), code="none")
        signatures = list(agreement.signatures.select_related("person"))
        ending.end(thing, agreement, why, at)
        told_to_each(signatures, by, at, "end_agreement", thing, why=why)
        common.record(by, at, "end_agreement", thing, after=facts(thing, agreement, why=why))


def take_back(signature: Signature, agreement: Agreement, thing: Thing, why: str, at: datetime) -> None:
    """Within a verb that holds the thing: one signature is gone, and with the last one, or with any where all must
    agree, the agreement."""
    signature.withdrawn_at = at
    signature.save(update_fields=["withdrawn_at"])
    others = agreement.signatures.filter(signed_at__isnull=False, withdrawn_at=None)
    if not (agreement.shared and others.exists()):
        ending.end(thing, agreement, why, at)


def end_for(signature: Signature, thing: Thing, why: str, at: datetime) -> None:
    """Within an act that holds the thing: one signature is gone by something that happened elsewhere (its person moved
    away, or is erased). Nothing where the agreement is over already."""
    agreement = Agreement.objects.select_for_update().get(pk=signature.agreement_id)
    if agreement.ended_at is not None:
        return
    take_back(signature, agreement, thing, why, at)
    told_to(signature, SYSTEM, at, "end_agreement", thing, why=str(why))
    common.record(SYSTEM, at, "end_agreement", thing, after={"why": str(why), "state": str(thing.state)})
