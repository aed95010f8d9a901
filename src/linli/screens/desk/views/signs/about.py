"""How signs are found and how good they are: each definition beside its figures; a place sets one otherwise."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, allows, require
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Indication, Matters, Readings, Sign
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.signs import queries, verbs
from linli.kernel.signs.models import Setting, State
from linli.kernel.signs.queries.figures import FEW
from linli.kernel.signs.sentences import indication_word, kind_word, sign_word
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve
from linli.parts.words import listed, word

from .frame import page

TAB = "desk:signs_about"


@require_http_methods(["GET", "POST"])
@for_staff
def about_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "signs.read")
    may = allows(actor, "signs.change", actor.scope)
    forms: dict[str, Any] = {}
    status = 200
    if may:
        response, forms, status = serve(request, (_act(actor),))
        if response:
            return response
    figures = {one.sign: one for one in queries.figures(actor)}
    settings = list(Setting.objects.order_by("sign", "place_code"))
    labels = places.labels([row.place_code for row in settings])
    context = {
        "signs": [
            {
                "name": sign.name,
                "word": sign_word(sign.name),
                "about": sign_word(sign.name, "about"),
                "sign": sign,
                "opens": kind_word(sign.opens),
                "level": _level(sign),
                "alike": _alike(sign),
                "indications": [(one, indication_word(one.name), _looks(one)) for one in sign.indications],
                "figures": figures[sign.name],
                "streets": [
                    (places.label(code), one) for code, one in sorted(figures[sign.name].by_street.items())
                ],
                "settings": [(labels.get(row.place_code, ""), row) for row in settings if row.sign == sign.name],
            }
            for sign in catalogue().signs.values()
        ],
        "S": State,
        "form": forms.get("set"),
        "few": FEW,
    }
    return page(request, "about.html", context, tab=TAB, status=status)


def _act(actor: Actor) -> Act:
    return Act(
        key="set",
        words=_("保存"),
        fields=(
            Field(name="sign", label=_("苗头"), kind=Kind.SELECT, options="signs"),
            Field(name="place_code", label=_("在哪里（地点代码）"), hint=_("这里和它以下都照办；更小的地点另有设置的，以小的为准。")),
            Field(name="off", label=_("关闭：不再提出，待研判的也撤下"), kind=Kind.TICK, optional=True),
            Field(name="raises", label=_("证据分达到多少才提出"), kind=Kind.NUMBER, optional=True, hint=_("空着就用声明的。")),
            Field(name="reason", label=_("原因")),
        ),
        options={"signs": [(name, sign_word(name)) for name in catalogue().signs]},
        starts={"place_code": actor.scope},
        verb=verbs.set_sign,
        done=_("已保存，从今晚起照办。"),
    )  # fmt: skip


def _level(sign: Sign) -> str:
    level = next(level for level in Level if level.digits == sign.level)
    return str(level.word)


def _alike(sign: Sign) -> str:
    words = {9: _t("同一街镇"), 12: _t("同一居村"), 15: _t("同一网格"), 18: _t("同一小区")}
    return words.get(sign.alike, "")


def _looks(one: Indication) -> str:
    """What it looks at, in words."""
    looks = one.looks
    if isinstance(looks, Matters):
        kinds = listed(word("matter", kind) for kind in looks.kinds)
        if looks.hours:
            return _t("事项：%(kinds)s；每 %(hours)d 小时一段分开看") % {"kinds": kinds, "hours": looks.hours}
        if looks.within:
            return _t("事项：%(kinds)s；没写到的，算给 %(metres)d 米内最近的一处") % {
                "kinds": kinds, "metres": looks.within,
            }  # fmt: skip
        return _t("事项：%(kinds)s") % {"kinds": kinds}
    if isinstance(looks, Readings):
        return _t("设备：%(model)s的%(quantity)s") % {
            "model": word("device", looks.model), "quantity": word("quantity", looks.quantity),
        }  # fmt: skip
    return _t("数据集：声明了“%(topic)s”可供苗头使用的") % {"topic": word("topic", looks.topic)}
