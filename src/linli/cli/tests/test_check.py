"""`linli check` finds what was broken on purpose, and says it in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from linli.cli import build
from linli.project import vendor
from linli.project.condition import database, machine
from linli.project.condition.finding import Finding


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")


def levels(findings: Iterator[Finding]) -> list[str]:
    return [finding.level for finding in findings]


def test_missing_page_libraries_are_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vendor, "lacking", lambda: ["htmx.org"])
    found = list(machine.built_files())
    assert found[0].level == "wrong"
    assert "htmx.org" in found[0].sentence


@pytest.mark.parametrize(("year", "level"), [(2020, "good"), (2999, "wrong")])
def test_the_holiday_calendar_must_reach_this_year(year: int, level: str) -> None:
    assert levels(machine.calendar(year)) == [level]


def test_the_last_known_year_is_worth_a_warning() -> None:
    import chinese_calendar

    last = max(day.year for day in chinese_calendar.holidays)
    assert levels(machine.calendar(last)) == ["warning"]


def test_a_zone_that_does_not_exist() -> None:
    assert levels(machine.clock("Asia/Shangahi")) == ["wrong"]
    assert levels(machine.clock("Asia/Shanghai")) == ["good"]


def test_a_clock_before_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RELEASED", datetime(2999, 1, 1, tzinfo=UTC))
    assert levels(machine.clock("Asia/Shanghai")) == ["wrong"]


@pytest.mark.django_db(transaction=True)
def test_a_role_above_row_level_security_is_a_warning() -> None:
    """Our own role is bound; the superuser of the same server is not."""
    assert "warning" not in [f.level for f in database.server() if "行级安全" in f.sentence]
    usual = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "postgres"
    try:
        assert any(f.level == "warning" and "第二道锁" in f.sentence for f in database.server())
    finally:
        connection.close()
        connection.settings_dict["USER"] = usual


@pytest.mark.django_db
def test_a_pending_migration_is_wrong() -> None:
    assert levels(database.migrations()) == ["good"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    assert levels(database.migrations()) == ["wrong"]


@pytest.mark.django_db
def test_a_database_from_another_cluster_is_noticed_and_mended() -> None:
    assert levels(database.order()) == ["good"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_era SET cluster = '7000000000000000001'")
    (found,) = database.order()
    assert found.level == "warning"
    assert "7000000000000000001" in found.sentence and "--mend" in found.sentence
    assert "已另起第" in next(database.mended()).sentence
    assert levels(database.order()) == ["good"]
    assert "不用修" in next(database.mended()).sentence


@pytest.mark.django_db
def test_ids_this_cluster_has_not_reached_are_wrong() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_follower (name, era, tx, moved_at) VALUES ('t', audit_present_era(), '9999999999', now())"
        )
    (found,) = database.order()
    assert found.level == "wrong" and "1 个跟随者" in found.sentence and "--mend" in found.sentence


@pytest.mark.django_db
def test_an_unbroken_history_verifies() -> None:
    assert levels(database.chains()) == ["good"]


def test_without_a_database_it_ends_with_a_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The whole command, against a data directory that holds something else."""
    monkeypatch.delenv("LINLI_DATABASE_URL", raising=False)
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    ended = CliRunner().invoke(build(), ["check", "--data", str(tmp_path)])
    assert ended.exit_code == 1
    assert "✗" in ended.output
    assert "PG_VERSION" in ended.output
