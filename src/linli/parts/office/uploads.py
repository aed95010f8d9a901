"""Files sent with a form: stored as they arrive, so that a form shown again still has them."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.files import verbs as files

MOST = 9
LARGEST_TABLE = 20 * 1024 * 1024


def take(request: HttpRequest, name: str, purpose: str) -> tuple[QueryDict, str]:
    """The form's data with the ids of the stored files beside those sent before, and a sentence for a refused one."""
    data = request.POST.copy()
    # A browser sends a field in which no file was chosen as an empty one.
    data.setlist(name, [kept for kept in data.getlist(name) if kept])
    fault = ""
    for upload in request.FILES.getlist(name):
        if len(data.getlist(name)) >= MOST:
            fault = _("最多放 %(n)d 个文件。") % {"n": MOST}
            break
        try:
            data.appendlist(name, str(_store(request, upload, purpose)))
        except Refused as refused:
            fault = f"{upload.name}：{refused.sentence}"
    return data, fault


def _store(request: HttpRequest, upload: UploadedFile, purpose: str) -> object:
    stored = files.store(by=request.actor, at=now(), upload=upload, name=upload.name or "", purpose=purpose)
    return stored.id


def table(request: HttpRequest) -> bytes:
    """A file of rows, read at once and not stored. Raises Invalid for none, and for one that is too large."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid(_("请选择一个文件。"), fields={"file": _("请选择一个文件。")})
    if (upload.size or 0) > LARGEST_TABLE:
        raise Invalid(_("文件太大了，请分成几个。"), fields={"file": _("最大 20 MB。")})
    content: bytes = upload.read()
    return content
