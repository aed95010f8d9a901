from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from linli.cli import build
from linli.kernel.places import queries

RUN = CliRunner()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The test's own database is open already; the command must not start another."""
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgres://linli@127.0.0.1/never-opened")
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "data"))


def run(*words: object) -> tuple[int, str, str]:
    result = RUN.invoke(build(), [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_a_file_goes_in_tried_first_and_comes_out_again(tmp_path: Path) -> None:
    file, refused, out = tmp_path / "in.csv", tmp_path / "refused.csv", tmp_path / "out.csv"
    file.write_bytes("NR,name\n31,上海市\n3101,市辖区\n3x,坏\n".encode("gbk"))
    given = ("import", "places", file, "--column", "code=NR", "--report", refused)

    code, said, _ = run(*given, "--dry-run")
    assert code == 0 and "新增 2" in said and "什么也没有改" in said
    assert not queries.exists("31")

    code, said, complained = run(*given)
    assert code == 0 and "GBK" in said and "新增 2" in said and "第 4 行 3x" in complained
    assert refused.read_text("utf-8-sig").splitlines()[1].startswith("4,3x,")
    assert queries.path("3101") == ("上海市", "市辖区")

    code, said, _ = run("export", "places", "--scope", "31", "--out", out)
    assert code == 0 and out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "未变 2" in run("import", "places", out)[1]


@pytest.mark.parametrize(
    ("options", "content", "code", "words"),
    [
        ((), b"<html>", 1, "这是网页"),
        (("--datum", "mars"), b"code,name\n", 2, "没有“mars”这个坐标系"),
        (("--column", "colour=x"), b"code,name\n", 2, "“colour”不是列名对应"),
        (("--column", "code=x"), b"code,name\n", 1, "没有“x”这一列"),
    ],
)
def test_what_cannot_be_read_ends_with_a_sentence(
    tmp_path: Path, options: tuple[str, ...], content: bytes, code: int, words: str
) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes(content)
    ended, _, said = run("import", "places", file, *options)
    assert (ended, words in said) == (code, True), said


def test_a_database_that_was_never_built_is_a_sentence(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'matters'")
    code, _said, complained = run("export", "places", "--scope", "31", "--out", tmp_path / "out.csv")
    assert code == 1
    assert "linli migrate" in complained
    assert not (tmp_path / "out.csv").exists()
