"""Stored files as the templates show them: address, small picture, words. The links expire; the page renews them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.templatetags.static import static

from linli.kernel.clock.now import now
from linli.kernel.files.queries import shown


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    thumb: str
    words: str


def of_files(files: Iterable[UUID]) -> dict[UUID, Picture]:
    """File id → how it is shown; what has no small picture shows a sheet of paper. One query, none without files."""
    wanted = set(files)
    if not wanted:
        return {}
    paper = static("desk/document.svg")
    return {file.id: Picture(file.link, file.small or paper, file.name) for file in shown(wanted, at=now())}
