"""认定: a person says which of several facts is in force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, require
from linli.kernel.access import Conflict as Refused

from ..models import Conflict, Decision, Fact
from ..subjects import found
from ..told import tell_settled
from .common import DECIDES, LIVE, act, put_in_force, record, require_at, text_of


def decide(*, by: Actor, at: datetime, conflict_id: UUID, fact_id: UUID, reason: str) -> Fact:
    """This fact is in force, over all that was known now; what is seen later may follow it. The others stay beside it.

    Needs `registers.decide` at the subject's place. Raises NotFound, Conflict (somebody was faster), Invalid.
    """
    require(by, DECIDES)
    why = text_of(reason, 500, "reason")
    with act():
        row = Conflict.objects.filter(pk=conflict_id).first()
        if row is None:
            raise NotFound(_("没有这个分歧，或者不在您的管辖范围内。"))
        target = found(row.about, row.subject, at, held=True)
        require_at(by, DECIDES, target)
        row.refresh_from_db()
        if row.end:
            raise Refused(_("这个分歧已经有了结果。"), code="ended")
        fact = Fact.objects.filter(pk=fact_id, subject=row.subject, element=row.element, state__in=LIVE).first()
        if fact is None:
            sentence = _("请从列出的说法里选一个。")
            raise Invalid(sentence, fields={"fact_id": sentence})
        choose(fact, by, at, why)
        row.end, row.ended_at = Conflict.End.DECIDED, at
        row.save(update_fields=["end", "ended_at"])
        put_in_force(target, [row.element], at)
        record(by, at, "decide", target, after={"elements": [row.element], "fact": fact.id}, note=why)
        tell_settled(row, target, why, by=by, at=at)
    fact.refresh_from_db()
    return fact


def choose(fact: Fact, by: Actor, at: datetime, reason: str) -> None:
    """The decision itself, for a subject that is held; who calls puts in force and records."""
    Decision.objects.create(
        subject=fact.subject, element=fact.element, fact=fact, at=at, by_id=by.account_id, reason=reason
    )
