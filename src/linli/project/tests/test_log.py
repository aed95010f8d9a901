"""The log says where a fault was. It is read by more people than may see what is in a message."""

from __future__ import annotations

import pytest
import structlog


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    """structlog's own shows the local variables of every frame where rich is installed."""
    secret = "of-a-device"
    nested: list[object] = []
    for _ in range(1000):
        nested = [nested]
    try:
        repr(nested), secret[0]
        raise AssertionError("it can be printed")
    except RecursionError:
        structlog.get_logger("test").exception("a codec failed")
    said = capsys.readouterr()
    whole = said.out + said.err
    assert "a codec failed" in whole and "RecursionError" in whole and "test_log.py" in whole
    assert secret not in whole
    assert len(whole) < 20_000
