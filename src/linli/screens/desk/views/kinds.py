"""Kinds of matter and their numbers: what the scene declares, what holds here, and setting it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters import verbs
from linli.kernel.matters.models import KindNumbers
from linli.kernel.matters.numbers import numbers_for
from linli.kernel.places import queries as places
from linli.kernel.triage import queries as triage
from linli.kernel.triage.verbs import switch
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, Word, serve
from linli.parts.words import word

from ..shell import draw


@require_http_methods(["GET", "POST"])
@for_staff
def kinds_page(request: HttpRequest) -> HttpResponse:
    """All kinds with the numbers in force at one's place; one of them with its form."""
    actor: Actor = request.actor
    require(actor, "kinds.change")
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in catalogue().kinds else ""
    keep = {"kind": chosen} if chosen else {}
    response, forms, status = serve(request, (_act(actor, chosen) if chosen else _switch(actor),), keep=keep)
    if response:
        return response
    set_here = set(KindNumbers.objects.filter(place_code=actor.scope).values_list("kind", flat=True))
    rows = sorted(
        (
            (word("department", kind.owner), word("matter", name), name, kind, name in set_here)
            for name, kind in catalogue().kinds.items()
        ),
        key=lambda row: row[:2],
    )
    context: dict[str, Any] = {
        "rows": rows,
        "chosen": chosen,
        "forms": forms,
        "place": places.label(actor.scope) if actor.scope.isdecimal() else "",
        "numbers": numbers_for(chosen, actor.scope) if chosen else None,
    }
    return draw(request, "desk/kinds.html", context, here="desk:kinds", status=status)


def _act(actor: Actor, kind: str) -> Act:
    row = KindNumbers.objects.filter(kind=kind, place_code=actor.scope).first()
    inherit = _("不填则沿用上级或场景声明的时限。")

    def change(**given: Any) -> Any:
        return verbs.set_numbers(kind=kind, place_code=actor.scope, **given)

    return Act(
        key="numbers",
        words=_("保存时限"),
        done=_("已保存。已经受理的事项仍按当时的承诺。"),
        fields=(
            Field(name="answer", label=_("多久内答复"), kind=Kind.SPAN, optional=True, hint=inherit),
            Field(name="finish", label=_("多久内办结"), kind=Kind.SPAN, optional=True, hint=inherit),
            Field(name="climb", label=_("督办每多久升一级"), kind=Kind.SPAN, optional=True, hint=inherit),
            _share("warn", _("预警：时间用去的比例"), _("例如 0.8，就是用去八成时。")),
            _share("remind", _("提醒：时间用去的比例"), _("例如 0.9，就是用去九成时。")),
            Field(name="off", label=_("这里不向居民开放这一类"), kind=Kind.TICK),
        ),
        starts={
            name: ("" if (value := getattr(row, name, "")) is None else str(value))
            for name in ("answer", "finish", "climb", "warn", "remind")
        },
        verb=change,
    )


def _share(name: str, label: Word, hint: Word) -> Field:
    return Field(name=name, label=label, kind=Kind.NUMBER, optional=True, hint=hint)


def _switch(actor: Actor) -> Act:
    """Whether suggestions are shown at one's place and below."""

    def change(**given: Any) -> Any:
        return switch(place_code=actor.scope, **given)

    return Act(
        key="triage",
        words=_("保存"),
        done=_("已保存。建议只供参考，决定由工作人员作出。"),
        fields=(Field(name="on", label=_("这里显示研判建议（类别、相似事项、热点）"), kind=Kind.TICK),),
        starts={"on": "1" if triage.is_on(actor.scope) else ""},
        verb=change,
    )
