"""An agreement ends on its day, or goes on: whoever agreed may say so in the weeks before, in their own account.

Where all must agree it goes on as soon as all have; where each agrees alone, on the day it ends, with those who have. The
new one follows on the old without a gap: the device does not stop, and nothing is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, require
from linli.kernel.declare import Whose, seconds

from .. import texts
from ..models import Agreement, Signature, Thing, Why
from . import common, ending
from .agreeing import RENEWED, begin
from .said import told_to, told_to_each
from .signed import nobody, one_s_own
from .signers import at_home


def renew(*, by: Actor, at: datetime, signature_id: UUID, digest: str) -> bool:
    """I agree to go on, by the words of today (`digest`): by the person or the guardian, within sixty days before it ends.
    Whether the new one holds already; else it waits for the others, or for the day. Once more changes nothing.

    Needs `people.change_self`; a proxy cannot. Raises NotFound, Conflict (too early, over, not signed; the words have
    changed; somebody lives there who never agreed).
    """
    require(by, "people.change_self")
    with common.act():
        signature, agreement, thing = one_s_own(signature_id, by)
        _may_go_on(signature, agreement, thing, digest, at)
        if signature.renewed_text == digest:
            return False
        signature.renewed_at, signature.renewed_text = at, digest
        signature.save(update_fields=["renewed_at", "renewed_text"])
        told_to(signature, by, at, "renew", thing)
        all_of_them = _standing(agreement)
        goes_on = not agreement.shared and all(one.renewed_text == digest for one in all_of_them)
        if goes_on:
            agreement = _follow(thing, agreement, all_of_them, at)
        after = {"until": agreement.until.date().isoformat(), "state": str(thing.state)}
        common.record(by=nobody(by), at=at, verb="renew", thing=thing, after=after)
    return goes_on


def expire(*, at: datetime, limit: int = 50) -> int:
    """Agreements whose day has come end, or go on with those who said so. The worker calls it every minute; returns how
    many did."""
    with common.act():
        due = Agreement.objects.filter(ended_at=None, until__lte=at).order_by("until")
        things = list(due.values_list("thing_id", flat=True)[:limit])
        for thing_id in things:
            thing = common.held(thing_id)
            agreement = ending.standing(thing)
            if agreement is not None and agreement.until <= at:
                _come_to_its_day(thing, agreement, at)
    return len(things)


def _come_to_its_day(thing: Thing, agreement: Agreement, at: datetime) -> None:
    standing = _standing(agreement)
    today = texts.digest_of(thing.model) if texts.is_personal(thing.model) else ""
    stay = [one for one in standing if today and one.renewed_text == today]
    if not (agreement.shared and stay):
        ending.end_standing(thing, Why.EXPIRED, at)
        common.record(SYSTEM, at, "end_agreement", thing, after={"why": "expired", "state": str(thing.state)})
        return
    told_to_each([one for one in standing if one not in stay], SYSTEM, at, "end_agreement", thing, why="expired")
    new = _follow(thing, agreement, stay, at)
    after = {"until": new.until.date().isoformat(), "state": str(thing.state)}
    common.record(SYSTEM, at, "renew", thing, after=after)


def _may_go_on(signature: Signature, agreement: Agreement, thing: Thing, digest: str, at: datetime) -> None:
    standing = signature.signed_at is not None and signature.withdrawn_at is None and agreement.begun_at is not None
    if not standing or agreement.ended_at is not None or agreement.until <= at:
        raise Conflict(_("这份同意书已经结束，或者还没有签，不能续签。"), code="settled")
    if agreement.until - at > RENEWED:
        raise Conflict(_("还早：到期前 %(n)d 天起可以续签。") % {"n": RENEWED.days}, code="early")
    if digest != texts.digest_of(thing.model):
        raise Conflict(_("同意书的内容有了变化，请重新读一遍。"), code="text")
    declared = texts.declared_of(thing.model)
    agreed = {one.person_id for one in _standing(agreement)}
    if declared is not None and declared.whose is Whose.HOME and at_home(thing, at) - agreed:
        raise Conflict(_("家里有人还没有同意过这台设备，请社工上门，一起重新签一份。"), code="household")


def _standing(agreement: Agreement) -> list[Signature]:
    return list(agreement.signatures.filter(signed_at__isnull=False, withdrawn_at=None).order_by("id"))


def _follow(thing: Thing, old: Agreement, signatures: Sequence[Signature], at: datetime) -> Agreement:
    """The new agreement, with the words of today, in the moment in which the old one ends."""
    declared = texts.declared_of(thing.model)
    assert declared is not None
    ending.make_room(thing, old, at)
    new = Agreement.objects.create(
        thing=thing, text=texts.keep(thing.model, at), shared=old.shared, offered_at=at, offered_by=old.offered_by,
        until=at + timedelta(seconds=seconds(declared.longest)),
    )  # fmt: skip
    for one in signatures:
        Signature.objects.create(
            agreement=new,
            person_id=one.person_id,
            guardian_id=one.guardian_id,
            form=Signature.Form.OWN,
            signed_at=at,
        )
    begin(thing, new, at, old.since or old.begun_at)
    return new
