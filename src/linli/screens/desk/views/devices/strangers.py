"""陌生设备: who knocked and is not known. Claimed as one of ours, or sent away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, require
from linli.kernel.things import verbs
from linli.kernel.things.models import Thing
from linli.kernel.things.queries import strangers
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...shell import draw
from . import told
from .common import MODEL, NAME, PLACE, SPOT, models, settled

_ID = Field(name="stranger_id", label="", kind=Kind.HIDDEN_ID)
WHY = {
    "unknown": _("没有登记"),
    "secret": _("密钥不对"),
    "retired": _("已停用"),
    "waiting": _("还没有安装"),
    "agreement": _("没有征得同意"),
    "topic": _("用了别人的主题"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def strangers_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "things.change")
    response, forms, status = serve(request, _acts(request, actor))
    if response:
        return response
    found = strangers.waiting(actor)
    known = dict(Thing.objects.filter(key__in=[s.key for s in found]).values_list("key", "id"))
    context = {
        "rows": [(s, WHY.get(s.why, s.why), known.get(s.key)) for s in found],
        "forms": forms,
        "told": told.once(request),
        "most": strangers.MOST,
    }
    return draw(request, "desk/devices/strangers.html", context, here="desk:things", status=status)


def _acts(request: HttpRequest, actor: Actor) -> tuple[Act, ...]:
    def claim(**given: Any) -> verbs.Registered:
        return verbs.claim_stranger(**settled(given, actor))

    def tells(made: verbs.Registered) -> str:
        told.keep(request, made.thing, secret=made.secret)
        return _t("“%(name)s”已登记。") % {"name": made.thing.name}

    return (
        Act(
            key="claim",
            words=_("登记为我们的"),
            tone="small primary",
            fields=(_ID, MODEL, PLACE, NAME, SPOT),
            options={"models": models()},
            verb=claim,
            tells=tells,
        ),
        Act(
            key="dismiss",
            words=pgettext_lazy("stranger", "移走"),
            lead=_("从这里移走；它再来，会再出现。"),
            tone="small",
            fields=(_ID, Field(name="reason", label=_("备注"), optional=True)),
            verb=verbs.dismiss_stranger,
            done=_("已移走。"),
        ),
    )
