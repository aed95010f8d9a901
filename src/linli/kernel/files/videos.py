"""MP4 videos: checked box by box (ISO/IEC 14496-12), stripped of place, time and device without re-encoding.

A metadata box becomes a `free` box of the same length filled with zeros, so no offset in the file moves.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast

from linli.kernel.files.kinds import MEGABYTE, MP4, Content, Family, Position, Reason, Rejected

MAX_MOOV = 32 * MEGABYTE
MAX_BOXES = 10_000
MAX_DEPTH = 8

_CONTAINERS = {b"moov", b"trak", b"mdia"}
_METADATA = {b"udta", b"meta", b"uuid"}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}  # each has the times of creation and change after version and flags
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_ISO_6709 = re.compile(rb"([+-]\d{1,2}\.\d+)([+-]\d{1,3}\.\d+)")
_LARGEST_DEGREE = 180


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int  # of the whole box
    body: int  # where its content starts
    end: int


@dataclass(slots=True)
class _Found:
    """What the metadata said, and where to write zeros over it."""

    boxes: int = 0
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    position: Position | None = None
    blanks: list[tuple[int, bytes]] = field(default_factory=list)


def examine(file: BinaryIO, size: int) -> Content:
    """Check and clean a video. Raises Rejected when its boxes do not fill the file, or no picture is declared."""
    found = _Found()
    kinds = set()
    for box in _boxes(file, 0, size, found):
        kinds.add(box.kind)
        if box.kind == b"moov" and box.end - box.start > MAX_MOOV:
            raise Rejected(Reason.BROKEN)
        _visit(file, box, found, depth=0)
    if not {b"ftyp", b"moov", b"mdat"} <= kinds or not found.width:
        raise Rejected(Reason.BROKEN)
    cleaned = _copy(file, found.blanks)
    return Content(
        media_type=MP4,
        family=Family.VIDEO,
        open_body=lambda: _rewound(cleaned),
        width=found.width,
        height=found.height,
        position=found.position,
        taken_at=found.taken_at,
    )


def _boxes(file: BinaryIO, start: int, end: int, found: _Found) -> Iterator[_Box]:
    """The boxes that fill the file from `start` to `end` exactly; anything else is broken."""
    while start < end:
        found.boxes += 1
        file.seek(start)
        header = file.read(16)
        length, kind, body = int.from_bytes(header[:4]), header[4:8], start + 8
        if length == 1:
            length, body = int.from_bytes(header[8:16]), start + 16
        elif length == 0:
            length = end - start
        if len(header) < 8 or length < body - start or start + length > end or found.boxes > MAX_BOXES:
            raise Rejected(Reason.BROKEN)
        yield _Box(kind, start, body, start + length)
        start += length


def _visit(file: BinaryIO, box: _Box, found: _Found, depth: int) -> None:
    if box.kind in _METADATA:
        _blank(file, box, found)
    elif box.kind in _TIMED:
        _read_header(file, box, found)
    elif box.kind in _CONTAINERS and depth < MAX_DEPTH:
        for inner in _boxes(file, box.body, box.end, found):
            _visit(file, inner, found, depth + 1)


def _blank(file: BinaryIO, box: _Box, found: _Found) -> None:
    if box.end - box.start > MAX_MOOV:
        raise Rejected(Reason.BROKEN)
    file.seek(box.body)
    where = _ISO_6709.search(file.read(box.end - box.body))
    if where and not found.position:
        lat, lon = (float(degrees) for degrees in where.groups())
        if abs(lat) <= _LARGEST_DEGREE / 2 and abs(lon) <= _LARGEST_DEGREE and (lat or lon):
            found.position = Position(lon, lat)
    found.blanks.append((box.start + 4, b"free"))
    found.blanks.append((box.body, bytes(box.end - box.body)))


def _read_header(file: BinaryIO, box: _Box, found: _Found) -> None:
    file.seek(box.body)
    content = file.read(min(box.end - box.body, 256))
    width = 8 if content[:1] == b"\x01" else 4
    if len(content) < 4 + 2 * width:
        raise Rejected(Reason.BROKEN)
    found.blanks.append((box.body + 4, bytes(2 * width)))
    if box.kind == b"mvhd":
        found.taken_at = _when(int.from_bytes(content[4 : 4 + width]))
    elif box.kind == b"tkhd":  # ends with width and height as 16.16 fixed point; zero for sound
        found.width = found.width or int.from_bytes(content[-8:-4]) >> 16
        found.height = found.height or int.from_bytes(content[-4:]) >> 16


def _when(seconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=seconds) if seconds else None
    except OverflowError:
        return None


def _copy(file: BinaryIO, blanks: list[tuple[int, bytes]]) -> BinaryIO:
    copy = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=4 * MEGABYTE))  # noqa: SIM115 - outlives us
    file.seek(0)
    shutil.copyfileobj(file, copy, MEGABYTE)
    for offset, content in blanks:
        copy.seek(offset)
        copy.write(content)
    return copy


def _rewound(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file
