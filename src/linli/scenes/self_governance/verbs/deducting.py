"""A deduction is proposed by one, told to the person, who may say something about it, and decided by another (ADR 0043).

Nothing is taken before the second person has decided; what is decided goes through `deduct_absent`, and the person may still
appeal against it, to a third (docs/rights.md, 3).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotAllowed, NotFound, covers, require
from linli.kernel.points.models import Account

from ..models import Deduction, SignUp
from ..points import INTEGRITY
from ..told import tell_proposed, tell_spared
from .common import JOINS, ORGANISES, REVIEWS, act, organised, text_of
from .integrity import deduct_absent


def propose_deduction(*, by: Actor, at: datetime, sign_up_id: UUID, reason: str) -> Deduction:
    """拟扣: for a sign-up marked as not come, once, with what was verified. Nothing is taken yet. Raises NotFound, NotAllowed,
    Invalid, Conflict (came, contests, has no points, proposed before)."""
    require(by, ORGANISES)
    why = text_of(reason, 200, "reason")
    with act():
        one = organised(sign_up_id, by, "appeal")  # what may be contested may be spoken of
        if one.state != SignUp.State.NO_SHOW:
            raise Conflict(_("只有登记为未到、又没有申请复核的，才能按失约处理。"), code="state")
        if one.person.account_id is not None and one.person.account_id == by.account_id:
            raise NotAllowed(_("要由这个人以外的人提出。"), code="two-persons")
        account = Account.objects.filter(person=one.person_id, ledger=INTEGRITY.name).first()
        if account is None or account.available < 1:
            raise Conflict(_("此人没有诚信积分，不用扣。"), code="lowest")
        try:
            with transaction.atomic():
                made = Deduction.objects.create(
                    sign_up=one, person=one.person, place_code=one.place_code, reason=why, proposed_at=at,
                    proposed_by_id=by.account_id,
                )  # fmt: skip
        except IntegrityError:
            raise Conflict(_("这一次已经提出过。"), code="again") from None
        _record(by, at, "propose_deduction", made, after={"sign_up": one.id}, note=why)
        tell_proposed(made, by=by, at=at)
    return made


def answer_deduction(*, by: Actor, at: datetime, deduction_id: UUID, text: str) -> Deduction:
    """陈述: what the person, or who acts for them, says about it, until it is decided; the last word stands. Raises NotFound,
    Invalid, Conflict (decided)."""
    require(by, JOINS)
    said = text_of(text, 500, "text")
    with act():
        found = Deduction.objects.select_for_update().filter(pk=deduction_id).first()
        if found is None or by.person_id is None or found.person_id != by.person_id:
            raise NotFound(_("没有这一件，或者它不是您的。"))
        _must_be_open(found)
        before = found.answer
        found.answer, found.answered_at = said, at
        found.save(update_fields=["answer", "answered_at"])
        _record(by, at, "answer_deduction", found, before={"answer": before} if before else None, note=said)
    return found


def decide_deduction(*, by: Actor, at: datetime, deduction_id: UUID, takes: bool, why: str) -> Deduction:
    """决定: by somebody else than who proposed it, once the person has answered or a week is over, with why. Taking needs
    `points.deduct` at the place. Raises NotFound, NotAllowed, Invalid, Conflict (early, decided, contested since)."""
    require(by, REVIEWS)
    reasons = text_of(why, 500, "why")
    with act():
        found = (
            Deduction.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(pk=deduction_id)
            .first()
        )
        if found is None or not covers(by, found.place_code):
            raise NotFound(_("没有这一件，或者不在您的管辖范围内。"))
        _must_be_open(found)
        involved = {found.proposed_by_id, found.person.account_id}
        if by.account_id is None or by.account_id in involved:
            raise NotAllowed(_("要由提出的人和本人以外的人决定。"), code="two-persons")
        if takes and found.answered_at is None and at < found.heard_until:
            day = timezone.localtime(found.heard_until)
            raise Conflict(_("要等本人说明，或者等到 %(day)s。") % {"day": f"{day:%Y-%m-%d %H:%M}"}, code="early")
        if takes:
            found.transfer = deduct_absent(
                by=by, at=at, sign_up_id=found.sign_up_id, reason=found.reason, proposed_by=found.proposed_by_id
            ).id
        found.takes, found.why, found.decided_at, found.decided_by_id = takes, reasons, at, by.account_id
        found.save(update_fields=["takes", "why", "decided_at", "decided_by", "transfer"])
        _record(by, at, "decide_deduction", found, after={"takes": takes}, note=reasons)
        if not takes:
            tell_spared(found, by=by, at=at)
    return found


def _must_be_open(found: Deduction) -> None:
    if found.decided_at is not None:
        raise Conflict(_("这一件已经有决定。"), code="state")


def _record(by: Actor, at: datetime, verb: str, found: Deduction, **what: object) -> None:
    audit.append(
        by=by, at=at, verb=f"self_governance.{verb}", stream=found.stream, place_code=found.place_code,
        person_ids=[found.person_id], **what,  # type: ignore[arg-type]
    )  # fmt: skip
