"""Asking about files. Who may see one is decided where it is shown: a link proves that it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.files import links
from linli.kernel.files.kinds import Family
from linli.kernel.files.models import Blob, File
from linli.kernel.files.photos import THUMBNAILS
from linli.kernel.files.storage import store


def files_by_id(ids: Iterable[UUID]) -> dict[UUID, File]:
    """Files with their blobs, in one query; unknown ids are left out."""
    return {file.id: file for file in File.objects.select_related("blob").filter(id__in=list(ids))}


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a page shows it: private links that end, and what to draw. Links are "" where there is none."""

    id: UUID
    name: str
    family: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    link: str
    small: str
    large: str


def shown(ids: Iterable[UUID], *, at: datetime) -> list[Shown]:
    """Files in the order asked for, with their links; unknown ids are left out. One query.

    Whoever asks has made sure that the reader may see them: a link asks nobody again.
    """
    wanted = list(ids)
    found = files_by_id(wanted)
    return [_shown(found[file_id], at) for file_id in wanted if file_id in found]


def _shown(file: File, at: datetime) -> Shown:
    blob = file.blob
    small, large = (
        links.link(file.id, at=at, variant=side) if side in blob.thumbnails else "" for side in THUMBNAILS
    )
    return Shown(
        file.id,
        file.name,
        blob.family,
        blob.media_type,
        blob.size,
        blob.width,
        blob.height,
        links.link(file.id, at=at),
        small,
        large,
    )


def photos_among(ids: Iterable[UUID]) -> int:
    """How many of these files are photos or videos: what counts as proof of the eye."""
    seen = (Family.PHOTO.value, Family.VIDEO.value)
    return File.objects.filter(id__in=list(ids), blob__family__in=seen).count()


def lost() -> Iterator[str]:
    """Blobs whose bytes are missing or of another length, by their hash: for `linli check`, after a restore."""
    kept = store()
    for sha256, size in Blob.objects.values_list("sha256", "size").order_by("sha256").iterator():
        try:
            whole = kept.size(sha256) == size
        except FileNotFoundError:
            whole = False
        if not whole:
            yield sha256
