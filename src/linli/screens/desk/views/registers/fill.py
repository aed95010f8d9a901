"""A form filled in at the desk: what is known stands there, one tap confirms it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.declare import Source
from linli.kernel.registers import defined, verbs
from linli.parts.doors import for_staff
from linli.parts.registers import answers, kept_files, questions

from ...shell import draw
from .common import HERE, WORDS, tabs


@never_cache
@require_http_methods(["GET", "POST"])
@for_staff
def fill_page(request: HttpRequest, about: str, subject: str, form: str) -> HttpResponse:
    asked = defined.form(form)
    if asked is None or asked.form.about != about:
        raise NotFound(_("没有这个表单。"))
    if request.method == "POST":
        try:
            entered = verbs.enter(
                by=request.actor,
                at=now(),
                form=form,
                subject=subject,
                source=Source.VISIT if asked.form.visit else Source.STAFF,
                key=_key(request),
                note=request.POST.get("note", ""),
                **answers(asked, kept_files(asked, request)),
            )
        except Refused as refused:
            return _page(request, asked, about, subject, refused)
        messages.success(request, _told(entered))
        return redirect("desk:register", about, subject)
    return _page(request, asked, about, subject)


def _told(entered: verbs.Entered) -> str:
    said = _("登记了 %(n)d 项，确认了 %(same)d 项。") % {"n": len(entered.facts), "same": len(entered.confirmed)}
    if entered.conflicts:
        said += _("有 %(n)d 项和已有的说法不一，已并列保存，等待认定。") % {"n": len(entered.conflicts)}
    return said


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _page(
    request: HttpRequest, asked: defined.DefinedForm, about: str, subject: str, refused: Refused | None = None
) -> HttpResponse:
    purpose = _("填写：%(form)s") % {"form": asked.label}
    sheet = verbs.read_facts(
        by=request.actor, at=now(), about=about, subject=subject, form=asked.name, purpose=purpose
    )
    context: dict[str, Any] = {
        **WORDS,
        "sheet": sheet,
        "subject": sheet.subject,
        "asked": asked,
        "groups": questions(sheet, request.POST if refused else None, refused.fields if refused else None),
        "refused": refused,
        "key": request.POST.get("key") or uuid4(),
        "subject_key": subject,
        "typed": request.POST,
        "tabs": tabs(request.actor, "find"),
    }
    status = refused.status if refused else 200
    return draw(request, "desk/registers/fill.html", context, here=HERE, status=status)
