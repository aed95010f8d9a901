"""Registering a matter for somebody who called, wrote or came by."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs import open_matter
from linli.parts.doors import for_staff
from linli.parts.office import Act, ActForm, Field, Kind, collect, uploads

from ..choices import Subject, kinds, urgencies
from ..forms import FILES
from ..shell import draw

ABOUT = (
    Field(name="title", label=_("标题"), hint=_("一句话说清是什么事。")),
    Field(name="body", label=_("详细情况"), kind=Kind.TEXT),
    Field(name="kind", label=_("类别"), kind=Kind.SELECT, options="kinds"),
    Field(name="urgency", label=_("紧急程度"), kind=Kind.SELECT, options="urgencies"),
    Field(name="spot", label=_("地点"), kind=Kind.SPOT),
    FILES,
)
_FIELDS = (
    *ABOUT[:-1],
    Field(name="contact_name", label=_("上报人姓名"), optional=True),
    Field(name="contact_phone", label=_("上报人电话"), optional=True, hint=_("加密保存，只用于回访。")),
    FILES,
)


@require_http_methods(["GET", "POST"])
@for_staff
def open_page(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it is one matter, because `key` is the same."""
    require(request.actor, "matters.open")
    if request.method == "GET":
        # Another page may know what it is about: the device that fell silent, and where.
        return _show(request, request.GET or None, None, 200)
    sent = Sent(request, _FIELDS)
    try:
        matter = sent.open(source="desk")
    except Refused as refused:
        return _show(request, sent.data, refused, refused.status)
    return HttpResponseRedirect(reverse("desk:matter", args=[matter.id]), status=303)


class Sent:
    """A form of a new matter as it was sent. Its photos are taken once; `data` draws the form again."""

    def __init__(self, request: HttpRequest, fields: tuple[Field, ...]) -> None:
        self.actor = request.actor
        self.data, refused_file = uploads.take(request, "files", "report")
        self.given, self.faults = collect(fields, self.data)
        if refused_file:
            self.faults["files"] = refused_file

    def open(self, *, source: str, **more: Any) -> Matter:
        """The matter; the same form again is the same. Raises Invalid for faults, and what the verb raises."""
        if self.faults:
            raise Invalid(_t("还有地方需要您看一下。"), fields=self.faults)
        name, phone = self.given.pop("contact_name", ""), self.given.pop("contact_phone", "")
        if name or phone:
            more["contact"] = {"name": name, "phone": phone}
        key = f"{self.actor.account_id}:{self.data['key'][:40]}" if self.data.get("key") else ""
        return open_matter(by=self.actor, at=now(), source=source, source_key=key, **self.given, **more)


def _show(request: HttpRequest, data: QueryDict | None, refusal: Refused | None, status: int) -> HttpResponse:
    key = (data.get("key", "") if data is not None else "") or str(uuid4())
    form = form_for(request, _FIELDS, data, refusal)
    return draw(request, "desk/new.html", {"form": form, "key": key}, here="desk:new", status=status)


def form_for(
    request: HttpRequest, fields: tuple[Field, ...], data: QueryDict | None, refusal: Refused | None
) -> ActForm:
    """The form of a new matter at the actor's place."""
    nothing: dict[str, Any] = {
        "kind": "",
        "address": "",
        "lon": None,
        "lat": None,
        "place_code": request.actor.scope,
    }
    subject = Subject(nothing, request.actor, now())
    act = Act(
        key="open",
        words=_("登记"),
        fields=fields,
        verb=open_matter,
        options={"kinds": kinds(subject), "urgencies": urgencies(subject)},
        starts={"urgency": "normal"},
    )
    form = ActForm(act, data, refusal)
    form.subject = subject
    return form
