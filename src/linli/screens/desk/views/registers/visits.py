"""走访 at the desk: who is on the list, and a round planned from what is known."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.registers import defined, verbs
from linli.kernel.registers.queries import visits
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import HERE, WORDS, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def visits_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "registers.enter")
    today = timezone.localdate(now())
    response, forms, status = serve(request, _acts(actor, today))
    if response:
        return response
    midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = date.fromordinal(today.toordinal() + 7)
    context: dict[str, Any] = {
        **WORDS,
        "tabs": tabs(actor, "visits"),
        "due": visits.due_visits(actor, ahead),
        "done": visits.done_visits(actor, midnight),
        "today": today,
        "forms": forms,
    }
    return draw(request, "desk/registers/visits.html", context, here=HERE, status=status)


def _acts(actor: Actor, today: date) -> tuple[Act, ...]:
    return (
        Act(
            key="round", words=_("排一轮走访"), done="", tells=lambda n: _t("排上了 %(n)d 家。") % {"n": n},
            lead=_("按台账里已知的情况排，已在清单上的不重复。敏感的内容不能用来排名单。"),
            fields=(
                Field(name="form", label=_("哪种走访"), kind=Kind.SELECT, options="forms"),
                Field(name="place_code", label=_("范围"), hint=_("居村、网格或小区的名字或代码。")),
                Field(name="what", label=_("谁"), kind=Kind.SELECT, options="whom"),
                Field(name="due_on", label=_("哪天以前"), kind=Kind.DATE),
            ),
            options={"forms": _forms(actor), "whom": _whom(actor)},
            starts={"place_code": actor.scope, "due_on": today.isoformat()},
            verb=partial(_round, actor),
        ),
        Act(
            key="drop", words=_("不用去了"), tone="danger small", done=_("已从清单上去掉。"),
            fields=(
                Field(name="visit_id", label="", kind=Kind.HIDDEN_ID),
                Field(name="reason", label=_("为什么")),
            ),
            verb=verbs.drop_visit,
        ),
    )  # fmt: skip


def _forms(actor: Actor) -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in defined.forms_at(actor.scope, visit=True)]


def _whom(actor: Actor) -> list[tuple[str, str]]:
    """What may be asked of: yes or no, and choices, of what is not sensitive."""
    found = []
    for one in defined.elements_at(actor.scope):
        if one.element.sealed:
            continue
        choices = {"yes": _t("是")} if one.element.type == "yes_no" else one.choices
        found += [(f"{one.name}={value}", f"{one.label}：{words}") for value, words in choices.items()]
    return found


def _round(actor: Actor, *, what: str, place_code: str, **given: Any) -> int:
    element, _sign, says = what.partition("=")
    code = place_named(place_code, actor, field="place_code")
    return verbs.plan_round(place_code=code, element=element, says=says, **given)
