"""Stored photos as the templates show them: address, small picture, words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from linli.kernel.matters.models import Attachment
from linli.kernel.matters.queries.story import Step


@dataclass(frozen=True, slots=True)
class Picture:
    url: str
    thumb: str
    words: str


def of_files(request: HttpRequest, files: Iterable[UUID]) -> list[Picture]:
    return []


def of_steps(
    request: HttpRequest, steps: Sequence[Step], attached: Sequence[Attachment]
) -> dict[UUID, list[Picture]]:
    """Step id → its photos; only files the reporter may see."""
    return {}
