"""Photos a resident sends: checked and kept by the files room."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.files import verbs as files
from linli.kernel.files.queries import files_by_id
from linli.parts.doors import said

from .forms import MAX_PHOTOS, Report


def take(request: HttpRequest, report: Report) -> None:
    """Store what was chosen in a plain form and remember it in the report; a refused photo leaves its sentence."""
    for upload in request.FILES.getlist("photos"):
        if len(report.files) >= MAX_PHOTOS:
            report.errors["photos"] = _("最多放 %(n)d 张照片。") % {"n": MAX_PHOTOS}
            return
        try:
            report.files.append(store(request, upload))
        except Refused as refused:
            report.errors["photos"] = f"{upload.name}：{refused.sentence}"


def own(by: Actor, ids: Iterable[UUID]) -> list[UUID]:
    """The ids, when all are files this account sent. Raises Invalid for a forged or vanished one."""
    wanted = list(dict.fromkeys(ids))
    known = files_by_id(wanted)
    if any(file not in known or known[file].uploaded_by != by.account_id for file in wanted):
        sentence = _("有照片没有传上来，请重新选择。")
        raise Invalid(sentence, code="files.unknown", fields={"files": sentence})
    return wanted


def store(request: HttpRequest, upload: UploadedFile, purpose: str = "report") -> UUID:
    """Raises Invalid with a sentence when it is no photo or too large, TooMany for too many in a day."""
    name = upload.name or ""
    return files.store(by=request.actor, at=now(), upload=upload, name=name, purpose=purpose, photo=True).id


def store_all(request: HttpRequest, purpose: str = "answer") -> list[UUID]:
    return [store(request, upload, purpose) for upload in request.FILES.getlist("photos")[:MAX_PHOTOS]]


def proofs(request: HttpRequest, purpose: str = "proof") -> list[UUID]:
    """Photos the outbox has sent before, and those of a plain form. Raises Invalid."""
    try:
        sent = [UUID(text) for text in request.POST.getlist("files")[:MAX_PHOTOS]]
    except ValueError:
        raise Invalid(_("有照片没有传上来，请重新选择。")) from None
    uploads = request.FILES.getlist("photos")[: MAX_PHOTOS - len(sent)]
    return own(request.actor, sent) + [store(request, upload, purpose) for upload in uploads]


def kept_proof(request: HttpRequest) -> JsonResponse:
    """One photo from the outbox, before the step that it proves: its id, or the refusal."""
    upload = request.FILES.get("photo")
    try:
        if upload is None:
            raise Invalid(_("没有收到照片，请重新选择。"))
        return JsonResponse({"id": str(store(request, upload, "proof"))})
    except Refused as refused:
        return said(refused)
