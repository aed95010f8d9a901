"""同意书 on the worker's phone: read with whoever it is about, signed on paper or confirmed on their own phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Invalid, NotFound, Refused
from linli.kernel.clock.now import now
from linli.kernel.declare import Whose
from linli.kernel.places import queries as places
from linli.kernel.things import texts, verbs
from linli.kernel.things.models import Signature, State, Thing
from linli.kernel.things.queries import agreements, one

from .. import installing, photos
from ..door import for_installers, goes

_TYPED = ("form", "name", "number", "others", "guardian_name", "guardian_number")
_LONGEST = 2000


@never_cache
@require_http_methods(["GET", "POST"])
@for_installers
def agreement(request: HttpRequest, thing_id: UUID) -> HttpResponse:
    """The text, and who agrees to it; for an installer who may not record that, who may."""
    thing = one.find(request.actor, thing_id)
    if not texts.is_personal(thing.model):
        raise NotFound(_("这种设备不涉及个人，不需要同意书。"))
    if request.method != "POST":
        return _page(request, thing, {"form": Signature.Form.PAPER.value}, [], {})
    typed = {name: request.POST.get(name, "").replace("\0", "")[:_LONGEST] for name in _TYPED}
    kept = installing.ids(request.POST.getlist("files")[:1])
    errors: dict[str, str] = {}
    for upload in request.FILES.getlist("photos")[:1]:
        try:
            kept = [photos.store(request, upload, "agreement")]
        except Refused as refused:
            errors["photos"] = refused.sentence
    try:
        if errors:
            raise Invalid("", fields=errors)
        _record(request, thing, typed, kept)
    except Refused as refused:
        told = dict(refused.fields) or {"": refused.sentence}
        return _page(request, thing, typed, kept, told, refused.status)
    return redirect("phone:installed", thing.id)


def _record(request: HttpRequest, thing: Thing, typed: dict[str, str], kept: list[UUID]) -> None:
    by, at = request.actor, now()
    form = typed.pop("form")
    try:
        signers = verbs.met(by=by, at=at, thing=thing, **typed)
        if form == Signature.Form.OWN:
            verbs.ask(by=by, at=at, thing_id=thing.id, signers=signers)
            return
        if not kept:
            sentence = _("请拍一张签好的同意书。")
            raise Invalid(sentence, fields={"photos": sentence})
        verbs.agree(by=by, at=at, thing_id=thing.id, signers=signers, form=form, file_id=kept[0])
    finally:
        typed["form"] = form


def _page(
    request: HttpRequest,
    thing: Thing,
    typed: dict[str, str],
    kept: list[UUID],
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    about = agreements.about(request.actor, thing)
    declared = texts.declared_of(thing.model)
    context: dict[str, Any] = {
        "thing": thing,
        "place": places.label(thing.place_code),
        "text": texts.text_of(thing.model),
        "about": about,
        "asks": about.may_record and thing.state != State.RETIRED and (about.standing is None or about.standing.begun_at is None or about.standing.shared),
        "home": declared is not None and declared.whose is Whose.HOME,
        "typed": typed,
        "files": kept,
        "pictures": installing.thumbnails(kept, now()),
        "errors": errors,
        "forms": [
            (Signature.Form.PAPER.value, _("在家签纸质同意书"), _("签好以后拍一张照片")),
            (Signature.Form.OWN.value, _("请本人在自己的手机上同意"), _("本人打开邻里，在“我”里看")),
        ],
        "here": "install",
        "on_duty": goes(request.actor),
    }  # fmt: skip
    return render(request, "phone/agreement.html", context, status=status)
