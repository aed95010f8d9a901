"""What this room keeps about a person: suggestions about the home they live in, and what they said against one.

Purpose: that somebody inspects a place where several things together are unusual. The evidence is of the home, whoever
lives there; it names nobody. Basis: the kinds of matter it may open are duties of law of their departments. A suggestion that came to nothing is erased
after two years (`verbs.tidy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving

from .models import Suggestion
from .queries.mine import mine
from .sentences import sentence, sign_word, state_word

_COLUMNS = (
    ("sign", _("苗头")),
    ("made_at", _("提出")),
    ("decided_at", _("决定")),
    ("state", _("结果")),
    ("reasons", _("用到的数据")),
    ("contest", _("您的异议")),
    ("answer", _("答复")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    rows = [
        {
            "sign": sign_word(one.suggestion.sign),
            "made_at": one.suggestion.made_at,
            "decided_at": one.suggestion.decided_at,
            "state": state_word(one.suggestion.state),
            "reasons": [sentence(one.suggestion.sign, said) for said in one.said],
            "contest": one.suggestion.contest,
            "answer": one.suggestion.answer,
        }
        for one in mine(person_id)
    ]
    return [Chapter("signs", _("关于您住处的核查线索"), _COLUMNS, rows)] if rows else []


def forget(leaving: Leaving, at: datetime) -> None:
    """What they said against a suggestion goes; the suggestion is of the place, and names nobody."""
    Suggestion.objects.filter(contested_by=leaving.person_id).update(
        contested_by=None, contest="（已注销，原文已删除）"
    )


KEEPER = Keeper(
    name="signs",
    copy=chapters,
    forget=forget,
    goes=(_("您对核查线索提出的异议"),),
    sayings={
        "signs.read": _("查看了关于您住处的核查线索"),
        "signs.accept": _("决定上门核查您的住处"),
        "signs.dismiss": _("决定不因线索核查您的住处"),
        "signs.contest": _("您或同住人对一条线索提出异议"),
        "signs.answer_contest": _("答复了对线索的异议"),
    },
)
