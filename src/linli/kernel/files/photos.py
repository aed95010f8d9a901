"""Photos: decoded whole within limits, turned upright, stripped of everything but the picture.

Every photo is encoded anew. That removes EXIF, XMP, comments and colour profiles (after converting to sRGB),
and also whatever else hid in the file: trailing archives, scripts, broken segments aimed at other decoders.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms, ImageOps

from linli.kernel.files.kinds import (
    GIF,
    JPEG,
    PNG,
    WEBP,
    Content,
    Family,
    Note,
    Position,
    Reason,
    Rejected,
)

# 50 million pixels are 150 MB in memory. A JPEG can be read at a half or a quarter of its size, so the
# sensors of today's phones (108 million) pass, scaled.
MAX_PIXELS = 50_000_000
MAX_JPEG_PIXELS = 110_000_000
THUMBNAILS = (320, 1280)

# Pillow's own limit for the whole process: it warns above, and refuses above twice this.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS

_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", GIF: "GIF"}
_KEPT_AS = {JPEG: JPEG, PNG: PNG, WEBP: WEBP, GIF: PNG}
_SAVING: dict[str, dict[str, Any]] = {
    JPEG: {"format": "JPEG", "quality": 90},
    PNG: {"format": "PNG"},
    WEBP: {"format": "WEBP", "quality": 90, "method": 2},
}
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})$")
_MINUTES, _HOURS, _EAST = 60, 3600, 180


def examine(file: BinaryIO, media_type: str, tz: tzinfo) -> Content:
    """Decode and clean a photo. Raises Rejected for a broken one or one with too many pixels."""
    try:
        return _examine(file, media_type, tz)
    except Rejected:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Rejected(Reason.TOO_MANY_PIXELS, limit=MAX_JPEG_PIXELS // 1_000_000) from error
    except Exception as error:  # decoders raise anything at all on hostile bytes; each means the same here
        raise Rejected(Reason.BROKEN) from error


def _examine(file: BinaryIO, media_type: str, tz: tzinfo) -> Content:
    with Image.open(file, formats=[_FORMATS[media_type]]) as image:
        _check_pixels(image, media_type)
        image.verify()
    file.seek(0)
    notes: set[Note] = set()
    with Image.open(file, formats=[_FORMATS[media_type]]) as image:
        exif = image.getexif()
        if _fit(image):
            notes.add(Note.SCALED)
        if getattr(image, "n_frames", 1) > 1 and media_type != JPEG:
            notes.add(Note.STILL)
        image.load()
        picture = _bare(image, media_type)
    kept = _KEPT_AS[media_type]
    body = _encode(picture, kept)
    return Content(
        media_type=kept,
        family=Family.PHOTO,
        open_body=lambda: io.BytesIO(body),
        width=picture.width,
        height=picture.height,
        position=position_of(exif),
        taken_at=taken_at(exif, tz),
        notes=frozenset(notes),
        thumbnails={side: _thumbnail(picture, side) for side in THUMBNAILS},
    )


def _check_pixels(image: Image.Image, media_type: str) -> None:
    """By what the header says, before anything is decoded."""
    limit = MAX_JPEG_PIXELS if media_type == JPEG else MAX_PIXELS
    if image.width * image.height > limit:
        raise Rejected(Reason.TOO_MANY_PIXELS, limit=limit // 1_000_000)


def _fit(image: Image.Image) -> bool:
    """Ask the JPEG decoder for a smaller picture where the whole one needs too much memory."""
    if image.width * image.height <= MAX_PIXELS:
        return False
    image.draft(image.mode, (image.width // 2, image.height // 2))
    return True


def _bare(image: Image.Image, media_type: str) -> Image.Image:
    """The picture alone: upright, in sRGB, without any of the file's information."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert(_mode(upright, media_type))
    if profile and plain.mode in ("RGB", "RGBA"):
        plain = _to_srgb(plain, profile)
    plain.info = {}
    return plain


def _mode(image: Image.Image, media_type: str) -> str:
    if media_type != JPEG and image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L") and media_type != WEBP else "RGB"


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that cannot be read is dropped: the colours are as without it
    return converted or image


def _encode(picture: Image.Image, media_type: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, **_SAVING[media_type])
    return out.getvalue()


def _thumbnail(picture: Image.Image, side: int) -> bytes:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, format="WEBP", quality=78, method=2)
    return out.getvalue()


def position_of(exif: Image.Exif) -> Position | None:
    """Where the photo was taken, WGS-84; None when it does not say, or says nonsense or another datum."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    datum = str(gps.get(ExifTags.GPS.GPSMapDatum) or "WGS-84").upper().strip("\0 ")
    if "WGS" not in datum:
        return None
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, ValueError, TypeError, ZeroDivisionError):
        return None
    on_earth = abs(lat) <= _EAST / 2 and abs(lon) <= _EAST
    # 0°, 0° lies in the sea and is what a phone without a fix writes. NaN fails the comparison above.
    return Position(round(lon, 7), round(lat, 7)) if on_earth and (lat or lon) else None


def _degrees(parts: Any, ref: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / _MINUTES + seconds / _HOURS
    return -value if str(ref).upper().startswith(negative) else value


def taken_at(exif: Image.Exif, tz: tzinfo) -> datetime | None:
    """When the photo was taken, in UTC; by its own offset, else in `tz`. None when it does not say."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    written = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = _OFFSET.match(str(details.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 "))
    try:
        at = datetime.strptime(str(written).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone below
        if offset:
            sign, hours, minutes = offset.groups()
            shift = timedelta(hours=int(hours), minutes=int(minutes))
            tz = timezone(-shift if sign == "-" else shift)
        return at.replace(tzinfo=tz).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
