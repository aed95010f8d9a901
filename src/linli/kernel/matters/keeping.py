"""What this room keeps about a person: the matters they reported, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM
from linli.kernel.people.keepers import Chapter, Keeper

from .forgetting import let_go
from .models import Matter, State
from .purposes import PUBLIC_WORDS, PURPOSES
from .queries.told import word
from .verbs.core import act
from .verbs.publishing import show_publicly

_COLUMNS = (
    ("number", _("编号")),
    ("kind", _("类别")),
    ("title", _("标题")),
    ("body", _("内容")),
    ("address", _("地址")),
    ("anonymous", _("匿名")),
    ("opened_at", _("上报时间")),
    ("state", _("状态")),
    ("ended_at", _("结束时间")),
    ("reply", _("给我的答复")),
    ("rating", _("我的评价")),
    ("answers", _("问我的和我的回答")),
    ("files", _("照片和文件")),
    ("public", _("公开显示的内容")),
)


def chapters(person_id: UUID, own: bool) -> Sequence[Chapter]:
    """One chapter; what was reported without a name is left out where somebody else holds the paper."""
    matters = (
        Matter.objects.filter(reporter_id=person_id)
        .prefetch_related("questions", "attachments__file")
        .order_by("opened_at", "id")
    )
    if not own:
        matters = matters.filter(anonymous=False)
    note = "" if own else _("匿名反映的事不在这里，只能由本人在手机上查看。")
    return [Chapter("matters", _("我反映过的事"), _COLUMNS, [_row(matter) for matter in matters], note)]


def _row(matter: Matter) -> dict[str, object]:
    shown = (matter.public_words, matter.public_address, matter.public_reply)
    return {
        "number": matter.number,
        "kind": word("matter", matter.kind),
        "title": matter.title,
        "body": matter.body,
        "address": matter.address,
        "anonymous": _t("是") if matter.anonymous else _t("否"),
        "opened_at": matter.opened_at,
        "state": _t(State(matter.state).label),
        "ended_at": matter.ended_at,
        "reply": matter.reply,
        "rating": f"{matter.rating} {matter.rating_words}".strip() if matter.rating else "",
        "answers": [f"{q.text} — {q.answer}" for q in matter.questions.all()],
        "files": [a.file.name for a in matter.attachments.all() if a.for_reporter],
        "public": [text for text in shown if text],
    }


def withdrawn(person_id: UUID, purpose: str, at: datetime) -> None:
    """Words that stood in public with this person's consent stand there no longer."""
    if purpose != PUBLIC_WORDS:
        return
    for matter_id in (
        Matter.objects.filter(reporter_id=person_id).exclude(public_words="").values_list("id", flat=True)
    ):
        with act("publish", matter_id, by=SYSTEM, at=at, rule="") as doing:
            matter = doing.matter
            show_publicly(doing, address=matter.public_address, reply=matter.public_reply)


KEEPER = Keeper(
    name="matters",
    copy=chapters,
    forget=let_go,
    goes=(_("已经办结的事里您写的、别人写给您的所有文字，和您发的照片"),),
    stays=(
        _("还没办完的事：继续办到底，是承办单位的责任。不再有您的姓名和联系方式；一办结，文字和照片就删除。"),
        _(
            "别人反映的事里提到您的话：不会自动删除。可以到窗口申请，由居村逐件看过后隐去您的姓名和号码，请在注销之前办。"
        ),
        _("哪个小区、哪一类事、什么时候、哪个单位办、是否按时、怎么办结：用于监督承办单位，不含任何人写的话。"),
    ),
    purposes=PURPOSES,
    withdrawn=withdrawn,
    sayings={
        "matters.read_theirs": _("在窗口查看了您反映过的事"),
        "matters.find_mentions": _("在窗口查找了别人反映的事里提到您的地方"),
    },
)
