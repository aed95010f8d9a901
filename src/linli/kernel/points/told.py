"""What this room tells a person: that something was taken, that their appeal was decided, that a line was reversed.

All of it is owed (docs/rights.md, 3): a deduction names its rule and version and its evidence, is told, and can be appealed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.messages.kinds import Fields, Kind
from linli.kernel.messages.verbs import tell

from .models import Appeal, Transfer
from .words import amount_word, appeal_word, declared_word, ledger_word

ACCOUNT = "phone:points_account"


def _line(fields: Fields) -> Fields:
    said = {**fields, "ledger": ledger_word(fields["ledger"])}
    if "amount" in fields:
        said["amount"] = amount_word(fields["ledger"], abs(fields["amount"]))
    return said


def _taken(fields: Fields) -> Fields:
    names = _t("、").join(declared_word("evidence", kind) for kind in fields["evidence"].split(","))
    reason = _t("说明：%(reason)s。") % {"reason": fields["reason"]} if fields["reason"] else ""
    return {**_line(fields), "rule": declared_word("points", fields["rule"]), "evidence": names, "reason": reason}


def _reversed(fields: Fields) -> Fields:
    got = fields["amount"] > 0
    return {**_line(fields), "what": _t("退还给您") if got else _t("扣回")}


def _appealed(fields: Fields) -> Fields:
    return {**_line(fields), "outcome": appeal_word(fields["outcome"])}


TAKEN = Kind(
    name="points-deducted",
    words=_("积分扣减"),
    says=_(
        "“%(ledger)s”扣减 %(amount)s。规则：%(rule)s（第 %(version)s 版）。依据：%(evidence)s。%(reason)s"
        "您可以申诉，由另一个人复核。积分多少不影响您办任何事。"
    ),
    fields=("ledger", "amount", "rule", "version", "evidence", "reason"),
    leads=ACCOUNT,
    owed=True,
    fill=_taken,
)
DECIDED = Kind(
    name="points-appeal-decided",
    words=_("积分申诉的结论"),
    says=_("您对“%(ledger)s”的申诉：%(outcome)s。理由：%(answer)s"),
    fields=("ledger", "outcome", "answer"),
    leads=ACCOUNT,
    owed=True,
    fill=_appealed,
)
REVERSED = Kind(
    name="points-reversed",
    words=_("积分冲正"),
    says=_("“%(ledger)s”有一笔记错了，%(what)s %(amount)s。原因：%(reason)s。不同意的话，请到居委会窗口。"),
    fields=("ledger", "amount", "reason"),
    leads=ACCOUNT,
    owed=True,
    fill=_reversed,
)
KINDS = (TAKEN, DECIDED, REVERSED)


def tell_taken(taken: Transfer, person: UUID | None, *, by: Actor, at: datetime) -> None:
    rule = catalogue().points[taken.rule]
    fields = {
        "ledger": taken.ledger, "amount": taken.amount, "rule": taken.rule, "version": rule.version,
        "evidence": ",".join(dict.fromkeys(one["kind"] for one in taken.evidence)), "reason": taken.reason,
    }  # fmt: skip
    tell(
        by=by,
        at=at,
        person_id=person,
        kind=TAKEN,
        about=f"transfer:{taken.id}",
        fields=fields,
        to=(taken.source_id,),
    )


def tell_decided(found: Appeal, *, by: Actor, at: datetime) -> None:
    fields = {"ledger": found.transfer.ledger, "outcome": str(found.state), "answer": found.answer or ""}
    tell(
        by=by, at=at, person_id=found.account.person_id, kind=DECIDED, about=f"appeal:{found.id}", fields=fields,
        to=(found.account_id,),
    )  # fmt: skip


def tell_reversed(done: Transfer, losing: UUID | None, getting: UUID | None, *, by: Actor, at: datetime) -> None:
    """Both whose line it was: from whom it is taken back, and who gets it back."""
    for person, account, amount in ((losing, done.source_id, -done.amount), (getting, done.target_id, done.amount)):
        fields = {"ledger": done.ledger, "amount": amount, "reason": done.reason}
        tell(
            by=by, at=at, person_id=person, kind=REVERSED, about=f"transfer:{done.id}", fields=fields, to=(account,)
        )
