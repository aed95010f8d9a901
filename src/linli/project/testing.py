"""A pytest plugin (`-p linli.project.testing`): a real PostgreSQL before Django's settings are read.

Each worker of pytest-xdist has a server of its own in `var/test-pg`, which stops with it: a transaction that one of them
keeps open holds followers, live streams and registries back in every database of its cluster, as it must. They forgo
fsync: fast, and allowed to lose what tests made. LINLI_DATABASE_URL, when set, is used instead.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from linli.project.engines import Engine, EngineFault, external_url

_engine: Engine | None = None


def test_data(rootpath: Path) -> Path:
    """Where tests of this worker keep their cluster and files."""
    return rootpath / "var" / "test-pg" / os.environ.get("PYTEST_XDIST_WORKER", "alone")


test_data.__test__ = False  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs before pytest-django loads the settings, which is what a wrapper is for here."""
    global _engine
    data = test_data(early_config.rootpath)
    os.environ["LINLI_DATA"] = str(data)
    (data / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns at every request else
    if not external_url():
        try:
            _engine = Engine.ensure(data, fast=True, say=_tell)
        except EngineFault as fault:
            raise pytest.UsageError(str(fault)) from fault
    loaded = yield
    # Addresses are read once, and a scene brings some: not first by a test that has other scenes for a moment.
    import_module(settings.ROOT_URLCONF)
    return loaded


def pytest_unconfigure() -> None:
    global _engine
    if _engine is not None:
        _engine.leave()
        _engine = None


def migrations_hash() -> str:
    """Names what the migrations make: another hash, another schema."""
    from django.db.migrations.loader import MigrationLoader

    digest = hashlib.sha256()
    migrations = MigrationLoader(None).disk_migrations
    for key, migration in sorted(migrations.items()):
        digest.update(repr(key).encode() + Path(inspect.getfile(type(migration))).read_bytes())
        folder = Path(inspect.getfile(type(migration))).parent
        for script in sorted(folder.glob("**/*.sql")):
            digest.update(script.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process at a time, by a lock on a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
