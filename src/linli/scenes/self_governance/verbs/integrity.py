"""Integrity points 诚信积分: rewards first; a deduction names its rule, its evidence, is told and can be appealed (docs/rights.md, 3).

What is taken goes through kernel/points alone: rule and version, evidence, notice, an appeal decided by a second person, and its
reversal stand there. Nothing in this house asks for these points before it serves anybody.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, NotFound, covers, require
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Transfer

from ..models import Commendation, SignUp
from ..points import BROKEN, PRAISED
from .common import ORGANISES, act, text_of


def reward_commended(*, by: Actor, at: datetime, commendation_id: UUID) -> Transfer:
    """守信善行: for a commendation on record, once. Needs `points.award` at the place; caps leave less. Raises NotFound."""
    require(by, ORGANISES)
    with act():
        one = Commendation.objects.filter(pk=commendation_id).first()
        if one is None or not covers(by, one.place_code):
            raise NotFound(_("没有这次表彰，或者不在您的管辖范围内。"))
        return points.award(
            by=by, at=at, key=f"commended:{one.id}", rule=PRAISED.name, person_id=one.person_id, place_code=one.place_code,
            evidence=[points.Evidence("commendation", str(one.id), one.title[:80])], reason=one.title,
        )  # fmt: skip


def deduct_absent(
    *, by: Actor, at: datetime, sign_up_id: UUID, reason: str, proposed_by: UUID | None = None
) -> Transfer:
    """失约: somebody who signed up and did not come, once, with what was verified. Not while they contest it, and not when they
    had withdrawn. Neither who proposed it nor who found before that they had not come reviews it later. The person is told, may appeal, and somebody else decides. Raises NotFound, Conflict, Invalid."""
    require(by, ORGANISES)
    why = text_of(reason, 200, "reason")
    with act():
        one = SignUp.objects.select_related("shift__activity").filter(pk=sign_up_id).first()
        if one is None or not covers(by, one.place_code):
            raise NotFound(_("没有这个报名，或者不在您的管辖范围内。"))
        if one.state != SignUp.State.NO_SHOW:
            raise Conflict(_("只有登记为未到、又没有申请复核的，才能按失约处理。"), code="state")
        involved = {account for account in (proposed_by, one.certified_by_id) if account is not None}
        return points.deduct(
            by=by, at=at, key=f"absent:{one.id}", rule=BROKEN.name, person_id=one.person_id,
            evidence=[points.Evidence("sign-up", str(one.id), one.shift.activity.title[:80])], reason=why,
            took_part=involved,
        )  # fmt: skip
