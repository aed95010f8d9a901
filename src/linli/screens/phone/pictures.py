"""Stored photos as the templates show them: a link that ends, a small picture, words. One query for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.clock.now import now
from linli.kernel.files import links
from linli.kernel.files.models import File
from linli.kernel.files.queries import files_by_id
from linli.kernel.matters.models import Attachment
from linli.kernel.matters.queries.story import Step

THUMB = 320


@dataclass(frozen=True, slots=True)
class Picture:
    """`thumb` is "" for what has no small picture: a document, a video nobody could open."""

    url: str
    thumb: str
    words: str


def of_files(files: Sequence[UUID]) -> list[Picture]:
    known = files_by_id(files)
    return [_picture(known[file], n) for n, file in enumerate((f for f in files if f in known), 1)]


def of_steps(steps: Sequence[Step], attached: Iterable[Attachment]) -> dict[UUID, list[Picture]]:
    """Step id → its photos; only files that are attached and meant for the reporter."""
    mine = {attachment.file_id for attachment in attached}
    known = files_by_id(mine & {file for step in steps for file in step.files}) if mine else {}
    return {
        step.id: [_picture(known[file], n) for n, file in enumerate((f for f in step.files if f in known), 1)]
        for step in steps
        if step.files
    }


def _picture(file: File, n: int) -> Picture:
    at = now()
    thumb = links.link(file.id, at=at, variant=THUMB) if THUMB in file.blob.thumbnails else ""
    return Picture(links.link(file.id, at=at), thumb, _("照片 %(n)d") % {"n": n} if thumb else file.name)
