"""`linli things`: registered from a table with secrets printed once, listed without them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.cli import build
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, make_cast
from linli.kernel.things import verbs
from linli.kernel.things.models import Thing
from linli.kernel.things.queries.registry import Registry, ensure_slots

RUN = CliRunner()
pytestmark = pytest.mark.django_db
TABLE = f"""编号,型号,地点代码,待安装
sd-1,smoke-detector,{HOOD},是
sd-2,smoke-detector,{HOOD},
sd-3,toaster,{HOOD},
"""


@pytest.fixture(autouse=True)
def database_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The test's own database is open already; the command must not start another."""
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgres://linli@127.0.0.1/never-opened")
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "data"))
    ensure_slots()
    make_cast()


def run(*words: str) -> tuple[int, str, str]:
    result = RUN.invoke(build(), ["things", *words])
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


def test_a_table_is_tried_registered_and_again(tmp_path: Path) -> None:
    file, report = tmp_path / "things.csv", tmp_path / "refused.csv"
    file.write_text(TABLE, encoding="utf-8")
    code, said, complained = run("register", str(file), "--dry-run", "--report", str(report))
    assert (code, said) == (0, "") and "登记 2 台，以前登记过 0 台，没有收下 1 行" in complained
    assert "4,sd-3,model" in report.read_text(encoding="utf-8-sig")
    with as_system():
        assert not Thing.objects.exists()
    code, said, complained = run("register", str(file))
    lines = said.splitlines()
    assert code == 0 and lines[0] == "key;secret;code" and "toaster" in complained
    registry = Registry()
    registry.load()
    for line in lines[1:]:
        key, secret, installation = line.split(";")
        known = registry.find(key)
        assert known is not None and registry.proves(known, secret.encode(), now().timestamp())
        assert bool(installation) == (known.state == "waiting")
    code, said, complained = run("register", str(file))
    assert (code, said) == (0, "") and "登记 0 台，以前登记过 2 台" in complained
    _code, listed, _ = run("list")
    assert [row.split("\t")[:3] for row in listed.splitlines()] == [
        ["sd-1", "smoke-detector", "waiting"],
        ["sd-2", "smoke-detector", "working"],
    ]
    assert run("list", "--state", "waiting")[1].count("\n") == 0 and run("list", "--place", "1101")[1] == ""


def test_what_is_no_table_is_a_sentence_and_exit_code_one(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("<html>", encoding="utf-8")
    code, said, complained = run("register", str(file))
    assert (code, said) == (1, "") and "网页" in complained


def test_a_declared_command_is_sent_and_seen_to_wait_and_another_is_not() -> None:
    verbs.register(by=SYSTEM, at=now(), key="yg-1", model="smoke-detector", place_code=HOOD)
    code, said, _ = run("order", "yg-1", "silence-siren", "minutes=10")
    assert code == 0 and "已下发" in said
    code, listed, _ = run("orders", "yg-1")
    (line,) = listed.splitlines()
    assert code == 0 and line.split("\t")[1:4] == ["waiting", "silence-siren", "minutes=10"]
    for wrong, sentence in (
        (("yg-1", "silence-siren", "minutes=99"), "1 到 30 之间的整数"),
        (("yg-1", "silence-siren", "minutes=ten"), "1 到 30 之间的整数"),
        (("yg-1", "open-everything"), "没有这个指令"),
        (("nobody", "self-test"), "没有这台设备"),
    ):
        code, said, complained = run("order", *wrong)
        assert (code, said) == (1, "") and sentence in complained
    assert len(run("orders", "yg-1")[1].splitlines()) == 1
