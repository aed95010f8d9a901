"""What I agree to, whom I named to act for me, and acting for somebody who named me."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.kernel.access import Invalid, NotFound, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.people import queries, verbs

from .. import pending
from .common import oneself, page, signed_in

_USUAL = timedelta(days=90)


@oneself
def trust(request: HttpRequest) -> HttpResponse:
    """Consents with what happens without them; proxies with their dates; each ended by one button."""
    require(request.actor, "people.read_self")
    doing = _DOINGS.get(request.POST.get("act", ""))
    if request.method != "POST" or doing is None:
        return _page(request)
    try:
        doing(request)
    except Refused as refused:
        return _page(request, refused)
    return HttpResponseRedirect(reverse("door:trust"))


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    actor, at = request.actor, now()
    typed = request.POST if refused else {"until": (timezone.localdate() + _USUAL).isoformat()}
    return page(
        request,
        "trust",
        refused,
        consents=queries.consents_of(actor.person_id, by=actor),
        proxies=queries.proxies_of(actor.person_id, by=actor, at=at),
        mandates=queries.mandates_of(actor, at=at),
        typed=typed,
    )


def _give(request: HttpRequest) -> None:
    verbs.give_consent(**_mine(request), purpose=request.POST.get("purpose", ""))


def _withdraw(request: HttpRequest) -> None:
    verbs.withdraw_consent(**_mine(request), purpose=request.POST.get("purpose", ""))


def _name(request: HttpRequest) -> None:
    post = request.POST
    given = {"name": post.get("name", ""), "phone": post.get("phone", ""), "until": _until(post.get("until", ""))}
    verbs.name_proxy(**_mine(request), **given)


def _end(request: HttpRequest) -> None:
    verbs.end_proxy(by=request.actor, at=now(), proxy_id=_uuid(request.POST.get("proxy", "")))


_DOINGS: dict[str, Callable[[HttpRequest], None]] = {
    "give": _give,
    "withdraw": _withdraw,
    "name": _name,
    "end": _end,
}


@require_POST
@signed_in
def proxy(request: HttpRequest) -> HttpResponse:
    """Begin to act for somebody who named me, or be myself again."""
    if "stop" in request.POST:
        request.session.pop("proxy", None)
    else:
        acting = verbs.act_for(by=request.actor, at=now(), proxy_id=_uuid(request.POST.get("proxy", "")))
        request.session["proxy"] = str(acting.id)
    request.session.pop("actor", None)
    return HttpResponseRedirect(pending.home_of("resident"))


def _mine(request: HttpRequest) -> dict[str, object]:
    return {"by": request.actor, "at": now(), "person_id": request.actor.person_id}


def _until(text: str) -> datetime:
    """The end of the day that was chosen."""
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        sentence = _("请选择一天。")
        raise Invalid(sentence, fields={"until": sentence}) from None
    return timezone.make_aware(datetime.combine(chosen + timedelta(days=1), time.min))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("没有这个代办，或者它已经结束。")) from None
