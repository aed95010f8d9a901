"""Asking about files. Who may see one is decided where it is shown: a link proves that it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from linli.kernel.files.kinds import Family
from linli.kernel.files.models import Blob, File
from linli.kernel.files.storage import store


def files_by_id(ids: Iterable[UUID]) -> dict[UUID, File]:
    """Files with their blobs, in one query; unknown ids are left out."""
    return {file.id: file for file in File.objects.select_related("blob").filter(id__in=list(ids))}


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
