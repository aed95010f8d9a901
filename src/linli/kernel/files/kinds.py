"""What may be kept: media types, their families and sizes, and the reasons a file is turned away.

Pure values. The sentences stand in `words.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

MEGABYTE = 1024 * 1024


class Family(StrEnum):
    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"


LIMITS = {
    Family.PHOTO: 15 * MEGABYTE,
    Family.DOCUMENT: 30 * MEGABYTE,
    Family.VIDEO: 100 * MEGABYTE,
}
LARGEST = max(LIMITS.values())

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"
PDF, CSV, TEXT, MP4 = "application/pdf", "text/csv", "text/plain", "video/mp4"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# The first extension is the one a kept file gets.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    PNG: ("png",),
    WEBP: ("webp",),
    GIF: ("gif",),
    PDF: ("pdf",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    CSV: ("csv",),
    TEXT: ("txt", "log", "md"),
    MP4: ("mp4", "m4v"),
}


class Reason(StrEnum):
    """Why a file is turned away."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # family, limit (MB)
    SCRIPT = "script"  # HTML, SVG or another file a browser would run
    HEIC = "heic"
    MOV = "mov"
    OLD_OFFICE = "old_office"
    MACRO = "macro"
    LOCKED = "locked"  # an encrypted office file
    UNKNOWN = "unknown"
    BROKEN = "broken"  # truncated, or not what its first bytes say
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PHOTO = "not_a_photo"  # a good file of another family, where a photo is asked for
    BOMB = "bomb"  # unpacks to far more than it is


NO_PHOTO = frozenset({Reason.SCRIPT, Reason.MOV, Reason.OLD_OFFICE, Reason.MACRO, Reason.LOCKED, Reason.UNKNOWN})
"""Reasons that say no more, where a photo is asked for, than that it is none."""


class Note(StrEnum):
    """What was changed or noticed about a file that was kept."""

    RENAMED = "renamed"  # the name's extension was another type's
    DECODED = "decoded"  # the text was not UTF-8 (GBK, mostly) and was rewritten as UTF-8
    SCALED = "scaled"  # the photo had more pixels than are kept
    STILL = "still"  # of an animation the first picture was kept


class Rejected(Exception):
    """The file is turned away, for a reason with its values."""

    def __init__(self, reason: Reason, **values: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.values = values


@dataclass(frozen=True, slots=True)
class Position:
    """WGS-84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Content:
    """What a file turned out to be, cleaned and ready to keep.

    `open_body` returns the cleaned bytes from their beginning. `position` and `taken_at` (UTC) were read from
    the metadata before it was stripped. `thumbnails` maps the longest side in pixels to a WebP.
    """

    media_type: str
    family: Family
    open_body: Callable[[], BinaryIO]
    width: int | None = None
    height: int | None = None
    position: Position | None = None
    taken_at: datetime | None = None
    notes: frozenset[Note] = frozenset()
    thumbnails: dict[int, bytes] = field(default_factory=dict)

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.media_type][0]
