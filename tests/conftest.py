import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data() -> Iterator[Path]:
    """A short path: the database's socket lives below it. World-readable above, for when PostgreSQL is not root."""
    path = Path(tempfile.mkdtemp(prefix="linli-kill-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)
