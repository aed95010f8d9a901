"""表格进出: a spreadsheet in, each refused row with its sentence; a register out, in one's own order of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, Refused, holds, require
from linli.kernel.clock.now import now
from linli.kernel.registers import verbs
from linli.kernel.registers.defined import elements_at
from linli.kernel.registers.spreadsheets import read
from linli.kernel.registers.verbs.exporting import export_table
from linli.kernel.registers.verbs.importing import Imported, RefusedRow, import_table
from linli.kernel.registers.words import ABOUTS
from linli.parts.doors import for_staff
from linli.parts.office.uploads import table

from ...exporting import table_file
from ...shell import draw
from ...verbs import keep_order, order_of

HERE = "desk:registers"
_SALT = "refused rows"
ABOUT = ("person", "place")


@require_http_methods(["GET", "POST"])
@for_staff
def tables_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "registers.read")
    refusal: Refused | None = None
    done: Imported | None = None
    heads: list[str] = []
    data = request.POST if request.method == "POST" else request.GET
    about = data.get("about", "person")
    about = about if about in ABOUT else "person"
    if request.method == "POST":
        try:
            if data.get("act") == "export":
                return _exported(actor, about, data)
            if data.get("act") in ("register", "drop"):
                return _registered(request, actor, about)
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
        "kept": _kept(heads, done.refused) if done else "",
        **_waits(actor, data.get("waiting", ""), done),
        "may_enter": holds(actor, "registers.enter"),
        "data": data,
    }
    return draw(request, "desk/reports/tables.html", context, here=HERE, status=refusal.status if refusal else 200)


def _kept(heads: Sequence[str], refused: Sequence[RefusedRow]) -> str:
    """Refused rows, to be downloaded; the page carries them itself."""
    rows = [[row.number, row.sentence, *row.cells] for row in refused]
    return signing.dumps([heads, rows], salt=_SALT, compress=True) if rows else ""


def _waits(actor: Actor, said: str, done: Imported | None) -> dict[str, Any]:
    """Those who wait to be registered: of the table just read, of the one that is asked for, or left over from before."""
    if not holds(actor, "people.change"):
        return {"waits": None}
    key = done.waiting_id if done else _id(said)
    waits = verbs.waiting_of(actor, key) if key or done is None else None
    if waits is None:
        return {"waits": None}
    refused = verbs.refused_of(waits)
    # Somebody who comes back later says themselves that it shall go on.
    goes = waits.ended_at is None and waits.begun_at is not None and key is not None and done is None
    return {"waits": waits, "goes": goes, "kept_of": _kept(waits.heads, refused), "refused_of": refused}


def _registered(request: HttpRequest, actor: Actor, about: str) -> HttpResponse:
    """The next part of those who wait; the page asks for the one after that by itself."""
    key = _id(request.POST.get("waiting", ""))
    if key is None:
        raise Invalid(_("页面过期了，请重新选择文件。"))
    address = f"{reverse('desk:tables')}?about={about}"
    if request.POST["act"] == "drop":
        verbs.drop_waiting(by=actor, waiting_id=key)
        return redirect(address)
    verbs.register_waiting(by=actor, at=now(), waiting_id=key)
    return redirect(f"{address}&waiting={key}#waiting")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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
