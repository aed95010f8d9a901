"""通知 on the desk: by what there is to do with them; and what this post itself is to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.kernel.access import holds
from linli.kernel.clock.now import now
from linli.kernel.notices import flow
from linli.kernel.notices.queries import desk, mine
from linli.kernel.places import queries as places
from linli.parts.doors import for_staff
from linli.parts.jinja import address

from ...shell import draw

_TABS = {
    "now": _("发布中"),
    "waiting": _("等审核和复核"),
    "drafts": _("草稿和退回"),
    "later": _("待发布"),
    "over": _("已结束"),
}
_MINE = _("我要看的")


@never_cache
@require_safe
@for_staff
def notices_page(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "now")
    if tab == "mine":
        found = mine.mine(request.actor, at=now(), screen="desk")
        codes = {read.shown.place_code for read in (*found.now, *found.past)}
        context = {"mine": found, "places": places.labels(codes), "listed": None}
        counts = desk.listed(request.actor, "now").counts
    else:
        listed = desk.listed(request.actor, tab, before=request.GET.get("before", ""))
        context, counts = {"listed": listed, "mine": None}, listed.counts
    base = address("desk:notices")
    context |= {
        "tab": tab,
        "tabs": [
            *((f"{base}?tab={name}", words, tab == name, counts[name] or None) for name, words in _TABS.items()),
            (f"{base}?tab=mine", _MINE, tab == "mine", None),
        ],
        "may_write": holds(request.actor, flow.WRITE) or holds(request.actor, flow.APPROVE),
    }
    return draw(request, "desk/notices/list.html", context, here="desk:notices")
