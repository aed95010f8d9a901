"""Words for what this room knows by name, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy as _in

from linli.kernel.catalogue.registry import catalogue

from .models import Decision, Kind, Owner, State

_KINDS: dict[str, Promise] = {
    Kind.AWARD: _in("points", "奖励"),
    Kind.DEDUCT: _in("points", "扣减"),
    Kind.GRANT: _in("points", "发放"),
    Kind.GIVE: _in("points", "赠送"),
    Kind.SPEND: _in("points", "使用"),
    Kind.INHERIT: _in("points", "继承"),
    Kind.MOVE: _in("points", "转移"),
    Kind.EXPIRE: _in("points", "到期"),
    Kind.SETTLE: _in("points", "结算"),
    Kind.REVERSE: _in("points", "冲正"),
}
_STATES: dict[str, Promise] = {
    State.PENDING: _in("points", "待确认"),
    State.POSTED: _in("points", "已入账"),
    State.VOIDED: _in("points", "已取消"),
    State.REFUSED: _in("points", "未给"),
}
_OWNERS: dict[str, Promise] = {
    Owner.PERSON: _in("points", "个人"),
    Owner.UNIT: _in("points", "单位"),
    Owner.FUND: _in("points", "社区公益池"),
    Owner.ISSUE: _in("points", "发放账户"),
    Owner.EXPIRY: _in("points", "到期账户"),
    Owner.CLEARING: _in("points", "社区间往来"),
}
_LESS: dict[str, Promise] = {
    "day": _l("已到当天上限"),
    "month": _l("已到当月上限"),
    "ever": _l("已到总上限"),
    "highest": _l("已到账户上限"),
    "lowest": _l("余额只够这些"),
}


_APPEALS: dict[str, Promise] = {
    Decision.OPEN: _in("points", "待复核"),
    Decision.UPHELD: _in("points", "已支持"),
    Decision.REFUSED: _in("points", "未支持"),
}


def appeal_word(state: str) -> str:
    return str(_APPEALS.get(state, state))


def kind_word(kind: str) -> str:
    return str(_KINDS.get(kind, kind))


def state_word(state: str) -> str:
    return str(_STATES.get(state, state))


def owner_word(owner: str) -> str:
    return str(_OWNERS.get(owner, owner))


def less_word(cap: str) -> str:
    """Why somebody got less than was asked; "" where they got all of it."""
    return str(_LESS[cap]) if cap else ""


def language() -> str:
    """The two declared languages: Chinese, and English for everybody else."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def declared_word(noun: str, name: str, part: str = "name") -> str:
    """A declared ledger's, rule's or evidence's word in the reader's language."""
    return catalogue().word(noun, name, language(), part)


def ledger_word(name: str) -> str:
    return declared_word("ledger", name)


def amount_word(ledger: str, amount: int) -> str:
    """ "90 分钟", "12 分": an amount in its ledger's unit."""
    declared = catalogue().ledgers.get(ledger)
    if declared is not None and declared.unit == "minutes":
        return _("%(n)s 分钟") % {"n": amount}
    return _("%(n)s 分") % {"n": amount}
