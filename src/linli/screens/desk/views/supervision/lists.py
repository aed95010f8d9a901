"""监督清单: what is overdue, given back, reopened, extended, paused long, wrongly merged; with the reasons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.kernel.access import Actor, holds
from linli.kernel.clock.now import now
from linli.kernel.matters.queries import lists
from linli.parts.doors import for_staff
from linli.parts.words import state_word, word

from ... import exporting, supervising
from ...rows import with_places, with_times
from ...shell import draw, paint

_PAGE = 50


@require_GET
@for_staff
def lists_page(request: HttpRequest, name: str) -> HttpResponse:
    """One list, narrowed by the query string; only its rows when htmx asks for them."""
    actor: Actor = request.actor
    asked = _asked(request, name)
    page = lists.listed(actor, asked, at=now(), after=request.GET.get("after"), limit=_PAGE)
    context = {
        "name": name,
        "rows": with_places(with_times(page.rows), actor.scope),
        "asked": asked,
        "title": supervising.LISTS[name],
        "says": supervising.says(name, asked.days),
        "first": _address(asked) if request.GET.get("after") else "",
        "next": _address(asked, after=page.next_cursor) if page.next_cursor else "",
        "address": _address(asked),
        "sorts": _sorts(asked),
        "narrowed": bool(asked.place or asked.unit or asked.kind),
        "may_export": holds(actor, "matters.export"),
        "export": reverse("desk:lists_export", args=[name]) + "?" + urlencode(asked.write()),
        "reason_words": supervising.reason_words,
        "again_words": supervising.again_words,
    }
    if request.htmx and request.headers.get("HX-Target") == "list":
        return paint(request, "desk/supervision/lists_list.html", context)
    more = {
        "lists": [
            (_address(asked.but(name=other, sort="")), words, other == name)
            for other, words in supervising.LISTS.items()
        ],
        "days": lists.DAYS,
        "choices": {
            "place": supervising.places_below(actor),
            "unit": supervising.units(actor),
            "kind": supervising.kinds(),
        },
        "tabs": supervising.tabs("lists", actor),
    }
    return draw(request, "desk/supervision/lists.html", {**context, **more}, here="desk:orders")


def _sorts(asked: lists.Asked) -> dict[str, tuple[str, str]]:
    """For each column that sorts: where it leads, and how it is sorted now (`aria-sort`); the date turns round."""
    by_date = {True: "descending", False: "ascending"}[asked.newest] if not asked.rank else "none"
    found = {"date": (_address(asked.but(sort="old" if asked.newest and not asked.rank else "new")), by_date)}
    if asked.listed.often:
        found["often"] = (_address(asked.but(sort="often")), "descending" if asked.rank == "often" else "none")
    found["unit"] = (_address(asked.but(sort="unit")), "ascending" if asked.rank == "unit" else "none")
    return found


@require_GET
@for_staff
def lists_export(request: HttpRequest, name: str) -> HttpResponse:
    """The list on the screen as a workbook or as CSV, with every reason, in the order on the screen."""
    actor: Actor = request.actor
    at = now()
    rows = lists.exported(actor, _asked(request, name), at=at)
    form = exporting.form_of(request)
    return exporting.table_file(
        form,
        f"{name}-{exporting.wall(at):%Y%m%d-%H%M}.{form}",
        str(supervising.LISTS[name]),
        [
            _("编号"), _("标题"), _("类别"), _("状态"), _("地点"), _("地址"), _("主办单位"), _("经办人"), _("上报时间"), _("期限"),
            _("退回次数"), _("重开次数"), _("延期次数"), _("撤销并案次数"), _("缘由"),
        ],
        (_line(name, row) for row in with_places(with_times(rows), actor.scope)),
    )  # fmt: skip


def _line(name: str, row: dict[str, Any]) -> list[Any]:
    return [
        row["number"],
        row["title"],
        word("matter", row["kind"]),
        state_word(row["state"]),
        " ".join(filter(None, (row["above"], row["place"]))),
        row["address"],
        row["unit"] or "",
        row["account"] or "",
        exporting.wall(row["opened_at"]),
        exporting.wall(row["due_at"]) if row["due_at"] else "",
        row["given_back"],
        row["reopened"],
        row["extended"],
        row["unmerged"],
        "；".join(supervising.reason_words(name, reason) for reason in row["reasons"]),
    ]


def _asked(request: HttpRequest, name: str) -> lists.Asked:
    if name not in lists.LISTS:
        raise Http404
    return lists.read(name, request.GET.dict())


def _address(asked: lists.Asked, after: str | None = None) -> str:
    query = {**asked.write(), **({"after": after} if after else {})}
    return reverse("desk:lists", args=[asked.name]) + (f"?{urlencode(query)}" if query else "")
