from collections.abc import Iterator

import pytest

from linli.kernel.messages.kinds import kinds
from linli.kernel.people.tests.conftest import _quick_hashes, cast

from .said import KINDS

__all__ = ["_quick_hashes", "cast"]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds of these tests, beside those of the installation."""
    for kind in KINDS:
        monkeypatch.setitem(kinds.known, kind.name, kind)
    yield
