"""What is let in, what is turned away and why, and what is left of it."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from linli.kernel.files.content import clean_name, examine
from linli.kernel.files.kinds import LIMITS, MEGABYTE, Content, Family, Note, Reason, Rejected
from linli.kernel.files.tests import samples

SHANGHAI = ZoneInfo("Asia/Shanghai")
GBK = "编号,内容\n1,路灯不亮，晚上很黑\n".encode("gbk")


def keep(raw: bytes, name: str) -> Content:
    return examine(io.BytesIO(raw), name, SHANGHAI)


def body(content: Content) -> bytes:
    return content.open_body().read()


def shown(content: Content) -> Image.Image:
    return Image.open(content.open_body())


@pytest.mark.parametrize(
    ("raw", "name", "media_type", "family"),
    [
        (samples.phone_photo(), "a.jpg", "image/jpeg", Family.PHOTO),
        (samples.phone_photo(), "A.JPEG", "image/jpeg", Family.PHOTO),
        (samples.png_with_texts(), "a.png", "image/png", Family.PHOTO),
        (samples.encoded(samples.picture(), "WEBP"), "a.webp", "image/webp", Family.PHOTO),
        (samples.pdf(), "a.pdf", "application/pdf", Family.DOCUMENT),
        (samples.office("word/document.xml"), "a.docx", None, Family.DOCUMENT),
        (samples.office("xl/workbook.xml"), "a.xlsx", None, Family.DOCUMENT),
        ("编号,内容\n".encode(), "a.csv", "text/csv", Family.DOCUMENT),
        (b"BM is no bitmap here", "a.txt", "text/plain", Family.DOCUMENT),
        (samples.mp4(), "a.mp4", "video/mp4", Family.VIDEO),
    ],
)
def test_what_is_let_in(raw: bytes, name: str, media_type: str | None, family: Family) -> None:
    content = keep(raw, name)
    assert media_type is None or content.media_type == media_type
    assert content.family is family
    assert content.notes == frozenset()
    assert name.lower().endswith((content.extension, "jpeg"))


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"", "a.jpg", Reason.EMPTY),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "a.jpg", Reason.SCRIPT),
        (b"\xef\xbb\xbf  <HTML><body>x", "a.csv", Reason.SCRIPT),
        (b"<!-- a comment --> <svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png", Reason.SCRIPT),
        (b"<?xml version='1.0'?><svg/>", "a.svg", Reason.SCRIPT),
        (b"name,phone\n<script>fetch('/')</script>,1\n", "a.csv", Reason.SCRIPT),
        (b"<?php system('id');", "a.txt", Reason.SCRIPT),
        ("<html>登录已过期</html>".encode("gbk"), "a.csv", Reason.SCRIPT),
        ("<html>登录已过期</html>".encode("utf-16"), "a.csv", Reason.SCRIPT),
        (samples.box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic"), "a.heic", Reason.HEIC),
        (samples.box(b"ftyp", b"qt  \x00\x00\x00\x00qt  "), "a.mov", Reason.MOV),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", Reason.OLD_OFFICE),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "a.docx",
            Reason.LOCKED,
        ),
        (samples.office("word/document.xml", {"word/vbaProject.bin": b"x"}), "a.docx", Reason.MACRO),
        (samples.office("readme.txt"), "a.docx", Reason.UNKNOWN),
        (samples.office("word/document.xml", {"a.bin": bytes(20 * MEGABYTE)}), "a.docx", Reason.BOMB),
        (samples.office("word/document.xml")[:-30], "a.docx", Reason.BROKEN),
        (samples.pdf()[:-40], "a.pdf", Reason.BROKEN),
        (samples.phone_photo()[:-200], "a.jpg", Reason.BROKEN),
        (samples.png_with_texts()[:-60], "a.png", Reason.BROKEN),
        (b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 20, "a.jpg", Reason.BROKEN),
        (samples.mp4()[:-10], "a.mp4", Reason.BROKEN),
        (samples.mp4() + b"<script>", "a.mp4", Reason.BROKEN),
        (samples.mp4(width=0), "a.mp4", Reason.BROKEN),
        (samples.png_bomb(), "a.png", Reason.TOO_MANY_PIXELS),
        (samples.png_bomb(9_000), "a.png", Reason.TOO_MANY_PIXELS),
        (b"MZ\x90\x00\x03\x00" + bytes(100), "a.exe", Reason.UNKNOWN),
        (b"\x7fELF" + bytes(100), "a.txt", Reason.UNKNOWN),
        (b"\x1f\x8b\x08\x00" + bytes(100), "a.csv", Reason.UNKNOWN),
        (b"abc\x00def", "a.txt", Reason.UNKNOWN),
        (b"\xff\xfe\x41", "a.txt", Reason.UNKNOWN),
        (samples.encoded(samples.picture(), "TIFF"), "a.tif", Reason.UNKNOWN),
    ],
)
def test_what_is_turned_away(raw: bytes, name: str, reason: Reason) -> None:
    with pytest.raises(Rejected) as rejected:
        keep(raw, name)
    assert rejected.value.reason is reason


@pytest.mark.parametrize(
    ("head", "family"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", Family.PHOTO),
        (b"%PDF-1.7\n", Family.DOCUMENT),
        (b"plain text " * 800, Family.DOCUMENT),
        (samples.box(b"ftyp", b"isom\x00\x00\x02\x00"), Family.VIDEO),
    ],
)
def test_each_family_has_its_limit(head: bytes, family: Family) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(head)
        file.truncate(LIMITS[family] + 1)
        with pytest.raises(Rejected) as rejected:
            examine(file, "a.bin", SHANGHAI)
    assert rejected.value.reason is Reason.TOO_LARGE
    assert rejected.value.values == {"family": family.value, "limit": LIMITS[family] // MEGABYTE}


def test_a_bomb_is_turned_away_before_it_goes_off() -> None:
    began = time.perf_counter()
    with pytest.raises(Rejected):
        keep(samples.png_bomb(), "a.png")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("profiled", [True, False])
def test_position_and_time_are_read_and_then_gone(profiled: bool) -> None:
    content = keep(samples.phone_photo(profiled=profiled), "a.jpg")
    assert content.position is not None
    assert content.position.lon == pytest.approx(samples.SHANGHAI_LON, abs=1e-5)
    assert content.position.lat == pytest.approx(samples.SHANGHAI_LAT, abs=1e-5)
    assert content.taken_at == datetime(2026, 9, 30, 7, 4, 5, tzinfo=UTC)
    kept = shown(content)
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for secret in (b"Secret", b"Exif", b"xmp", b"ICC_PROFILE"):
        assert secret not in body(content)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_other_formats_lose_theirs_too(format: str) -> None:
    raw = samples.encoded(samples.picture(), format, exif=samples.exif(), xmp=b"SecretXmp")
    content = keep(raw if format == "WEBP" else samples.png_with_texts(), "a." + format.lower())
    assert content.position is not None
    assert b"Secret" not in body(content)
    assert not shown(content).getexif()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lon": -58.3816, "lat": -34.6037}, (-58.3816, -34.6037)),
        ({"lon": 0.0, "lat": 0.0}, None),
        ({"lon": 121.0, "lat": 95.0}, None),
        ({"lon": None}, None),
        ({"datum": "GCJ-02"}, None),
        ({"datum": "WGS-84"}, (samples.SHANGHAI_LON, samples.SHANGHAI_LAT)),
    ],
)
def test_positions(changes: dict[str, object], expected: tuple[float, float] | None) -> None:
    position = keep(samples.phone_photo(**changes), "a.jpg").position
    if expected is None:
        assert position is None
    else:
        assert position is not None
        assert (position.lon, position.lat) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"offset": "+09:00"}, datetime(2026, 9, 30, 6, 4, 5, tzinfo=UTC)),
        ({"offset": "-03:30"}, datetime(2026, 9, 30, 18, 34, 5, tzinfo=UTC)),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "yesterday"}, None),
    ],
)
def test_times(changes: dict[str, str], expected: datetime | None) -> None:
    assert keep(samples.phone_photo(**changes), "a.jpg").taken_at == expected


def test_a_photo_taken_sideways_stands_upright() -> None:
    content = keep(samples.phone_photo(orientation=6), "a.jpg")
    assert (content.width, content.height) == (48, 64)
    kept = shown(content).convert("RGB")
    top, bottom = kept.getpixel((24, 5)), kept.getpixel((24, 58))
    assert top[0] > top[2]
    assert bottom[2] > bottom[0]


def test_what_hides_behind_a_photo_is_gone() -> None:
    archive = samples.office("word/document.xml")
    content = keep(samples.phone_photo() + b"<script>alert(1)</script>" + archive, "a.jpg")
    assert b"<script>" not in body(content)
    assert b"PK\x03\x04" not in body(content)


def test_thumbnails_are_small_and_keep_the_shape() -> None:
    content = keep(samples.encoded(samples.picture(3000, 1500), "JPEG", exif=samples.exif()), "a.jpg")
    assert (content.width, content.height) == (3000, 1500)
    sizes = {side: Image.open(io.BytesIO(raw)).size for side, raw in content.thumbnails.items()}
    assert sizes == {320: (320, 160), 1280: (1280, 640)}
    assert all(b"EXIF" not in raw for raw in content.thumbnails.values())


def test_a_photo_of_108_million_pixels_is_kept_smaller_and_one_of_200_is_not() -> None:
    content = keep(samples.jpeg_of(12_000, 9_000), "a.jpg")
    assert Note.SCALED in content.notes
    assert (content.width, content.height) == (6_000, 4_500)
    with pytest.raises(Rejected) as rejected:
        keep(samples.jpeg_of(16_000, 12_500), "a.jpg")
    assert rejected.value.reason is Reason.TOO_MANY_PIXELS


def test_transparency_stays_and_an_animation_becomes_its_first_picture() -> None:
    clear = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    assert shown(keep(samples.encoded(clear, "PNG"), "a.png")).getpixel((5, 5))[3] == 0
    gif = samples.encoded(samples.picture(), "GIF", save_all=True, append_images=[samples.picture().rotate(180)])
    content = keep(gif, "a.gif")
    assert content.media_type == "image/png"
    assert Note.STILL in content.notes


def test_gbk_text_becomes_utf8_and_says_so() -> None:
    content = keep(GBK, "表.csv")
    assert content.media_type == "text/csv"
    assert body(content).decode() == GBK.decode("gbk")
    assert content.notes == {Note.DECODED}
    assert keep("\ufeff编号".encode(), "a.csv").notes == frozenset()
    assert body(keep("编号".encode("utf-16"), "a.csv")).decode() == "编号"


def test_a_wrong_extension_is_noted_and_corrected() -> None:
    content = keep(samples.png_with_texts(), "photo.jpg")
    assert content.notes == {Note.RENAMED}
    assert clean_name("photo.jpg", content.extension) == "photo.png"


def test_a_video_loses_place_and_times_and_keeps_its_pictures() -> None:
    raw = samples.mp4()
    content = keep(raw, "a.mp4")
    assert (content.width, content.height) == (640, 480)
    assert content.taken_at == datetime(2026, 9, 30, 7, 4, 5, tzinfo=UTC)
    assert content.position is not None
    assert (content.position.lon, content.position.lat) == (121.4737, 31.2304)
    kept = body(content)
    assert len(kept) == len(raw)
    for secret in (b"Secret", b"121.4737", b"\xa9xyz", (3873596645).to_bytes(4)):
        assert secret in raw
        assert secret not in kept
    assert kept.endswith(b"\x01" * 4096)
    again = keep(kept, "a.mp4")
    assert (again.width, again.position, again.taken_at) == (640, None, None)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("现场照片.JPG", "现场照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\王\\照片.jpeg", "照片.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie x=1.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ('"><script>.jpg', "script.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
        ("v1.2 报告.jpg", "v1.2 报告.jpg"),
        ("很" * 300 + ".jpg", "很" * 116 + ".jpg"),
    ],
)
def test_names(name: str, cleaned: str) -> None:
    assert clean_name(name, "jpg") == cleaned


@pytest.mark.parametrize("make", [samples.phone_photo, samples.png_with_texts, samples.mp4, samples.pdf])
def test_no_damage_ends_in_anything_but_a_reason(make: Callable[[], bytes]) -> None:
    """Cut it anywhere, turn over any byte: it is kept, or turned away with a reason."""
    raw = make()
    for step in range(0, len(raw), max(1, len(raw) // 120)):
        flipped = raw[:step] + bytes([raw[step] ^ 0xFF]) + raw[step + 1 :]
        for damaged in (raw[:step], flipped):
            try:
                keep(damaged, "a.bin")
            except Rejected as rejected:
                assert rejected.reason in Reason
