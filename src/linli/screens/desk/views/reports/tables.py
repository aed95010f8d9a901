"""表格进出: a spreadsheet in, each refused row with its sentence; a register out, in one's own order of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.registers.defined import elements_at
from linli.kernel.registers.spreadsheets import Line, read
from linli.kernel.registers.verbs.exporting import export_table
from linli.kernel.registers.verbs.importing import Imported, import_table
from linli.kernel.registers.words import ABOUTS
from linli.parts.doors import for_staff
from linli.parts.office.uploads import table

from ...exporting import table_file
from ...shell import draw
from ...verbs import keep_order, order_of

HERE = "desk:registers"
_SALT = "refused rows"
_STRANGERS = "rows of persons who are not registered"
ABOUT = ("person", "place")


@require_http_methods(["GET", "POST"])
@for_staff
def tables_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "registers.read")
    refusal: Refused | None = None
    done: Imported | None = None
    heads: list[str] = []
    name = ""
    data = request.POST if request.method == "POST" else request.GET
    about = data.get("about", "person")
    about = about if about in ABOUT else "person"
    if request.method == "POST":
        try:
            if data.get("act") == "export":
                return _exported(actor, about, data)
            lines: Iterable[Line]
            if data.get("act") == "register":
                heads, name, lines = _waiting(data.get("strangers", ""))
                done = import_table(
                    by=actor, at=now(), about=about, heads=heads, lines=lines, name=name, register=True
                )
            else:
                heads, lines = read(table(request))
                upload = request.FILES["file"]
                name = data.get("name", "").strip() or str(getattr(upload, "name", "") or _("表格"))
                done = import_table(by=actor, at=now(), about=about, heads=heads, lines=lines, name=name)
        except Refused as refused:
            refusal = refused
    known = elements_at(actor.scope, about=about)
    order = order_of(actor, f"register:{about}")
    context: dict[str, Any] = {
        "about": about,
        "abouts": [(key, words) for key, words in ABOUTS.items() if key in ABOUT],
        "known": [(one.name, one.label, order.index(one.name) + 1 if one.name in order else "") for one in known],
        "refusal": refusal,
        "faults": refusal.fields if refusal else {},
        "done": done,
        "labels": {one.name: one.label for one in known},
        "kept": signing.dumps(
            [heads, [[r.number, r.sentence, *r.cells] for r in done.refused]], salt=_SALT, compress=True
        )
        if done and done.refused
        else "",
        "strangers": signing.dumps(
            [heads, name, [[one.number, *one.cells] for one in done.strangers]], salt=_STRANGERS, compress=True
        )
        if done and done.strangers
        else "",
        "may_enter": holds(actor, "registers.enter"),
        "data": data,
    }
    return draw(request, "desk/reports/tables.html", context, here=HERE, status=refusal.status if refusal else 200)


def _waiting(kept: str) -> tuple[list[str], str, list[Line]]:
    """The rows of those who were shown and not registered yet, as they were read."""
    try:
        heads, name, rows = signing.loads(kept, salt=_STRANGERS)
    except signing.BadSignature:
        raise Invalid(_("页面过期了，请重新选择文件。")) from None
    return heads, name, [Line(row[0], tuple(row[1:])) for row in rows]


def _exported(actor: Actor, about: str, data: QueryDict) -> HttpResponse:
    """The columns that have a number, in the order of the numbers; remembered for the next time."""
    wanted = [(data[key].strip(), key.removeprefix("order_")) for key in data if key.startswith("order_")]
    chosen = [(int(number), name) for number, name in wanted if number.isdecimal()]
    names = [name for _number, name in sorted(chosen)]
    if not names:
        raise Invalid(_("请至少给一列写上次序。"), fields={"elements": _("请至少给一列写上次序。")})
    rows = export_table(by=actor, at=now(), about=about, elements=names, purpose=data.get("purpose", ""))
    keep_order(by=actor, at=now(), table=f"register:{about}", columns=names)
    labels = {one.name: one.label for one in elements_at(actor.scope, about=about, retired=True)}
    heads = [_("姓名") if about == "person" else _("名称"), _("地址"), *(labels.get(name, name) for name in names)]
    file = f"register-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return table_file("xlsx", file, _("台账"), heads, [[row.label, row.place, *row.values] for row in rows])


@require_POST
@for_staff
def refused_file(request: HttpRequest) -> HttpResponse:
    """The rows that were refused, with their sentences: put right, the file can be sent again."""
    try:
        heads, rows = signing.loads(request.POST.get("kept", ""), salt=_SALT)
    except signing.BadSignature:
        raise Invalid(_("页面过期了，请重新选择文件。")) from None
    return table_file("xlsx", "refused.xlsx", _("没有导入的"), [_("第几行"), _("为什么"), *heads], rows)
