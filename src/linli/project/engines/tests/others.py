"""Acting as another user of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest


def interpreter(user: str | None) -> str:
    """A Python that this user may run and that finds us: ours, or the system's when ours lies in a closed home."""
    if user is None:
        return sys.executable
    found = _of(user)
    return found or pytest.skip(f"{user} may read neither our Python's libraries nor our code")


@cache
def _of(user: str) -> str | None:
    wanted = "import sys, linli.project.engines; print(sys.version_info[:2])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            asked = subprocess.run(
                [candidate, "-c", wanted], user=user, cwd="/", env=environment, capture_output=True, text=True
            )
        except OSError:
            continue
        if asked.stdout.strip() == str(sys.version_info[:2]):
            return candidate
    return None
