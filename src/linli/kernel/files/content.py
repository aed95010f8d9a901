"""What a file is, by its content: the name and the sender's word count for nothing.

`examine` returns a cleaned `Content`, or raises `Rejected` with the reason. Pure: no Django, no database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import tzinfo
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype

from linli.kernel.files import documents, photos, videos
from linli.kernel.files.kinds import (
    EXTENSIONS,
    GIF,
    JPEG,
    LIMITS,
    MEGABYTE,
    PDF,
    PNG,
    WEBP,
    Content,
    Family,
    Note,
    Reason,
    Rejected,
)

HEAD = 8192
NAME_LENGTH = 120

_PHOTO_TYPES = {JPEG, PNG, WEBP, GIF}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word and Excel before 2007, and encrypted files since
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif"}
_UNSEEN = re.compile(r"[\s\x00]+")


def examine(file: BinaryIO, name: str, tz: tzinfo) -> Content:
    """Find out what `file` is, check it whole, clean it.

    `file` is seekable and may be read from anywhere. `tz` is the time zone of a photo that names none.
    Raises Rejected.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise Rejected(Reason.EMPTY)
    content = _examine(file, head, size, extension_of(name), tz)
    if extension_of(name) in EXTENSIONS[content.media_type]:
        return content
    return replace(content, notes=content.notes | {Note.RENAMED})


def _examine(file: BinaryIO, head: bytes, size: int, extension: str, tz: tzinfo) -> Content:
    media_type = filetype.guess_mime(head)
    if media_type in _PHOTO_TYPES:
        _check_size(size, Family.PHOTO)
        return photos.examine(file, media_type, tz)
    if head[4:8] == b"ftyp":
        return _iso_media(file, head, size)
    if media_type == PDF or head.startswith(_ZIP):
        _check_size(size, Family.DOCUMENT)
        return documents.pdf(file, size) if media_type == PDF else documents.office(file)
    if head.startswith(_OLE):
        raise Rejected(documents.why_not_ole(file))
    # Whatever the library takes the first letters for ("BM" for a bitmap): text has no control characters.
    if documents.looks_binary(head):
        raise Rejected(Reason.UNKNOWN)
    _check_size(size, Family.DOCUMENT)
    return documents.text(file, extension)


def _iso_media(file: BinaryIO, head: bytes, size: int) -> Content:
    brand = head[8:12]
    if brand in _HEIC_BRANDS:
        raise Rejected(Reason.HEIC)
    if brand == b"qt  ":
        raise Rejected(Reason.MOV)
    if brand in (b"avif", b"avis", b"crx ", b"M4A ", b"M4B "):
        raise Rejected(Reason.UNKNOWN)
    _check_size(size, Family.VIDEO)
    return videos.examine(file, size)


def _check_size(size: int, family: Family) -> None:
    if size > LIMITS[family]:
        raise Rejected(Reason.TOO_LARGE, family=family.value, limit=LIMITS[family] // MEGABYTE)


def extension_of(name: str) -> str:
    return PurePosixPath(_base(name)).suffix[1:].lower()


def clean_name(name: str, extension: str) -> str:
    """A name that is safe in a header, on a disk and on a page: no path, no control or direction characters.

    The extension is the content's own, whatever the sender's was.
    """
    base = _UNSEEN.sub(" ", unicodedata.normalize("NFC", _base(name)))
    stem = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    suffix = PurePosixPath(stem).suffix
    known = suffix[1:].lower() in {e for extensions in EXTENSIONS.values() for e in extensions}
    if suffix and (known or len(suffix) <= len(".abcde")):
        stem = stem[: -len(suffix)]
    stem = stem.strip(" .")[: NAME_LENGTH - len(extension) - 1].rstrip(" .")
    return f"{stem or 'file'}.{extension}"


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]
