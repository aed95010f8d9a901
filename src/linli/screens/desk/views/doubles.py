"""查重: registrations that may be one person, side by side; merged or kept apart by a person, and parted again."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, allows, holds
from linli.kernel.clock.now import now
from linli.kernel.people import verbs
from linli.kernel.people.models import Double
from linli.kernel.people.queries import doubles
from linli.kernel.people.words import FIELDS, reason_words
from linli.kernel.places import queries as places
from linli.kernel.places.twice import homes_twice
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ..shell import draw

HERE = "desk:doubles"


@require_http_methods(["GET", "POST"])
@for_staff
def doubles_page(request: HttpRequest) -> HttpResponse:
    """The pairs of one's place, the likeliest first; or those that were decided."""
    actor: Actor = request.actor
    decided = request.GET.get("tab") == "decided"
    response, forms, status = serve(request, _switches(actor))
    if response:
        return response
    here = reverse(HERE)
    context = {
        "rows": doubles.queue(actor, decided=decided),
        "decided": decided,
        "precision": doubles.precision(actor),
        "homes": homes_twice(actor, actor.scope) if not decided else [],
        "searches": [(row, places.label(row.street)) for row in doubles.searches(actor)],
        "forms": forms,
        "tabs": [(here, _("待核对"), not decided), (f"{here}?tab=decided", _("已核对"), decided)],
    }
    return draw(request, "desk/doubles/list.html", context, here=HERE, status=status)


def _switches(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "people.change") or len(actor.scope) > 9:
        return ()
    street = Field(name="street", label="", kind=Kind.HIDDEN)
    return (
        Act(key="off", words=_("不再查重"), tone="small", done=_("已停止，不再比较这个街镇的登记。"), fields=(street,),
            verb=partial(verbs.switch_search, on=False)),
        Act(key="on", words=_("开始查重"), tone="small", done=_("已开启，今晚开始比较。"), fields=(street,),
            verb=partial(verbs.switch_search, on=True)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def double_page(request: HttpRequest, double_id: UUID) -> HttpResponse:
    """One pair side by side. Opening it is recorded for both."""
    actor: Actor = request.actor
    pair = verbs.open_double(by=actor, at=now(), double_id=double_id)
    response, forms, status = serve(request, _acts(actor, pair))
    if response:
        return HttpResponseRedirect(reverse(HERE), status=303)
    labels = places.labels({pair.one.place_code, pair.other.place_code})
    sides = [
        (FIELDS[name], *(_said(card, name, labels) for card in (pair.one, pair.other)))
        for name in ("name", "phone", "identity", "birth_year", "place_code")
    ]
    context = {
        "pair": pair,
        "sides": [(words, a, b, a == b if a and b else None) for words, a, b in sides],
        "reasons": reason_words(pair.double.reasons),
        "forms": forms,
    }
    return draw(request, "desk/doubles/one.html", context, here=HERE, status=status)


def _said(card: verbs.Card, name: str, labels: dict[str, str]) -> str:
    value = getattr(card, name)
    return labels.get(value, value) if name == "place_code" else str(value or "")


def _acts(actor: Actor, pair: verbs.Compared) -> tuple[Act, ...]:
    both = (pair.one, pair.other)
    if pair.double.state != Double.State.OPEN or not all(
        allows(actor, "people.change", card.place_code) for card in both
    ):
        return ()

    def merge(*, standing: str, take: list[str] | None = None, **given: Any) -> Any:
        stands = next((card for card in both if str(card.id) == standing), pair.one)
        alias = pair.other if stands is pair.one else pair.one
        return verbs.merge_persons(standing_id=stands.id, alias_id=alias.id, take=take or (), **given)

    return (
        Act(
            key="merge",
            words=_("是同一个人，合并"),
            done=_("已合并。另一条登记名下的内容都跟过来了。"),
            fields=(
                Field(name="standing", label=_("保留哪一条"), kind=Kind.CHOICE, options="both"),
                Field(
                    name="take",
                    label=_("两条都有、以另一条为准的"),
                    kind=Kind.CODES,
                    options="fields",
                    optional=True,
                    hint=_("保留的那条没有的内容会自动补上，不用勾。"),
                ),
                Field(name="reason", label=_("凭什么认定"), hint=_("例如：本人到场，核对户口簿。本人能看到。")),
            ),
            options={
                "both": [(card.id, card.name, _hint(card)) for card in both],
                "fields": [(name, FIELDS[name]) for name in ("name", "birth_year", "place_code", "phone")],
            },
            starts={"standing": pair.one.id, "take": []},
            verb=merge,
        ),
        Act(
            key="apart",
            words=_("不是同一个人"),
            tone="",
            done=_("已记下，不再询问这一对。"),
            fields=(Field(name="note", label=_("说明"), optional=True),),
            verb=partial(verbs.keep_apart, double_id=pair.double.id),
        ),
    )


def _hint(card: verbs.Card) -> str:
    return " · ".join(part for part in (card.phone, card.identity, str(card.birth_year or "")) if part)


@require_http_methods(["GET", "POST"])
@for_staff
def part_page(request: HttpRequest, merging_id: UUID) -> HttpResponse:
    """Take two apart again: what goes back and what stays is said before."""
    act = Act(
        key="part",
        words=_("拆开"),
        tone="danger",
        done=_("已拆开，两条登记恢复原样。"),
        fields=(Field(name="reason", label=_("为什么拆开"), hint=_("本人能看到。")),),
        lead=_("合并时跟过来的内容回到原来那条；合并以后新登记的留在保留的那条；合并后更正过的不改回。"),
        verb=partial(verbs.part_again, merging_id=merging_id),
    )
    response, forms, status = serve(request, (act,))
    if response:
        return HttpResponseRedirect(reverse(HERE) + "?tab=decided", status=303)
    return draw(request, "desk/doubles/part.html", {"forms": forms}, here=HERE, status=status)
