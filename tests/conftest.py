import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture
def data() -> Iterator[Path]:
    """A short path: the database's socket lives below it. World-readable above, for when PostgreSQL is not root."""
    path = Path(tempfile.mkdtemp(prefix="linli-kill-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows with a failure what the programs of its installation printed: a page only says 500."""
    report = yield
    if report.failed:
        report.sections += [(f"{house.data.name} printed", house.printed()) for house in House.standing]
    return report
