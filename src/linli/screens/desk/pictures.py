"""Stored files as the templates show them: address, small picture, words. The links expire; the page renews them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.templatetags.static import static

from linli.kernel.clock.now import now
from linli.kernel.files import links
from linli.kernel.files.kinds import Family
from linli.kernel.files.queries import files_by_id

_SMALL = 320


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    thumb: str
    words: str


def of_files(files: Iterable[UUID]) -> dict[UUID, Picture]:
    """File id → how it is shown; a document shows a sheet of paper. One query, none without files."""
    wanted = set(files)
    if not wanted:
        return {}
    at = now()
    return {
        file.id: Picture(
            url=links.link(file.id, at=at),
            thumb=(
                links.link(file.id, at=at, variant=_SMALL)
                if file.blob.family == Family.PHOTO
                else static("desk/document.svg")
            ),
            words=file.name,
        )
        for file in files_by_id(wanted).values()
    }
