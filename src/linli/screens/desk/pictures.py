"""Stored files as the templates show them: address, small picture, words. The links expire; the page renews them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.clock.now import now
from linli.kernel.files.queries import shown


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    thumb: str
    words: str


def of_files(files: Iterable[UUID]) -> dict[UUID, Picture]:
    """File id → how it is shown; `thumb` is "" for what has no small picture. One query, none without files."""
    wanted = set(files)
    if not wanted:
        return {}
    return {file.id: Picture(file.link, file.small, file.name) for file in shown(wanted, at=now())}
