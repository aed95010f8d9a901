"""What is believed of a server that does not answer: only a closed door means that nobody is there."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.project.engines import probe
from linli.project.engines.paths import SOCKET_NAME


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short one: a socket's path has room for a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="linli-probe-") as found:
        yield Path(found)


def test_a_server_that_takes_longer_than_our_patience_is_busy_and_not_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(probe, "PATIENCE", 2)  # the least libpq waits
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / SOCKET_NAME))
        server.listen()
        assert probe.state(folder, folder) is probe.State.BUSY
    assert probe.state(folder, folder) is probe.State.ABSENT, "nobody listens any more"
