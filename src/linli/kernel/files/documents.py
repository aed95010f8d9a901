"""Documents: PDF, Word and Excel since 2007, CSV and plain text."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO

from linli.kernel.files.kinds import (
    CSV,
    DOCX,
    LIMITS,
    MEGABYTE,
    PDF,
    TEXT,
    XLSX,
    Content,
    Family,
    Note,
    Reason,
    Rejected,
)

TAIL = 2048
MAX_UNPACKED = 300 * MEGABYTE
MAX_RATIO = 200  # honest office files reach some 50; a bomb starts at 1,000
RATIO_FROM = 10 * MEGABYTE  # small parts of nothing but blanks may shrink as far as they like
MAX_PARTS = 10_000

_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

# What a browser would run if it guessed the type (WHATWG MIME sniffing, 7.1), after blanks and a BOM.
_MARKUP = re.compile(
    r"\s*(<!--.*?-->\s*)*<\s*(!doctype|html|head|body|script|iframe|svg|style|title|table|div|meta|link|a|b|br"
    r"|p|h1|img|font|object|embed|form|\?xml|\?php|%|xsl)\b",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT_ANYWHERE = re.compile(r"<\s*(script|html|svg|iframe|!doctype\s+html)\b[^<]{0,200}>", re.IGNORECASE)
_SCRIPT_WITHIN = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def pdf(file: BinaryIO, size: int) -> Content:
    """A PDF that begins and ends as one."""
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise Rejected(Reason.BROKEN)
    return Content(media_type=PDF, family=Family.DOCUMENT, open_body=_from_start(file))


def office(file: BinaryIO) -> Content:
    """A .docx or .xlsx: no macros, no password, and no more inside than such a file holds."""
    try:
        with zipfile.ZipFile(file) as archive:
            media_type = _office_type(archive)
    except Rejected:
        raise
    except Exception as error:  # zipfile and zlib raise many things on hostile bytes; each means the same here
        raise Rejected(Reason.BROKEN) from error
    return Content(media_type=media_type, family=Family.DOCUMENT, open_body=_from_start(file))


def _office_type(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        raise Rejected(Reason.BOMB)
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise Rejected(Reason.BOMB)
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Rejected(Reason.MACRO)
    found = [kind for main, kind in _MAIN_PARTS.items() if main in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise Rejected(Reason.UNKNOWN)
    if archive.testzip() is not None:
        raise Rejected(Reason.BROKEN)
    return found[0]


def why_not_ole(file: BinaryIO) -> Reason:
    """Old Word and Excel files and encrypted new ones share a container; which of the two is this?"""
    file.seek(0)
    return Reason.LOCKED if _ENCRYPTED in file.read(LIMITS[Family.DOCUMENT]) else Reason.OLD_OFFICE


def looks_binary(head: bytes) -> bool:
    """Whether these first bytes are no text in any encoding we read."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return _CONTROL.search(head.decode("latin-1")) is not None


def text(file: BinaryIO, extension: str) -> Content:
    """Plain text or CSV, kept as UTF-8 whatever it came as. Raises Rejected for markup and for binary data."""
    file.seek(0)
    raw = file.read()
    words, is_utf8 = decode(raw)
    if _CONTROL.search(words):
        raise Rejected(Reason.UNKNOWN)
    if _MARKUP.match(words[:_SCRIPT_WITHIN]) or _SCRIPT_ANYWHERE.search(words[:_SCRIPT_WITHIN]):
        raise Rejected(Reason.SCRIPT)
    body = words.encode()
    return Content(
        media_type=CSV if extension == "csv" else TEXT,
        family=Family.DOCUMENT,
        open_body=lambda: io.BytesIO(body),
        notes=frozenset() if is_utf8 else frozenset({Note.DECODED}),
    )


def decode(raw: bytes) -> tuple[str, bool]:
    """The text, and whether it was UTF-8. GB18030 holds GBK and GB2312; UTF-16 only with its mark."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(raw, "utf-16"), False
    try:
        return raw.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return _decoded(raw, "gb18030"), False


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Rejected(Reason.UNKNOWN) from error


def _from_start(file: BinaryIO) -> Callable[[], BinaryIO]:
    """The file itself as a body: nothing of it is changed, so nothing is copied."""

    def body() -> BinaryIO:
        file.seek(0)
        return file

    return body
