"""Photos a resident sends: stored by the files room, shown by its expiring links."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.kernel.access import Refused
from linli.kernel.clock.now import now

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


def store(request: HttpRequest, upload: UploadedFile, purpose: str = "report") -> UUID:
    """Raises Invalid with a sentence when it is no photo, or too large."""
    from linli.kernel.files import verbs as files

    stored = files.store(by=request.actor, at=now(), upload=upload, name=upload.name or "", purpose=purpose)
    return UUID(str(stored.id))


def store_all(request: HttpRequest) -> Iterable[UUID]:
    return [store(request, upload, "answer") for upload in request.FILES.getlist("photos")[:MAX_PHOTOS]]
