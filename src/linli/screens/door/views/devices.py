"""家里的设备: what I agreed to, what it says, what I am asked; agreed to, declined and taken back with one tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.kernel.access import NotFound, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.places.queries import label
from linli.kernel.readings.queries import mine
from linli.kernel.things import texts, verbs
from linli.kernel.things.models import Signature, Why
from linli.parts.sensing import measured
from linli.parts.words import word

from .common import oneself, page


@oneself
def devices(request: HttpRequest) -> HttpResponse:
    """What waits for me to read it first, then what works, then what is over."""
    require(request.actor, "people.read_self")
    doing = _DOINGS.get(request.POST.get("act", ""))
    if request.method != "POST" or doing is None:
        return _page(request)
    try:
        messages.success(request, doing(request))
    except Refused as refused:
        return _page(request, refused)
    return HttpResponseRedirect(reverse("door:devices"), status=303)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    found = [_shown(one) for one in mine.devices(request.actor)]
    return page(
        request, "devices", refused,
        asked=[one for one in found if one["asked"]],
        standing=[one for one in found if one["stands"]],
        over=[one for one in found if not one["asked"] and not one["stands"]],
        told=list(messages.get_messages(request)),
    )  # fmt: skip


def _shown(one: mine.Device) -> dict[str, Any]:
    own, thing = one.mine, one.mine.thing
    return {
        "id": own.signature_id,
        "digest": own.digest,
        "name": word("device", thing.model),
        "key": thing.key,
        "place": label(thing.place_code),
        "spot": thing.spot,
        "for_whom": own.for_whom,
        "asked": own.asked,
        "stands": own.stands,
        "may_sign": own.may_sign,
        "shared": own.shared,
        "works": own.begun_at is not None and thing.state == "working",
        "form": _(Signature.Form(own.form).label) if own.form else "",
        "signed_at": own.signed_at,
        "until": own.until,
        "ended_at": own.ended_at,
        "why": _(Why(own.why).label) if own.why else "",
        "heard_at": one.heard_at,
        "values": [
            (word("quantity", name), measured(thing.model, name, value)) for name, value in one.values.items()
        ],
        "warnings": one.warnings,
        "text": texts.read(own.text),
        "renews": texts.text_of(thing.model) if own.ends_soon(now()) else None,
        "renewed_at": own.renewed_at,
    }


def _sign(request: HttpRequest) -> str:
    verbs.sign(by=request.actor, at=now(), signature_id=_id(request), digest=request.POST.get("digest", ""))
    return _("已同意。随时可以收回。")


def _decline(request: HttpRequest) -> str:
    verbs.decline(by=request.actor, at=now(), signature_id=_id(request))
    return _("已告诉社工您不同意。该有的照应一样有。")


def _renew(request: HttpRequest) -> str:
    goes_on = verbs.renew(
        by=request.actor, at=now(), signature_id=_id(request), digest=request.POST.get("digest", "")
    )
    return _("已续签，设备接着用。随时可以收回。") if goes_on else _("已记下。设备接着用，随时可以收回。")


def _withdraw(request: HttpRequest) -> str:
    stopped = verbs.withdraw(by=request.actor, at=now(), signature_id=_id(request))
    return _("已收回。设备已停用，它记录过的已全部消除。") if stopped else _("已收回，马上生效。")


_DOINGS: dict[str, Callable[[HttpRequest], str]] = {
    "sign": _sign,
    "decline": _decline,
    "withdraw": _withdraw,
    "renew": _renew,
}


def _id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("signature", ""))
    except ValueError:
        raise NotFound(_("没有这份同意书。")) from None
