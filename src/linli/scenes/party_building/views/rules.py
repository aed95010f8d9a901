"""How often branches meet, per place; and the tables by which dues are reckoned."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, holds, require
from linli.kernel.clock.now import now
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.frames import draw
from linli.parts.office import Act, Field, Kind, serve

from .. import dues, verbs
from ..models import Bracket, Cadence, Category, RateTable
from ..queries import dues as q
from ..queries.owed import cadence_at
from ..verbs.common import day_of, own
from ..verbs.dues import NewBracket, may_set_rates
from .parts import WORDS, choices, day, line, lines, pick, text

CADENCE, RATES = "party_building:cadence", "party_building:rates"


@require_http_methods(["GET", "POST"])
@for_staff
def cadence(request: HttpRequest) -> HttpResponse:
    """What is owed at the reader's place by kind of meeting and where it stands; what places above and beneath say instead."""
    actor: Actor = request.actor
    require(actor, "party.read")
    mine = own(actor)
    response, forms, status = serve(request, _cadence_acts(actor, mine.place_code if mine else ""))
    if response:
        return response
    owed, said = cadence_at(mine.place_code if mine else actor.scope, day_of(now()))
    context: dict[str, Any] = {
        **WORDS,
        "owed": owed,
        "said": said,
        "labels": places.labels({row.place_code for row in said}),
        "place": places.label(mine.place_code) if mine else "",
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/cadence.html", context, here=CADENCE, status=status)


def _cadence_acts(actor: Actor, code: str) -> tuple[Act, ...]:
    if not holds(actor, "party.organise") or not code:
        return ()
    return (
        Act(
            key="set", words=_("改次数"), done=_("已改，从今天起按新的次数算。"), verb=partial(_set, actor, code),
            lead=_("过去的不变；已经记下未开的仍要补开。"),
            fields=(
                line("place_code", _("在哪里"), hint=_("街镇、居村的名字或代码；不填就是本组织所在的地方。"), optional=True),
                pick("kind", _("哪种会"), "kinds"), pick("every", _("每多久"), "every"),
                Field(name="times", label=_("几次"), kind=Kind.NUMBER, hint=_("0 就是不要求。")),
            ),
            options={"kinds": choices("meeting"), "every": choices("every")}, starts={"times": "1"},
        ),
    )  # fmt: skip


def _set(actor: Actor, own_code: str, *, times: float, place_code: str = "", **given: Any) -> Cadence:
    code = place_named(place_code, actor, field="place_code") if place_code else own_code
    return verbs.set_cadence(place_code=code, times=int(times) if times == int(times) else -1, **given)


@require_http_methods(["GET", "POST"])
@for_staff
def rates(request: HttpRequest) -> HttpResponse:
    """Every table with the month it holds from; whoever stands at the top writes the next."""
    actor: Actor = request.actor
    require(actor, "party.read")
    tables = q.tables()
    response, forms, status = serve(request, _rates_acts(tables) if may_set_rates(actor) else ())
    if response:
        return response
    this = dues.first_of(day_of(now()))
    context: dict[str, Any] = {
        **WORDS,
        "tables": tables,
        "standing": next((table for table in tables if table.since <= this), None),
        "categories": Category.choices,
        "yuan": dues.yuan,
        "percent": _percent,
        "forms": forms,
    }
    return draw("desk", request, "party_building/desk/rates.html", context, here=RATES, status=status)


def _rates_acts(tables: list[RateTable]) -> tuple[Act, ...]:
    written = [_written(bracket) for bracket in tables[0].brackets.all()] if tables else []
    return (
        Act(
            key="set", words=_("写一份新标准"), done=_("已写好，到时候自动执行。"), verb=_set_rates,
            lead=_("只管以后的月份；已经核定的党费不变。"),
            fields=(
                line("name", _("名称")), line("source", _("依据的文件")), day("since", _("从哪个月起"), hint=_("填那个月里任何一天。")),
                text("brackets", _("各档"), hint=_("一行一档：类别 超过多少元 比例或金额，例如“离退休 5000 1%”“农民 0 0.2元”。")),
            ),
            starts={"brackets": "\n".join(written)},
        ),
    )  # fmt: skip


def _percent(per_myriad: int) -> str:
    return f"{per_myriad / 100:g}%"


def _written(bracket: Bracket) -> str:
    amount = (
        _percent(bracket.per_myriad)
        if bracket.per_myriad is not None
        else _t("%(n)s元") % {"n": f"{(bracket.flat or 0) / 100:g}"}
    )
    return f"{Category(bracket.category).label} {bracket.above / 100:g} {amount}"


def _set_rates(*, since: date, brackets: str, **given: Any) -> RateTable:
    return verbs.set_rates(since=dues.first_of(since), brackets=[_bracket(one) for one in lines(brackets)], **given)


def _bracket(written: str) -> NewBracket:
    """One line: category, above so many yuan, a share or a sum. Raises Invalid."""
    category, above, amount = [*written.rsplit(maxsplit=2), "", ""][:3]
    known = next((value for value, label in Category.choices if category in (value, str(label))), None)
    try:
        if known is None:
            raise ValueError(category)
        limit = _exact(above, 100)
        if amount.endswith(("%", "％")):
            return NewBracket(known, limit, per_myriad=_exact(amount[:-1], 100))
        return NewBracket(known, limit, flat=_exact(amount.removesuffix("元").removesuffix(" yuan"), 100))
    except ValueError:
        sentence = _t("“%(line)s”看不懂，请写成“离退休 5000 1%%”。") % {"line": written[:60]}
        raise Invalid(sentence, fields={"brackets": sentence}) from None


def _exact(text: str, times: int) -> int:
    value = float(text) * times
    if abs(value - round(value)) > 1e-6 or not 0 <= value < 10**12:
        raise ValueError(text)
    return round(value)
