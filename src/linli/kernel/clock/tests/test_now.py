from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linli.kernel.clock.now import CLOCK_FILE, frozen, now
from linli.kernel.files import present


def test_the_machine_clock_is_aware_and_utc() -> None:
    assert now().tzinfo is UTC
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_file_is_read_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv(CLOCK_FILE, str(file))
    file.write_text("2026-09-30T15:00:00+08:00\n", "utf-8")
    assert now() == datetime(2026, 9, 30, 7, tzinfo=UTC)
    file.write_text("2026-10-08T09:00:00Z", "utf-8")
    assert now() == datetime(2026, 10, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-09-30T15:00:00"])
def test_a_file_without_an_instant_is_no_clock(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    monkeypatch.setenv(CLOCK_FILE, str(file))
    file.write_text(text, "utf-8")
    with pytest.raises(ValueError):
        now()


def test_frozen_wins_and_ends() -> None:
    instant = datetime(2026, 10, 1, tzinfo=UTC)
    with frozen(instant):
        assert now() == instant
        with frozen(instant + timedelta(days=1)):
            assert now() == instant + timedelta(days=1)
        assert now() == instant
    assert now() != instant
    with pytest.raises(ValueError), frozen(datetime(2026, 1, 1)):
        pass


def test_the_floor_below_has_the_same_clock() -> None:
    with frozen(datetime(2026, 10, 1, tzinfo=UTC)):
        assert present.now() == now()
