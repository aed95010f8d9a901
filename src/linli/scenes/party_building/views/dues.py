"""党费 on the desk: a branch's month, reckoned, booked, undone, waived."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, require
from linli.kernel.clock.now import now
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..dues import yuan
from ..models import Organisation
from ..queries import dues as q
from ..queries import organisations as tree
from ..verbs.common import above, day_of
from .parts import WORDS, around, branch_asked, choices, day, fen, hidden, line, month_asked, pick

HERE = "party_building:dues"


@require_http_methods(["GET", "POST"])
@for_staff
def month(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "party.read")
    at = now()
    branches = tree.branches(actor)
    chosen = branch_asked(request, branches)
    if chosen is None:
        return draw("desk", request, "party_building/desk/no_branch.html", {**WORDS}, here=HERE)
    first = month_asked(request, at)
    response, forms, status = serve(
        request, _acts(actor, chosen, first, at), keep={"branch": str(chosen.id), "month": f"{first:%Y-%m}"}
    )
    if response:
        return response
    before, after = around(first)
    context: dict[str, Any] = {
        **WORDS,
        "branches": branches,
        "chosen": chosen,
        "found": q.month(actor, chosen.id, first),
        "long": q.long_unpaid(actor, chosen.id, at),
        "sums": q.sums(actor, first) if len(branches) > 1 else {},
        "first": first,
        "before": before,
        "after": after,
        "yuan": yuan,
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/dues.html", context, here=HERE, status=status)


def _acts(actor: Actor, chosen: Organisation, first: Any, at: Any) -> tuple[Act, ...]:
    reckon = Act(
        key="reckon", words=_("核定本月党费"), tells=_reckoned, verb=partial(verbs.reckon_month, branch_id=chosen.id, month=first), fields=(),
        lead=_("按这个月第一天执行的标准计算；已核定的不变。"),
    )  # fmt: skip
    pay = Act(
        key="pay", words=_("登记交费"), done=_("已登记。"), verb=_pay,
        fields=(
            hidden("due_id"), Field(name="amount", label=_("金额（元）"), kind=Kind.NUMBER), day("on", _("日期")), pick("how", _("方式"), "how"),
            Field(name="key", label="", kind=Kind.HIDDEN),
        ),
        options={"how": choices("paid_by")}, starts={"on": day_of(at).isoformat(), "how": "cash", "key": str(uuid4())},
    )  # fmt: skip
    undo = Act(
        key="undo", words=_("撤销这笔"), done=_("已撤销。"), tone="", verb=verbs.undo_payment, fields=(hidden("payment_id"), line("reason", _("原因"))),
    )  # fmt: skip
    waive = Act(
        key="waive", words=_("减免"), done=_("已批准减免。"), tone="", verb=_waive,
        fields=(hidden("due_id"), Field(name="amount", label=_("减免金额（元）"), kind=Kind.NUMBER), line("reason", _("原因"))),
    )  # fmt: skip
    return (reckon, pay, undo, *((waive,) if above(actor, chosen) else ()))


def _reckoned(found: Any) -> str:
    words = _t("核定了 %(n)d 位党员。") % {"n": found.made}
    return words + (_t("还有 %(n)d 位没有申报基数。") % {"n": len(found.without)} if found.without else "")


def _pay(*, amount: float, key: str, **given: Any) -> Any:
    try:
        form = UUID(key)
    except ValueError:
        raise Invalid(_t("请刷新页面再试。")) from None
    # One page, one key: each member's line makes its own of it.
    return verbs.pay(amount=fen(amount, "amount"), key=UUID(int=form.int ^ given["due_id"].int), **given)


def _waive(*, amount: float, **given: Any) -> Any:
    return verbs.waive(amount=fen(amount, "amount"), **given)
