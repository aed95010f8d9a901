"""From where to where a notice goes, and by which permission: one table, read by the verbs and by the pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, Conflict, holds

from .kinds import KINDS
from .models import Audience, Level, Notice, State

WRITE, APPROVE, READ = "notices.write", "notices.approve", "notices.read"
WIDEST_ALONE = 12
"""Digits of a neighbourhood: what is for more than one asks for a second person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb: the states it starts from, where it leads (None: stays), and which of these permissions it asks."""

    word: str | Promise
    sources: frozenset[State]
    to: State | None
    needs: tuple[str, ...]


_D, _S, _R, _A, _P, _L = (
    State.DRAFT,
    State.SUBMITTED,
    State.RETURNED,
    State.APPROVED,
    State.PUBLISHED,
    State.LIFTED,
)

VERBS: dict[str, Rule] = {
    "change": Rule(_("修改"), frozenset({_D, _R}), None, (WRITE, APPROVE)),
    "submit": Rule(_("提交审核"), frozenset({_D, _R}), _S, (WRITE, APPROVE)),
    "approve": Rule(_("审核通过"), frozenset({_S}), _A, (APPROVE,)),
    "give_back": Rule(_("退回"), frozenset({_S}), _R, (APPROVE,)),
    "publish": Rule(_("发布"), frozenset({_D, _R, _A}), _P, (WRITE, APPROVE)),
    "review": Rule(_("事后复核"), frozenset({_P, _L, State.EXPIRED, State.WITHDRAWN}), None, (APPROVE,)),
    "correct": Rule(_("更正"), frozenset({_P}), None, (WRITE, APPROVE)),
    "approve_correction": Rule(_("同意更正"), frozenset({_P}), None, (APPROVE,)),
    "refuse_correction": Rule(_("不同意更正"), frozenset({_P}), None, (APPROVE,)),
    "lift": Rule(_("解除"), frozenset({_P}), _L, (APPROVE,)),
    "withdraw": Rule(_("撤下"), frozenset({_D, _S, _R, _A, _P, _L}), State.WITHDRAWN, (WRITE, APPROVE)),
    "expire": Rule(_("到期"), frozenset({_P, _L}), State.EXPIRED, ("*",)),
}


def needs_second(notice: Notice) -> bool:
    """Whether a second person must approve before it is published: its level, its kind, how far it reaches, or that
    it costs money and rings at people's homes."""
    return (
        notice.level != Level.PLAIN
        or notice.kind not in KINDS
        or KINDS[notice.kind].second
        or len(notice.place_code) < WIDEST_ALONE
        or "sms" in notice.channels
        or (notice.audience == Audience.RESIDENTS and notice.age_from is not None)
    )


def require(verb: str, notice: Notice, by: Actor) -> None:
    """Raise Conflict unless the table and the notice allow this verb now. Permission and place are asked before."""
    if why := hindered(verb, notice, by):
        raise Conflict(why, code=verb)


def hindered(verb: str, notice: Notice, by: Actor) -> str:
    """Why this verb is not possible now, as a sentence; "" when it is."""
    rule = VERBS[verb]
    if State(notice.state) not in rule.sources:
        return _t("通知现在是“%(state)s”，不能%(verb)s。") % {
            "state": State(notice.state).label,
            "verb": rule.word,
        }
    check = _MORE.get(verb)
    return check(notice, by) if check else ""


def possible(notice: Notice, by: Actor) -> list[str]:
    """The verbs this actor may do with the notice now, in the table's order."""
    return [
        verb
        for verb, rule in VERBS.items()
        if any(holds(by, need) for need in rule.needs) and not hindered(verb, notice, by)
    ]


def _publish(notice: Notice, by: Actor) -> str:
    if notice.state == State.APPROVED:
        return ""
    if notice.level == Level.EMERGENCY:
        return "" if holds(by, APPROVE) else _t("紧急通知要由有审核权限的人发布。")
    return _t("这条通知要先由另一个人审核。") if needs_second(notice) else ""


def _submit(notice: Notice, by: Actor) -> str:
    return "" if needs_second(notice) else _t("这条通知不用审核，可以直接发布。")


def _another(notice: Notice, by: Actor) -> str:
    own = by.account_id is not None and by.account_id in (notice.written_by_id, notice.submitted_by_id)
    return _t("自己写的或提交的通知，要由另一个人审核。") if own else ""


def _review(notice: Notice, by: Actor) -> str:
    if not notice.at_once or notice.reviewed_at is not None:
        return _t("这条通知没有等着复核。")
    own = by.account_id is not None and by.account_id == notice.published_by_id
    return _t("自己发布的紧急通知，要由另一个人复核。") if own else ""


def _lift(notice: Notice, by: Actor) -> str:
    return "" if notice.level == Level.EMERGENCY else _t("只有紧急通知才要解除。")


def _withdraw(notice: Notice, by: Actor) -> str:
    if notice.standing and notice.level != Level.PLAIN and not holds(by, APPROVE):
        return _t("重要和紧急通知要由有审核权限的人撤下。")
    if notice.level == Level.EMERGENCY and notice.state == State.PUBLISHED and not notice.drill:
        return _t("紧急通知先解除，再撤下：看到过它的人要知道险情已经过去。")
    return ""


_MORE = {
    "publish": _publish,
    "submit": _submit,
    "approve": _another,
    "give_back": _another,
    "review": _review,
    "lift": _lift,
    "withdraw": _withdraw,
}
