"""databases(): where the database is, without starting anything."""

from pathlib import Path

import pytest

from linli.project.engines import EngineFault, databases, running
from linli.project.engines.paths import SOCKET_LIMIT, SOCKET_NAME, default_socket_dir, socket_dir


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


def test_a_url_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://li%40nli:p%3Aw@db.example:6432/city?sslmode=require&application_name=x"
    monkeypatch.setenv("LINLI_DATABASE_URL", url)
    found = databases()
    assert (found["USER"], found["PASSWORD"]) == ("li@nli", "p:w")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "city")
    assert found["OPTIONS"] == {"sslmode": "require", "application_name": "x"}


def test_a_url_may_name_a_socket_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql://linli@/linli?host=/run/postgresql")
    assert databases()["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url", ["postgresql://a:b@h:port:9/x?=", "mysql://root:hunter2@h/x", "postgresql://h/x?no_such=1"]
)
def test_a_url_that_cannot_be_read_is_refused_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", url)
    with pytest.raises(EngineFault) as refused:
        databases()
    assert "LINLI_DATABASE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_with_a_url_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    with running(tmp_path / "data") as engine:
        assert engine is None
    assert not (tmp_path / "data").exists()


def test_two_data_directories_never_share_a_socket(tmp_path: Path) -> None:
    assert default_socket_dir(tmp_path / "a") != default_socket_dir(tmp_path / "b")


def test_the_socket_path_stays_short_however_long_the_data_path_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path.joinpath(*["街道办事处" * 8] * 3)
    long.mkdir(parents=True)
    for runtime in (None, str(long)):
        if runtime:
            monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        assert len(str(default_socket_dir(long) / SOCKET_NAME).encode()) < SOCKET_LIMIT


def test_the_socket_written_down_wins_over_the_default(tmp_path: Path) -> None:
    (tmp_path / "engine.socket").write_text("/tmp/elsewhere\n")
    assert socket_dir(tmp_path) == Path("/tmp/elsewhere")
    assert databases(tmp_path)["HOST"] == "/tmp/elsewhere"
