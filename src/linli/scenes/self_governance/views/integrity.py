"""诚信积分: on the desk proposed by one and decided by another, rewarded for a commendation; on the phone read and answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.parts.doing import done
from linli.parts.doors import for_residents, for_staff
from linli.parts.office import Act, Field, Kind, serve

from .. import verbs
from ..queries import integrity as queries
from .common import draw, uuid_in

TAKES = (("no", gettext_lazy("不扣")), ("yes", gettext_lazy("扣")))


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def office(request: HttpRequest) -> HttpResponse:
    """What is proposed, what could be; opening it is written down for each person on it."""
    actor: Actor = request.actor
    response, forms, status = serve(request, _acts(actor))
    if response:
        return response
    found = queries.office(actor, at=now())
    context = {
        "o": found,
        "names": verbs.read_integrity(by=actor, at=now(), persons=found.persons),
        "forms": forms,
        "me": actor.account_id,
    }
    return draw("desk", request, "desk/integrity.html", context, here="self_governance:integrity", status=status)


def _acts(actor: Actor) -> tuple[Act, ...]:
    acts: list[Act] = []
    rule, version, amount = queries.rule_of_deductions()
    if holds(actor, "volunteering.organise"):
        acts += [
            Act(
                key="propose", words=gettext_lazy("提出扣分"), tone="small", done=gettext_lazy("已提出，并告知本人；由另一个人决定。"),
                lead=_("按“%(rule)s”规则第 %(version)d 版，扣 %(n)d 分；现在还不扣。") % {"rule": rule, "version": version, "n": amount},
                fields=(
                    Field(name="sign_up_id", label="", kind=Kind.HIDDEN_ID),
                    Field(name="reason", label=gettext_lazy("核实了什么"), hint=gettext_lazy("怎样核实的，本人会看到。")),
                ),
                verb=verbs.propose_deduction,
            ),
            Act(
                key="reward", words=gettext_lazy("记守信分"), tone="small", done=gettext_lazy("已记上。到了上限的部分不记。"),
                fields=(Field(name="commendation_id", label="", kind=Kind.HIDDEN_ID),), verb=verbs.reward_commended,
            ),
        ]  # fmt: skip
    if holds(actor, "volunteering.review"):
        acts.append(
            Act(
                key="decide", words=gettext_lazy("决定"), tone="primary small", done=gettext_lazy("已决定，本人会看到理由，扣了的可以申诉。"),
                fields=(
                    Field(name="deduction_id", label="", kind=Kind.HIDDEN_ID),
                    Field(name="takes", label=gettext_lazy("扣不扣"), kind=Kind.SELECT, options="takes"),
                    Field(name="why", label=gettext_lazy("理由"), hint=gettext_lazy("写给本人看。")),
                ),
                options={"takes": TAKES if holds(actor, "points.deduct") else TAKES[:1]}, verb=_decided,
            )
        )  # fmt: skip
    return tuple(acts)


def _decided(*, takes: str, **given: Any) -> Any:
    return verbs.decide_deduction(takes=takes == "yes", **given)


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def mine(request: HttpRequest) -> HttpResponse:
    """My integrity points: what somebody proposes to take, what I say about it, every line with its rule."""
    back = reverse("self_governance:my_integrity")
    response, refused = done(request, {"answer": _answer}, back)
    if response:
        return response
    context = {
        "o": queries.own(request.actor),
        "rule": queries.rule_of_deductions(),
        "refused": refused,
        "typed": request.POST,
    }
    return draw("phone", request, "phone/integrity.html", context, status=refused.status if refused else 200)


def _answer(request: HttpRequest) -> str:
    verbs.answer_deduction(
        by=request.actor, at=now(), deduction_id=uuid_in(request, "deduction"), text=request.POST.get("text", "")
    )
    return _("已记下您说的，决定的人会看到。")
