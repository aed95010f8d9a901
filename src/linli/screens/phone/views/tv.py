"""我的电视: which televisions show my matters, one more bound with the code on it, any of them unbound at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.displays import queries, verbs
from linli.kernel.places import queries as places
from linli.parts.doors import for_residents

from ..door import print_of


@never_cache
@require_http_methods(["GET", "POST"])
@for_residents
def tv(request: HttpRequest) -> HttpResponse:
    """What it will show stands above the button that binds it; a scanned code is compared with the one on the television."""
    doing = _DOINGS.get(request.POST.get("act", ""))
    if request.method != "POST" or doing is None:
        return _page(request)
    try:
        messages.success(request, doing(request))
    except Refused as refused:
        return _page(request, refused)
    return HttpResponseRedirect(reverse("phone:tv"), status=303)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    rows = queries.mine(request.actor, at=now())
    labels = places.labels({row.display.place_code for row in rows})
    code = request.POST.get("code", "") if refused else request.GET.get("code", "")
    context = {
        "rows": [(row, labels.get(row.display.place_code, "")) for row in rows],
        "code": code[:12],
        "scanned": bool(request.GET.get("code")) and not refused,
        "refused": refused,
        "told": list(messages.get_messages(request)),
        "who": print_of(request.actor),
    }
    return render(request, "phone/tv.html", context, status=refused.status if refused else 200)


def _bind(request: HttpRequest) -> str:
    found = verbs.bind_tv(
        by=request.actor, at=now(), code=request.POST.get("code", ""), name=request.POST.get("name", "")
    )
    return _("“%(name)s”已绑定，几秒钟内开始显示。") % {"name": found.name}


def _unbind(request: HttpRequest) -> str:
    verbs.revoke(by=request.actor, at=now(), display_id=_id(request))
    return _("已解绑。电视上的内容几秒钟内消失。")


def _rename(request: HttpRequest) -> str:
    verbs.rename(by=request.actor, at=now(), display_id=_id(request), name=request.POST.get("name", ""))
    return _("已改名。")


_DOINGS: dict[str, Callable[[HttpRequest], str]] = {"bind": _bind, "unbind": _unbind, "rename": _rename}


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("display", ""))
    except ValueError:
        raise NotFound(_("没有这块屏，或者它已经撤销。")) from None
