"""`linli keys`: issued and shown once, listed without it, changed with an overlap, revoked at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.cli import build
from linli.kernel.access import as_system
from linli.kernel.clock.now import now
from linli.kernel.people.queries import actor_for_key

RUN = CliRunner()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def database_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The test's own database is open already; the command must not start another."""
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgres://linli@127.0.0.1/never-opened")
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "data"))


def run(*words: str) -> tuple[int, str, str]:
    result = RUN.invoke(build(), ["keys", *words])
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


def works(plain: str) -> bool:
    with as_system():
        return actor_for_key(plain, at=now()) is not None


def test_a_key_lives_from_the_command_line() -> None:
    code, said, _ = run("issue", "随手拍", "--place", "9901", "--until", "2099-01-01")
    key, plain = said.split("\t")
    assert code == 0 and plain.startswith("lk_") and works(plain)
    _code, listed, _ = run("list")
    assert plain not in listed
    assert listed.split("\t")[:4] == [key, "live", "9901", "2099-01-01 00:00"] and listed.endswith("随手拍")
    code, said, _ = run("rotate", key, "--hours", "0")
    new, new_plain = said.split("\t")
    assert code == 0 and works(new_plain) and not works(plain)
    assert run("revoke", new)[:2] == (0, "随手拍") and not works(new_plain)
    assert {line.split("\t")[1] for line in run("list")[1].splitlines()} == {"expired", "revoked"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("revoke", "x"), "没有这个密钥"),
        (("rotate", "01890000-0000-7000-8000-000000000000"), "没有这个密钥"),
        (("issue", "x", "--place", "99x"), "没有这样的地点代码"),
        (("issue", "x", "--place", "9901", "--until", "2020-01-01"), "将来"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_exit_code_one(words: tuple[str, ...], sentence: str) -> None:
    code, said, complained = run(*words)
    assert code == 1 and said == "" and sentence in complained
