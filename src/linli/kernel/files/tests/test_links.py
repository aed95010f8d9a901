"""Handing out: what the browser gets, what it may do with it, and when it ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from linli.kernel.access import SYSTEM, Gone, NotFound, look_as
from linli.kernel.files import links, present, queries, verbs
from linli.kernel.files.models import File
from linli.kernel.files.tests import samples
from linli.kernel.files.tests.test_keeping import WORKER

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _disk(tmp_path: Path, settings: Any) -> None:
    settings.LINLI_FILES = tmp_path
    look_as(SYSTEM)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """The room's clock stands at `at`; whoever hands it one in earnest is a floor above."""
    before = present._clock
    present.use(lambda: at)
    try:
        yield
    finally:
        present.use(before)


def keep(raw: bytes, name: str) -> File:
    return verbs.store(by=WORKER, at=NOW, upload=io.BytesIO(raw), name=name, purpose="proof")


def get(file: File, *, at: datetime = NOW, variant: int | str = "original", **headers: str) -> Any:
    with frozen(at):
        return Client().get(links.link(file.id, at=NOW, variant=variant), headers={**JSON, **headers})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_photo_is_shown_and_can_do_nothing() -> None:
    file = keep(samples.phone_photo(), "现场.jpg")
    response = get(file)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Disposition"] == "inline; filename*=utf-8''%E7%8E%B0%E5%9C%BA.jpg"
    assert response["Cache-Control"].startswith("private, max-age=")
    raw = body(response)
    assert len(raw) == int(response["Content-Length"]) == file.blob.size
    assert Image.open(io.BytesIO(raw)).size == (64, 48)


@pytest.mark.parametrize(
    ("raw", "name", "content_type"),
    [
        (samples.pdf(), "a.pdf", "application/pdf"),
        (b"a,b\n1,2\n", "a.csv", "text/csv; charset=utf-8"),
        ("说明".encode(), "a.html", "text/plain; charset=utf-8"),
    ],
)
def test_everything_else_is_saved_and_not_opened(raw: bytes, name: str, content_type: str) -> None:
    response = get(keep(raw, name))
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].startswith("attachment; ")
    assert ".html" not in response["Content-Disposition"]


def test_a_thumbnail() -> None:
    file = keep(samples.encoded(samples.picture(800, 600), "JPEG"), "a.jpg")
    response = get(file, variant=320)
    assert response["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(body(response))).size == (320, 240)
    assert get(file, variant=77).status_code == 404
    assert get(keep(b"abc", "a.txt"), variant=320).status_code == 404


def test_a_link_ends_with_a_sentence() -> None:
    file = keep(samples.phone_photo(), "a.jpg")
    assert get(file, at=NOW + timedelta(minutes=59)).status_code == 200
    response = get(file, at=NOW + timedelta(minutes=95))
    assert response.status_code == 410
    assert response.json()["sentence"] == "这个下载链接已过期，请回到原来的页面重新打开。"
    with frozen(NOW + timedelta(days=1)):
        page = Client().get(links.link(file.id, at=NOW), headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert "已过期" in page.content.decode()


def test_a_link_stays_the_same_for_a_while_and_lasts_as_promised() -> None:
    file_id = uuid4()
    assert links.link(file_id, at=NOW) == links.link(file_id, at=NOW + timedelta(minutes=15))
    for minute in range(0, 60, 7):
        made = NOW + timedelta(minutes=minute)
        ends = links.read(links.token(file_id, at=made), at=made).ends
        assert timedelta(hours=1) <= ends - made <= timedelta(minutes=90)


def test_forged_links() -> None:
    file, other = keep(samples.phone_photo(), "a.jpg"), uuid4()
    token = links.token(file.id, at=NOW)
    payload, _, signature = token.rpartition(":")
    for forged in (
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{payload.replace('original', '320')}:{signature}",
        f"{payload.replace(file.id.hex, other.hex)}:{signature}",
        payload,
        "x",
        "../../etc/passwd",
    ):
        with pytest.raises(NotFound):
            links.read(forged, at=NOW)
        with frozen(NOW):
            assert Client().get(f"/files/{forged}", headers=JSON).status_code == 404
    with pytest.raises(Gone):
        links.read(token, at=NOW + timedelta(days=1))


def test_a_file_that_is_gone_and_bytes_that_are_lost(tmp_path: Path) -> None:
    file = keep(samples.phone_photo(), "a.jpg")
    (tmp_path / file.blob_id[:2] / file.blob_id[2:4] / file.blob_id).unlink()
    assert get(file).json()["code"] == "files.lost"
    file_id = file.id
    File.objects.all().delete()
    with frozen(NOW):
        response = Client().get(links.link(file_id, at=NOW), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (404, "files.gone")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=4000-", 4000, None),
        ("bytes=-10", -10, None),
        ("bytes=100-99999999", 100, None),
        ("bytes=-99999999", 0, None),
    ],
)
def test_a_video_can_be_wound_to_anywhere(asked: str, first: int, last: int | None) -> None:
    file = keep(samples.mp4(), "a.mp4")
    whole = body(get(file))
    response = get(file, Range=asked)
    wanted = whole[first:] if last is None else whole[first : last + 1]
    assert body(response) == wanted
    start = first if first >= 0 else len(whole) + first
    whole_asked = len(wanted) == len(whole)
    assert response.status_code == (200 if whole_asked else 206)
    if not whole_asked:
        assert response["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert response["Content-Length"] == str(len(wanted))
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=9-3", "nonsense"])
def test_a_range_that_is_none_gets_the_whole(asked: str) -> None:
    file = keep(samples.mp4(), "a.mp4")
    response = get(file, Range=asked)
    assert response.status_code == 200
    assert len(body(response)) == file.blob.size


def test_ranges_outside_the_file_and_of_a_changed_file() -> None:
    file = keep(samples.mp4(), "a.mp4")
    for asked in ("bytes=999999999-", "bytes=-0"):
        response = get(file, Range=asked)
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{file.blob.size}")
    assert get(file, Range="bytes=0-9", **{"If-Range": '"another"'}).status_code == 200
    assert get(file, Range="bytes=0-9", **{"If-Range": f'"{file.blob_id}"'}).status_code == 206


def test_not_modified_head_and_other_methods() -> None:
    file = keep(samples.phone_photo(), "a.jpg")
    etag = get(file)["ETag"]
    assert get(file, **{"If-None-Match": etag}).status_code == 304
    with frozen(NOW):
        address = links.link(file.id, at=NOW)
        head = Client().head(address)
        assert (head.status_code, head["Content-Length"]) == (200, str(file.blob.size))
        assert Client().post(address).status_code == 405


def test_files_as_a_page_shows_them(django_assert_num_queries: Any) -> None:
    text, photo = keep(b"abc", "a.txt"), keep(samples.phone_photo(), "b.jpg")
    with django_assert_num_queries(1):
        first, second = queries.shown([photo.id, uuid4(), text.id], at=NOW)
    assert (first.name, first.family, second.name, second.small, second.large) == (
        "b.jpg", "photo", "a.txt", "", "",
    )  # fmt: skip
    with frozen(NOW):
        types = [Client().get(address)["Content-Type"] for address in (first.link, first.small, first.large)]
    assert types == ["image/jpeg", "image/webp", "image/webp"]
