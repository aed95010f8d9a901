"""Stored files as the templates show them: address, small picture, words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    thumb: str
    words: str


def of_files(request: HttpRequest, files: Iterable[UUID]) -> dict[UUID, Picture]:
    """File id → how it is shown; files the reader may not see are left out."""
    return {}
