"""Handing a file out: by a private link, with its true type, and never as a page of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.kernel.access import NotFound
from linli.kernel.files import links, present
from linli.kernel.files.kinds import CSV, TEXT, WEBP, Family
from linli.kernel.files.models import File
from linli.kernel.files.storage import CHUNK, store

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_SHOWN = (Family.PHOTO.value, Family.VIDEO.value)  # all else is saved, not opened in the browser


@dataclass(frozen=True, slots=True)
class _Served:
    key: str
    size: int
    media_type: str
    name: str
    shown: bool

    @property
    def etag(self) -> str:
        return f'"{self.key}"'


@require_safe
def serve(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file a private link names.

    200, 206 or 304; 404 for a link that is not ours or a file that is gone, 410 for a link that has ended, 416
    for a range outside the file.
    """
    at = present.now()
    ticket = links.read(token, at=at)
    served = _find(ticket)
    if request.headers.get("If-None-Match") == served.etag:
        return _headed(HttpResponse(status=304), served, ticket.ends, at)
    span = _range(request, served)
    if span is None:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{served.size}"
        return response
    first, last = span
    response = StreamingHttpResponse(
        [] if request.method == "HEAD" else _chunks(store().open(served.key), first, last),
        content_type=_content_type(served.media_type),
    )
    response["Content-Length"] = str(last - first + 1)
    if (first, last) != (0, served.size - 1):
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{served.size}"
    return _headed(response, served, ticket.ends, at)


def _find(ticket: links.Ticket) -> _Served:
    file = File.objects.select_related("blob").filter(id=ticket.file_id).first()
    if file is None:
        raise NotFound(_("没有这个文件，它可能已被删除。"), code="files.gone")
    blob = file.blob
    if ticket.variant == links.ORIGINAL:
        key, media_type, name = blob.sha256, blob.media_type, file.name
    elif ticket.variant.isdecimal() and int(ticket.variant) in blob.thumbnails:
        key, media_type = f"{blob.sha256}.{ticket.variant}", WEBP
        name = f"{file.name.rpartition('.')[0]}-{ticket.variant}.webp"
    else:
        raise NotFound(_("这个文件没有缩略图。"), code="files.variant")
    try:
        size = store().size(key)
    except FileNotFoundError as error:
        raise NotFound(_("文件内容暂时取不到，请联系管理员。"), code="files.lost") from error
    return _Served(key, size, media_type, name, blob.family in _SHOWN)


def _range(request: HttpRequest, served: _Served) -> tuple[int, int] | None:
    """First and last byte to send (RFC 9110, 14.2); None when no byte of the range exists.

    Several ranges, another unit or a changed file get the whole, as the standard allows.
    """
    whole = (0, served.size - 1)
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not match or match.groups() == ("", ""):
        return whole
    if request.headers.get("If-Range", served.etag) != served.etag:
        return whole
    first, last = match.groups()
    if not first:
        length = int(last)
        return (max(0, served.size - length), served.size - 1) if length else None
    if last and int(last) < int(first):
        return whole
    end = min(int(last), served.size - 1) if last else served.size - 1
    return (int(first), end) if int(first) < served.size else None


def _chunks(file: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type in (TEXT, CSV) else media_type


def _headed(response: HttpResponseBase, served: _Served, ends: datetime, at: datetime) -> HttpResponseBase:
    disposition = content_disposition_header(not served.shown, served.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = f"private, max-age={max(0, int((ends - at).total_seconds()))}, immutable"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = served.etag
    return response
