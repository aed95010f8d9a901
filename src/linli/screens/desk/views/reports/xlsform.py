"""XLSForm 导入: what could not be taken over is told by row and column; what is known already is proposed; what is new says why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor, Invalid, Refused, require
from linli.kernel.clock.now import now
from linli.kernel.registers.defined import elements_at
from linli.kernel.registers.incoming import Gap, IncomingForm, Question, read_form
from linli.kernel.registers.verbs.taking import Choice, New, fits, proposals, take_form
from linli.kernel.registers.words import ABOUTS, type_word
from linli.parts.doors import for_staff
from linli.parts.office.uploads import table

from ...shell import draw

HERE = "desk:registers"
_SALT = "xlsform"
_WHYS = ("purpose", "basis", "owner")


@require_http_methods(["GET", "POST"])
@for_staff
def xlsform_page(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor
    require(actor, "registers.change")
    form: IncomingForm | None = None
    refusal: Refused | None = None
    data = request.POST
    about = data.get("about", "person")
    if request.method == "POST":
        try:
            form = _kept(data["kept"]) if data.get("kept") else read_form(table(request))
            if data.get("act") == "take":
                made = take_form(
                    by=actor, at=now(), place_code=actor.scope[:12], form=form, about=about, label=data.get("label", ""),
                    choices={q.name: _choice(data, q) for q in form.questions}, visit=data.get("visit") == "1",
                )  # fmt: skip
                messages.success(request, _("表单“%(label)s”已导入，可以填了。") % {"label": made.label})
                return HttpResponseRedirect(reverse("desk:registers_form", args=[made.name]), status=303)
        except Refused as refused:
            refusal = refused
    context: dict[str, Any] = {
        "form": form,
        "refusal": refusal,
        "faults": refusal.fields if refusal else {},
        "about": about,
        "abouts": list(ABOUTS.items()),
        "data": data,
        "type_word": type_word,
        "kept": signing.dumps(asdict(form), salt=_SALT, compress=True) if form else "",
    }
    if form is not None and not form.faults:
        proposed = proposals(actor.scope, about, form)
        known = elements_at(actor.scope, about=about)
        context["rows"] = [
            (
                q,
                data.get(f"use_{q.name}", proposed[q.name] or "new"),
                [(e.name, e.label) for e in known if fits(q, e)],
            )
            for q in form.questions
        ]
    return draw(request, "desk/reports/xlsform.html", context, here=HERE, status=refusal.status if refusal else 200)


def _kept(text: str) -> IncomingForm:
    """The form as it was read; it came back through the browser, signed."""
    try:
        kept = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        raise Invalid(_("页面过期了，请重新选择文件。")) from None
    questions = tuple(
        Question(**{**q, "choices": tuple(tuple(c) for c in q["choices"]), "values": tuple(q["values"])})
        for q in kept["questions"]
    )
    gaps, faults = (tuple(Gap(**gap) for gap in kept[name]) for name in ("gaps", "faults"))
    return IncomingForm(kept["title"], questions, gaps, faults, tuple(kept["languages"]))


def _choice(data: QueryDict, question: Question) -> Choice:
    use = data.get(f"use_{question.name}", "")
    if use == "skip":
        return None
    if use != "new":
        return use
    days = data.get("keep_days", "")
    sensitive = data.get(f"sensitive_{question.name}") == "1"
    purpose, basis, owner = ((data.get(f"{name}_{question.name}") or data.get(name, "")) for name in _WHYS)
    label = data.get(f"label_{question.name}", "").strip()
    kept = int(days) if days.isdecimal() else 0
    return New(purpose, basis, kept, owner, "sensitive" if sensitive else "personal", label)
