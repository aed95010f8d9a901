"""A pytest plugin (`-p linli.project.testing`): a real PostgreSQL before Django's settings are read.

The server lives in `var/test-pg`, is shared by the workers of pytest-xdist and stops with the last of them.
It forgoes fsync: fast, and allowed to lose what tests made. LINLI_DATABASE_URL, when set, is used instead.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.project.engines import Engine, EngineFault, external_url

_engine: Engine | None = None


def test_data(rootpath: Path) -> Path:
    """Where tests keep their cluster and files."""
    return rootpath / "var" / "test-pg"


test_data.__test__ = False  # type: ignore[attr-defined]


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs before pytest-django loads the settings, which is what a wrapper is for here."""
    global _engine
    data = test_data(early_config.rootpath)
    os.environ["LINLI_DATA"] = str(data)
    if not external_url():
        try:
            _engine = Engine.ensure(data, fast=True, say=_tell)
        except EngineFault as fault:
            raise pytest.UsageError(str(fault)) from fault
    return (yield)


def pytest_unconfigure() -> None:
    global _engine
    if _engine is not None:
        _engine.leave()
        _engine = None


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
