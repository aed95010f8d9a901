"""Storing, attaching, erasing and sweeping, with a real database and a real disk."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from linli.kernel.access import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Role,
    TooMany,
    look_as,
)
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.files import queries, verbs
from linli.kernel.files.models import Blob, File
from linli.kernel.files.storage import Disk
from linli.kernel.files.tests import samples
from linli.kernel.files.words import NotAccepted, TooLarge, remarks

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
GRANNY = Actor(role=Role.RESIDENT, name="李奶奶", account_id=uuid4(), person_id=uuid4())
OTHER = Actor(role=Role.RESIDENT, name="王先生", account_id=uuid4(), person_id=uuid4())
WORKER = Actor(role=Role.GRID_WORKER, scope="310115004", name="小陈", account_id=uuid4())


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_FILES = tmp_path / "files"
    settings.LINLI_FILES.mkdir()
    look_as(SYSTEM)
    return settings.LINLI_FILES


def send(
    raw: bytes | None = None, *, by: Actor = GRANNY, name: str = "照片.jpg", at: datetime = NOW, **given: str
) -> File:
    upload = io.BytesIO(samples.phone_photo() if raw is None else raw)
    return verbs.store(by=by, at=at, upload=upload, name=name, purpose=given.pop("purpose", "report"), **given)


def on_disk(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def grow_old(root: Path) -> None:
    past = time.time() - 2 * 86_400
    for path in on_disk(root):
        os.utime(path, (past, past))


def test_a_photo_is_kept_with_its_thumbnails_and_one_record(disk: Path) -> None:
    file = send(place_code="310115004001")
    assert file.name == "照片.jpg"
    assert (file.blob.media_type, file.blob.width, file.blob.height) == ("image/jpeg", 64, 48)
    assert file.taken_at == datetime(2026, 9, 30, 7, 4, 5, tzinfo=UTC)
    sha = file.blob_id
    assert [path.name for path in on_disk(disk)] == [sha, f"{sha}.1280", f"{sha}.320"]
    assert on_disk(disk)[0].parent == disk / sha[:2] / sha[2:4]
    assert on_disk(disk)[0].stat().st_size == file.blob.size
    record = Record.objects.get(stream=f"file:{file.id}")
    assert (record.verb, record.place_code, record.person_ids) == (
        "files.store", "310115004001", [GRANNY.person_id],
    )  # fmt: skip
    assert record.after == {"sha256": sha, "size": file.blob.size, "type": "image/jpeg"}
    assert list(verify()) == []


def test_the_position_is_sealed_in_the_column() -> None:
    file = File.objects.get(id=send().id)
    assert file.position is not None
    assert file.position.lon == pytest.approx(samples.SHANGHAI_LON, abs=1e-5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text, convert_from(position_sealed, 'UTF8') FROM files_file f")
        row = cursor.fetchone()
    assert "121.47" not in "".join(row)


def test_the_same_photo_twice_is_two_files_and_one_blob(disk: Path) -> None:
    first, second = send(), send(by=OTHER, name="b.jpg")
    assert first.id != second.id
    assert first.blob_id == second.blob_id
    assert Blob.objects.count() == 1
    assert len(on_disk(disk)) == 3


@pytest.mark.parametrize(
    ("raw", "name", "kind", "status"),
    [
        (b"", "a.jpg", Invalid, 422),
        (samples.phone_photo()[:-200], "a.jpg", Invalid, 422),
        (b"<html><script>x</script>", "a.jpg", NotAccepted, 415),
        (b"MZ" + bytes(99), "a.jpg", NotAccepted, 415),
        (b"\xff\xd8\xff\xe0" + bytes(16 * 1024 * 1024), "a.jpg", TooLarge, 413),
        (samples.png_bomb(), "a.png", TooLarge, 413),
    ],
)
def test_a_bad_file_gets_a_sentence_and_changes_nothing(
    raw: bytes, name: str, kind: type[Invalid], status: int, disk: Path
) -> None:
    records = Record.objects.count()
    with pytest.raises(kind) as refusal:
        send(raw, name=name)
    assert refusal.value.status == status
    assert refusal.value.fields == {"file": refusal.value.sentence}
    assert refusal.value.sentence.endswith("。")
    assert not File.objects.exists()
    assert Record.objects.count() == records
    assert on_disk(disk) == []


def test_who_may_not_store_and_what_is_no_purpose() -> None:
    with pytest.raises(NotAllowed):
        send(by=ANONYMOUS)
    with pytest.raises(Invalid):
        send(purpose="../x")
    with pytest.raises(Invalid):
        send(place_code="浦东")
    assert not File.objects.exists()


def test_remarks_tell_what_was_changed() -> None:
    file = send("编号\n".encode("gbk"), name="表.jpg")
    assert file.name == "表.txt"
    assert remarks(file.notes) == [
        "文字编码不是 UTF-8（多半是 GBK），已自动转换。",
        "文件名的后缀与内容不符，已按内容改正。",
    ]


def test_a_resident_has_a_daily_share_and_staff_have_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "DAILY_FILES", 2)
    evening = datetime(2026, 11, 24, 15, 50, tzinfo=UTC)  # 23:50 in Shanghai
    send(at=evening)
    send(at=evening)
    with pytest.raises(TooMany):
        send(at=evening)
    send(by=OTHER, at=evening)
    send(at=evening + timedelta(minutes=20))
    for _ in range(3):
        send(by=WORKER, at=evening)
    monkeypatch.setattr(verbs, "DAILY_FILES", 100)
    monkeypatch.setattr(verbs, "DAILY_BYTES", 10)
    with pytest.raises(TooMany):
        send(by=Actor(role=Role.RESIDENT, account_id=uuid4()))


def test_attaching_binds_to_one_subject_and_only_what_one_sent() -> None:
    mine, theirs, matter, other_matter = send(), send(by=OTHER), uuid4(), uuid4()

    def attach(*files: File, by: Actor = GRANNY, to: object = matter) -> list[File]:
        return verbs.attach(
            by=by, at=NOW, file_ids=[f.id for f in files], subject_type="matter", subject_id=to, place_code="31"
        )

    with pytest.raises(Invalid) as refusal:
        attach(mine, theirs)
    assert list(refusal.value.fields) == ["files"]
    mine.refresh_from_db()
    assert mine.subject_id is None, "nothing of a refused act is kept"
    attach(mine)
    attach(mine)
    mine.refresh_from_db()
    assert (mine.subject_type, mine.subject_id, mine.place_code) == ("matter", matter, "31")
    with pytest.raises(Conflict):
        attach(mine, to=other_matter)
    with pytest.raises(Invalid):
        attach(mine, by=OTHER, to=other_matter)
    with pytest.raises(Invalid):
        verbs.attach(by=GRANNY, at=NOW, file_ids=[uuid4()], subject_type="matter", subject_id=matter)
    attach(theirs, by=SYSTEM)
    told = Record.objects.filter(stream=f"file:{mine.id}").order_by("stream_seq")
    assert [record.verb for record in told] == ["files.store", "files.attach"]


def test_erasing_takes_the_bytes_with_the_last_file(disk: Path, django_capture_on_commit_callbacks: object) -> None:
    first, second = send(), send(by=OTHER)
    with pytest.raises(NotAllowed):
        verbs.erase(by=WORKER, at=NOW, file_id=first.id, reason="想删")
    with django_capture_on_commit_callbacks(execute=True):
        verbs.erase(by=SYSTEM, at=NOW, file_id=first.id, reason="超过保存期限")
    assert len(on_disk(disk)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        verbs.erase(by=SYSTEM, at=NOW, file_id=second.id, reason="超过保存期限")
    assert on_disk(disk) == []
    assert not Blob.objects.exists()
    with pytest.raises(NotFound):
        verbs.erase(by=SYSTEM, at=NOW, file_id=second.id, reason="again")


def test_a_sweep_removes_old_bytes_without_a_row_and_nothing_else(disk: Path) -> None:
    kept = send()
    store = Disk(disk)
    store.put("ab" * 32, io.BytesIO(b"left by a kill"))
    (disk / "ab" / "ab" / ".unfinished-1").write_bytes(b"half")
    (disk / "README").write_text("not ours")
    assert verbs.sweep(by=SYSTEM, at=NOW) == 0, "young bytes may be an upload under way"
    grow_old(disk)
    store.put("cd" * 32, io.BytesIO(b"just now"))
    assert verbs.sweep(by=SYSTEM, at=NOW) == 1
    names = {path.name for path in on_disk(disk)}
    assert names == {kept.blob_id, f"{kept.blob_id}.320", f"{kept.blob_id}.1280", "cd" * 32, "README"}
    assert Record.objects.filter(verb="files.sweep", happened_at=NOW).count() == 1
    with pytest.raises(NotAllowed):
        verbs.sweep(by=WORKER, at=NOW)


def test_bytes_sent_again_become_young_so_no_sweep_takes_them(disk: Path) -> None:
    store = Disk(disk)
    store.put("ab" * 32, io.BytesIO(b"one"))
    grow_old(disk)
    store.put("ab" * 32, io.BytesIO(b"one"))
    assert list(store.keys(older_than=3600)) == []


def test_a_failing_write_leaves_nothing(disk: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("cable pulled")

    with pytest.raises(OSError, match="cable"):
        Disk(disk).put("ab" * 32, Failing())
    assert on_disk(disk) == []
    with pytest.raises(ValueError, match="no key"):
        Disk(disk).put("../../etc/passwd", io.BytesIO())


def test_what_is_lost_is_found_out(disk: Path) -> None:
    file = send()
    assert list(queries.lost()) == []
    path = disk / file.blob_id[:2] / file.blob_id[2:4] / file.blob_id
    path.write_bytes(b"short")
    assert list(queries.lost()) == [file.blob_id]
    path.unlink()
    assert list(queries.lost()) == [file.blob_id]


def test_photos_count_as_proof_and_documents_do_not() -> None:
    photo, video, text = send(), send(samples.mp4(), name="a.mp4"), send(b"abc", name="a.txt")
    assert queries.photos_among([photo.id, video.id, text.id, uuid4()]) == 2
    assert set(queries.files_by_id([photo.id, uuid4()])) == {photo.id}


@pytest.mark.parametrize(
    "wrong",
    [{"sha256": "xyz"}, {"size": 0}, {"family": "music"}, {"width": 3}],
)
def test_the_database_refuses_wrong_blobs(wrong: dict[str, object]) -> None:
    given = {
        "sha256": "ab" * 32, "size": 1, "media_type": "text/plain", "family": "document", "created_at": NOW,
        **wrong,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.create(**given)


@pytest.mark.django_db(transaction=True)
def test_the_same_photo_by_eight_at_once_is_one_blob(disk: Path) -> None:
    problems: list[BaseException] = []

    def upload() -> None:
        try:
            look_as(SYSTEM)
            send(by=Actor(role=Role.GRID_WORKER, scope="31", account_id=uuid4()))
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (Blob.objects.count(), File.objects.count(), len(on_disk(disk))) == (1, 8, 3)


def test_a_killed_write_never_shows_half_a_file(disk: Path) -> None:
    """A process killed in the middle of a put leaves no key: the name appears only with the whole content."""
    program = (
        "import io, os, sys\n"
        "from pathlib import Path\n"
        "from linli.kernel.files.storage import Disk\n"
        "class Slow(io.BytesIO):\n"
        "    reads = 0\n"
        "    def read(self, size=-1):\n"
        "        Slow.reads += 1\n"
        "        if Slow.reads == 3: os.kill(os.getpid(), 9)\n"
        "        return b'x' * 1024\n"
        "Disk(Path(sys.argv[1])).put('ab' * 32, Slow())\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(disk)], check=False, capture_output=True)
    assert done.returncode == -9
    assert [path.name.startswith(".unfinished-") for path in on_disk(disk)] == [True]
    grow_old(disk)
    assert list(Disk(disk).keys(older_than=3600)) == []
    assert on_disk(disk) == []
    assert disk == settings.LINLI_FILES


@pytest.mark.django_db(transaction=True)
def test_a_sweep_waits_for_an_upload_that_wants_the_same_bytes(disk: Path) -> None:
    """The sweep saw old bytes without a row; before it removes them, an upload of the same photo begins."""
    sha256 = send().blob_id
    File.objects.all().delete()
    Blob.objects.all().delete()
    removed: list[bool] = []

    def sweeping() -> None:
        removed.append(verbs._remove(sha256, [sha256]))
        connection.close()

    thread = threading.Thread(target=sweeping)
    with transaction.atomic():
        send()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the upload's transaction"
    thread.join(10)
    assert removed == [False]
    assert list(queries.lost()) == []
