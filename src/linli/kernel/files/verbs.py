"""Keeping files: store, attach, erase, sweep.

Bytes are on the disk before the row that names them is committed, and removed only after the row is gone: a
process killed anywhere leaves at most bytes without a row, which `sweep` removes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import REPORTERS, Actor, Conflict, Invalid, NotFound, Role, TooMany, require
from linli.kernel.files import positions, words
from linli.kernel.files.content import clean_name, examine
from linli.kernel.files.kinds import MEGABYTE, NO_PHOTO, Content, Family, Reason, Rejected
from linli.kernel.files.models import SLUG, Blob, File
from linli.kernel.files.storage import CHUNK
from linli.kernel.files.storage import store as the_store

# What one resident may send in a day: room for a dozen reports with photos and a video, not for a disk.
DAILY_FILES = 100
DAILY_BYTES = 500 * MEGABYTE
LIMITED = REPORTERS | {Role.PARTNER}

ORIGINAL_NAME_LENGTH = 255
_LOCK_ACCOUNT, _LOCK_BLOB = 7301, 7302  # the classes of our advisory locks


def store(
    *,
    by: Actor,
    at: datetime,
    upload: BinaryIO,
    name: str,
    purpose: str,
    place_code: str = "",
    photo: bool = False,
) -> File:
    """Keep an uploaded file. Photos and videos lose their metadata; position and time are read before.

    With `photo` only an image that decodes is kept: what proves what somebody saw is no text that bears its name.
    Raises NotAllowed; Invalid (422, empty, broken or an unknown purpose), words.TooLarge (413) or
    words.NotAccepted (415) with the field `file`; TooMany when the day's share is used up.
    """
    require(by, "files.store")
    if not re.fullmatch(SLUG, purpose) or not re.fullmatch(r"[0-9]{0,30}", place_code):
        raise Invalid(_("请说明文件的用途和地点。"), fields={"purpose": _("没有这种用途或地点。")})
    _check_share(by, at)  # before the work of decoding; again below, under the lock
    try:
        content = examine(upload, name, ZoneInfo(settings.TIME_ZONE))
        if photo and content.family is not Family.PHOTO:
            raise Rejected(Reason.NOT_A_PHOTO)
    except Rejected as rejected:
        # Where a photo is asked for, it helps nobody to hear which documents are kept elsewhere.
        if photo and rejected.reason in NO_PHOTO:
            rejected = Rejected(Reason.NOT_A_PHOTO)
        raise words.refusal(rejected) from rejected
    sha256, size = _measure(content)
    with transaction.atomic():
        if by.account_id:
            _lock(_LOCK_ACCOUNT, by.account_id.hex)
        _check_share(by, at, adding=size)
        blob = _keep(content, sha256, size, at)
        file = File.objects.create(
            blob=blob,
            name=clean_name(name, content.extension),
            original_name="".join(c for c in name if c.isprintable())[:ORIGINAL_NAME_LENGTH],
            purpose=purpose,
            notes=sorted(content.notes),
            uploaded_by=by.account_id,
            at=at,
            taken_at=content.taken_at,
            position_sealed=positions.seal(content.position) if content.position else None,
            place_code=place_code,
        )
        _append(by, at, "files.store", file, after={"sha256": sha256, "size": size, "type": blob.media_type})
    return file


def attach(
    *,
    by: Actor,
    at: datetime,
    file_ids: Iterable[UUID],
    subject_type: str,
    subject_id: UUID,
    place_code: str = "",
) -> list[File]:
    """Bind files to what they belong to; call it in the transaction of the verb that shows them.

    Only who sent a file may attach it, and to one subject only: a guessed id gives nobody another's photo.
    Attaching again to the same subject changes nothing. Raises Invalid with the field `files` (a file that
    is not there or not the actor's), Conflict when it belongs to something else.
    """
    ids = list(dict.fromkeys(file_ids))
    with transaction.atomic():
        found = {file.id: file for file in File.objects.select_for_update().filter(id__in=ids).order_by("id")}
        for file_id in ids:
            file = found.get(file_id)
            if file is None or not _may_attach(by, file, subject_id):
                sentence = _("文件不存在，或不是您上传的，请重新上传。")
                raise Invalid(sentence, code="files.unknown", fields={"files": sentence})
            if file.subject_id not in (None, subject_id):
                raise Conflict(_("这个文件已用于另一件事，请重新上传。"), code="files.attached")
            if file.subject_id is None:
                file.subject_type, file.subject_id = subject_type, subject_id
                file.place_code = place_code or file.place_code
                file.save(update_fields=["subject_type", "subject_id", "place_code"])
                _append(by, at, "files.attach", file, after={"subject": f"{subject_type}:{subject_id}"})
    return [found[file_id] for file_id in ids]


def erase(*, by: Actor, at: datetime, file_id: UUID, reason: str) -> None:
    """Remove a file for good, and its content when no other file has it. The record stays as the tombstone."""
    require(by, "files.erase")
    with transaction.atomic():
        file = File.objects.select_for_update().select_related("blob").filter(id=file_id).first()
        if file is None:
            raise NotFound(_("没有这个文件。"))
        blob = file.blob
        _append(by, at, "files.erase", file, before={"sha256": blob.sha256}, note=reason)
        _lock(_LOCK_BLOB, blob.sha256)
        file.delete()
        if not File.objects.filter(blob=blob).exists():
            keys = _keys(blob)
            Blob.objects.filter(pk=blob.pk).delete()
            transaction.on_commit(lambda: _remove(blob.sha256, keys))


def forget_sender(*, by: Actor, at: datetime, account_id: UUID) -> int:
    """Somebody asked to be forgotten: what they sent and nothing shows is removed, of the rest the name it had on
    their device, when and where it was taken. Returns how many were removed."""
    require(by, "files.erase")
    with transaction.atomic():
        sent = File.objects.filter(uploaded_by=account_id)
        loose = list(sent.filter(subject_id=None).values_list("id", flat=True))
        for file_id in loose:
            erase(by=by, at=at, file_id=file_id, reason="")
        sent.update(original_name="", taken_at=None, position_sealed=None)
    return len(loose)


def sweep(*, by: Actor, at: datetime, older_than: timedelta = timedelta(days=1)) -> int:
    """Remove bytes without a row, left by a process that was killed. Returns how many contents were removed.

    Age is by the disk's clock, not by `at`: a simulated clock must not make young uploads look forgotten.
    """
    require(by, "files.sweep")
    removed = 0
    for key in the_store().keys(older_than=older_than.total_seconds()):
        removed += _remove(key.partition(".")[0], [key])
    if removed:
        audit.append(by=by, at=at, verb="files.sweep", stream="files:store", after={"removed": removed})
    return removed


def _keep(content: Content, sha256: str, size: int, at: datetime) -> Blob:
    """Bytes first, then the row. The lock keeps a sweep from removing what is about to get its row."""
    _lock(_LOCK_BLOB, sha256)
    kept = the_store()
    kept.put(sha256, content.open_body())
    for side, thumbnail in content.thumbnails.items():
        kept.put(f"{sha256}.{side}", io.BytesIO(thumbnail))
    return Blob.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": size,
            "media_type": content.media_type,
            "family": content.family.value,
            "width": content.width,
            "height": content.height,
            "thumbnails": sorted(content.thumbnails),
            "created_at": at,
        },
    )[0]


def _remove(sha256: str, keys: list[str]) -> bool:
    with transaction.atomic():
        _lock(_LOCK_BLOB, sha256)
        if Blob.objects.filter(sha256=sha256).exists():
            return False
        for key in keys:
            the_store().delete(key)
    return True


def _keys(blob: Blob) -> list[str]:
    return [blob.sha256, *(f"{blob.sha256}.{side}" for side in blob.thumbnails)]


def _measure(content: Content) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    body = content.open_body()
    while chunk := body.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _check_share(by: Actor, at: datetime, adding: int = 0) -> None:
    if by.role not in LIMITED:
        return
    midnight = at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = File.objects.filter(uploaded_by=by.account_id, at__gte=midnight)
    used = sent.aggregate(bytes=Sum("blob__size"))["bytes"] or 0
    if sent.count() >= DAILY_FILES or used + adding > DAILY_BYTES:
        sentence = _("您今天上传的文件已达上限，请明天再传，或到社区窗口办理。")
        raise TooMany(sentence, code="files.daily", fields={"file": sentence})


def _may_attach(by: Actor, file: File, subject_id: UUID) -> bool:
    if by.role is Role.SYSTEM or file.subject_id == subject_id:
        return True
    return by.account_id is not None and file.uploaded_by == by.account_id


def _lock(kind: int, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [kind, name])


def _append(
    by: Actor,
    at: datetime,
    verb: str,
    file: File,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    note: str | None = None,
) -> None:
    audit.append(
        by=by,
        at=at,
        verb=verb,
        stream=f"file:{file.id}",
        place_code=file.place_code,
        person_ids=[by.person_id] if by.person_id else [],
        before=before,
        after=after,
        note=note,
    )
