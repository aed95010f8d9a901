"""Real files, built byte by byte where no library builds the wrong ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

SHANGHAI_LON, SHANGHAI_LAT = 121.4737, 31.2304


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue: one can see which way it was turned."""
    image = Image.new("RGB", (width, height), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, width // 2, height))
    return image.convert(mode)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format=format, **options)
    return out.getvalue()


def exif(
    *,
    lon: float | None = SHANGHAI_LON,
    lat: float | None = SHANGHAI_LAT,
    taken: str = "2026:09:30 15:04:05",
    offset: str = "",
    orientation: int = 1,
    datum: str = "",
) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Make] = "SecretPhone"
    details = made.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    if lon is not None and lat is not None:
        gps = made.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _parts(abs(lat))
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _parts(abs(lon))
        if datum:
            gps[ExifTags.GPS.GPSMapDatum] = datum
    return made


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    return float(whole), float(minutes), round((degrees - whole) * 3600 - minutes * 60, 4)


def phone_photo(*, profiled: bool = True, **changes: Any) -> bytes:
    """A JPEG with everything a phone writes into it: EXIF, a comment, XMP, a colour profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(
        picture(),
        "JPEG",
        exif=exif(**changes),
        comment=b"SecretComment",
        xmp=b"<x:xmpmeta>SecretXmp</x:xmpmeta>",
        **({"icc_profile": profile} if profiled else {}),
    )


def png_with_texts() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SecretAuthor")
    return encoded(picture(mode="RGBA"), "PNG", pnginfo=texts, exif=exif())


def png_bomb(side: int = 30_000) -> bytes:
    """A PNG that says it is 900 million pixels, in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    """A one-colour JPEG of that many pixels, made at once."""
    return encoded(Image.new("L", (width, height), 128), "JPEG", quality=10)


def office(main: str, extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document>整改说明</document>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    picture().save(out, format="PDF")
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(*, width: int = 640, height: int = 480, place: bytes = b"+31.2304+121.4737/") -> bytes:
    """The boxes of a small video: one track, a time of 2026-09-30T07:04:05Z, a place in `udta`."""
    created = 3873596645
    times = struct.pack(">IIII", 0, created, created, 1000)
    track = struct.pack(">III", 7, created, created) + bytes(64) + struct.pack(">II", width << 16, height << 16)
    media = box(b"mdia", box(b"mdhd", times + bytes(8)))
    moov = box(
        b"moov",
        box(b"mvhd", times + bytes(84)),
        box(b"trak", box(b"tkhd", track), media),
        box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7), place), b"SecretCamera"),
    )
    return box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + moov + box(b"mdat", b"\x01" * 4096)
