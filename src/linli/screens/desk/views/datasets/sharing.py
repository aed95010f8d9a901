"""共享: asking another unit for a data set, deciding what one is asked for, taking what was granted."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.kernel.access import Actor, Invalid, Refused, holds
from linli.kernel.clock.now import now
from linli.kernel.datasets import queries, verbs
from linli.kernel.datasets.models import Dataset, Share
from linli.kernel.places import queries as places
from linli.kernel.sealed import seal, unseal
from linli.parts.doors import for_staff
from linli.parts.office import in_our_time

from ...exporting import table_file
from .frame import page

TAB = "desk:datasets_shares"
_TOLD = "share_key_told"
STATES = {
    "asked": (gettext_lazy("待审批"), "warned", "question"),
    "running": (gettext_lazy("共享中"), "done", "done"),
    "over": (gettext_lazy("已到期"), "", "minus"),
    "refused": (gettext_lazy("未同意"), "", "minus"),
    "ended": (gettext_lazy("已收回"), "", "minus"),
}


@require_GET
@for_staff
def shares_page(request: HttpRequest) -> HttpResponse:
    """What one's unit asked for, and what it is asked for."""
    at = now()
    mine, of_us = queries.shares(request.actor)
    context = {
        "lists": [
            (_("别的单位向本单位申请的"), _told(of_us, at), _("没有单位申请本单位的数据集。")),
            (_("本单位申请的"), _told(mine, at), _("还没有申请过。在目录里打开一个数据集，可以申请共享。")),
        ],
        "states": STATES,
    }
    return page(request, "shares.html", context, tab=TAB)


@require_http_methods(["GET", "POST"])
@for_staff
def ask_page(request: HttpRequest, name: str) -> HttpResponse:
    """Which fields, what for, until when."""
    actor: Actor = request.actor
    dataset = queries.one(actor, name)
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            verbs.ask(
                by=actor,
                at=now(),
                dataset_id=dataset.id,
                fields=request.POST.getlist("fields"),
                purpose=request.POST.get("purpose", "").replace("\0", ""),
                until=_until(request.POST.get("until", "")),
            )
            messages.success(request, _("已申请，归属单位审批后这里会写明。"))
            return HttpResponseRedirect(reverse(TAB), status=303)
        except Refused as refused:
            refusal = refused
    context = {
        "set": dataset,
        "columns": _choices(dataset, [column.name for column in dataset.declared.columns]),
        "refusal": refusal,
        "typed": request.POST,
        "chosen": request.POST.getlist("fields"),
        "until": request.POST.get("until") or (timezone.localdate(now()) + timedelta(days=90)).isoformat(),
    }
    return page(request, "share_ask.html", context, tab=TAB, status=refusal.status if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def share_page(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """One share: what was asked, what was granted, every use of it."""
    actor: Actor = request.actor
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _act(request, actor, share_id)
            return HttpResponseRedirect(reverse("desk:datasets_share", args=[share_id]), status=303)
        except Refused as refused:
            refusal = refused
    share = queries.share(actor, share_id)
    at = now()
    state = queries.state_of(share, at)
    owns = share.dataset.owner_id == actor.unit_id
    told = request.session.pop(_TOLD, None)
    context = {
        "share": share,
        "state": state,
        "states": STATES,
        "where": places.label(share.place_code),
        "columns": _choices(share.dataset, share.asked),
        "granted": _choices(share.dataset, share.granted),
        "uses": queries.uses(actor, share),
        "until": timezone.localdate(share.asked_until - timedelta(seconds=1)).isoformat(),
        "last_day": _last(share.ends_at),
        "asked_day": _last(share.asked_until),
        "may_decide": state == "asked" and owns and holds(actor, "datasets.share") and share.asked_by != actor.account_id,
        "own_ask": state == "asked" and share.asked_by == actor.account_id,
        "may_take": state == "running" and share.unit_id == actor.unit_id,
        "may_end": state == "running" and (share.unit_id == actor.unit_id or (owns and holds(actor, "datasets.share"))),
        "key": unseal(told.encode()) if told else "",
        "has_key": share.key_print is not None,
        "refusal": refusal,
        "typed": request.POST,
        "chosen": request.POST.getlist("fields") if refusal else share.asked,
    }  # fmt: skip
    return page(request, "share.html", context, tab=TAB, status=refusal.status if refusal else 200)


@require_POST
@for_staff
def share_file(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """The rows as a table. It is a use, so it is asked for by a form and not by a link."""
    given = verbs.download(by=request.actor, at=now(), share_id=share_id)
    name = f"{given.share.dataset.name}-{timezone.localtime(now()):%Y%m%d-%H%M}.xlsx"
    heads = [label for _name, label in given.heads]
    return table_file("xlsx", name, given.share.dataset.title, heads, given.rows)


def _act(request: HttpRequest, actor: Actor, share_id: UUID) -> None:
    given: dict[str, Any] = {"by": actor, "at": now(), "share_id": share_id}
    reason = request.POST.get("reason", "").replace("\0", "")
    match request.POST.get("act"):
        case "approve":
            until = _until(request.POST.get("until", ""))
            verbs.approve(**given, fields=request.POST.getlist("fields"), until=until)
            messages.success(request, _("已同意，对方可以取用，每次取用都会记下。"))
        case "refuse":
            verbs.refuse(**given, reason=reason)
            messages.success(request, _("已答复不同意。"))
        case "end":
            verbs.end(**given, reason=reason)
            messages.success(request, _("已收回，马上失效。"))
        case "key":
            _share, plain = verbs.make_key(**given)
            request.session[_TOLD] = seal(plain).decode()
        case _:
            raise Invalid(_("请从页面上的按钮操作。"))


def _until(text: str) -> datetime:
    """The end of a day, as people mean it. Raises Invalid."""
    try:
        day = datetime.fromisoformat(text).date()
        if not in_our_time(day):
            raise ValueError(text)
    except ValueError:
        sentence = _("请写成 2026-03-01 这样的日期。")
        raise Invalid(sentence, fields={"until": sentence}) from None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _last(at: datetime | None) -> datetime | None:
    """The last minute: the end of a day is read as that day."""
    return at - timedelta(minutes=1) if at else None


def _choices(dataset: Dataset, names: list[str]) -> list[tuple[str, str, str]]:
    known = {column.name: column for column in dataset.declared.columns}
    return [
        (name, known[name].label, _("敏感，只给脱敏后的值") if known[name].sensitive else "")
        for name in names
        if name in known
    ]


def _told(found: list[Any], at: datetime) -> list[tuple[Share, str, datetime | None]]:
    return [(share, queries.state_of(share, at), _last(share.ends_at)) for share in found]
