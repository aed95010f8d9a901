"""数据项: what may be asked, why, on what basis, how long it is kept, whose it is, and which forms use it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, NotAllowed, holds
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.kernel.registers import defined, verbs, words
from linli.parts.doors import for_staff
from linli.parts.jinja import address
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from .common import HERE, WORDS, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def elements_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    if not (holds(actor, "registers.read") or holds(actor, "registers.change")):
        raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
    about = request.GET.get("about", "")
    about = about if about in words.ABOUTS else "person"
    response, forms, status = serve(request, _acts(actor), keep={"about": request.POST.get("about") or about})
    if response:
        return response
    rows = defined.elements_at(actor.scope, about=about, retired=True)
    context: dict[str, Any] = {
        **WORDS,
        "tabs": tabs(actor, "elements"),
        "kinds": [
            (address("desk:registers_elements") + f"?about={key}", word, key == about)
            for key, word in words.ABOUTS.items()
        ],
        "groups": _by_purpose(rows),
        "uses": defined.uses([row.name for row in rows], actor.scope),
        "where": places.labels({row.place_code for row in rows if row.place_code}),
        "forms": forms,
        "may": holds(actor, "registers.change"),
    }
    return draw(request, "desk/registers/elements.html", context, here=HERE, status=status)


def _by_purpose(rows: list[defined.Defined]) -> list[tuple[str, str, list[defined.Defined]]]:
    """(purpose, basis, elements): what is kept for the same reason stands together."""
    groups: dict[tuple[str, str], list[defined.Defined]] = {}
    for row in rows:
        groups.setdefault((row.purpose, row.basis), []).append(row)
    return [(purpose, basis, some) for (purpose, basis), some in groups.items()]


def _acts(actor: Actor) -> tuple[Act, ...]:
    if not holds(actor, "registers.change"):
        return ()
    return (
        Act(
            key="add", words=_("添加数据项"), done=_("已添加，可以放进表单。"),
            lead=_("先在左边看有没有：已有的直接放进表单，不用另建，也不会再问一遍。"),
            fields=(
                Field(name="label", label=_("名称")),
                Field(name="about", label=_("关于什么"), kind=Kind.SELECT, options="abouts"),
                Field(name="type", label=_("类型"), kind=Kind.SELECT, options="types"),
                Field(name="choices", label=_("选项"), kind=Kind.TEXT, optional=True, hint=_("单选、多选才有，一行一个。")),
                Field(name="unit", label=_("单位"), optional=True),
                Field(name="purpose", label=_("用途"), hint=_("为什么要登记；居民看得到。")),
                Field(name="basis", label=_("依据"), hint=_("哪部法律、哪份文件，或本人单独同意。")),
                Field(name="keep_days", label=_("保存多少天"), kind=Kind.NUMBER, hint=_("到期自动消除。")),
                Field(name="sensitivity", label=_("敏感程度"), kind=Kind.SELECT, options="sensitivities"),
                Field(name="owner", label=_("主管单位")),
                Field(name="place_code", label=_("用在哪里"), hint=_("街镇或居村的名字或代码。")),
            ),
            options={
                "abouts": list(words.ABOUTS.items()),
                "types": [(key, word) for key, word in words.TYPES.items() if key != "file"],
                "sensitivities": list(words.SENSITIVITIES.items()),
            },
            starts={"place_code": actor.scope, "keep_days": "365", "sensitivity": "personal"},
            verb=partial(_add, actor),
        ),
        Act(
            key="retire", words=_("停用"), tone="danger small", done=_("已停用；登记过的内容仍可查看，到期消除。"),
            fields=(Field(name="name", label="", kind=Kind.HIDDEN),), verb=verbs.retire_element,
        ),
    )  # fmt: skip


def _add(actor: Actor, *, place_code: str, keep_days: float, choices: str = "", **given: Any) -> Any:
    code = place_named(place_code, actor, field="place_code")
    given |= {"digits": 2 if given["type"] == "decimal" else 0, "choices": choices.splitlines()}
    return verbs.add_element(place_code=code, keep_days=int(keep_days), **given)
