"""Waiting until a session of ours is the oldest in the cluster: the horizon belongs to all its databases.

Another test's transaction, in another database of the same cluster, may stand before ours; it is named meanwhile,
rightly, and for as long as it lasts.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import psycopg

from linli.kernel.audit.order import holder

LIMIT = 120.0


def until_oldest(session: psycopg.Connection[Any]) -> None:
    """Return when it is this session that holds everybody back."""
    deadline = time.monotonic() + LIMIT
    while (found := holder(timedelta(0))) is None or found.pid != session.info.backend_pid:
        assert time.monotonic() < deadline, f"something else holds the cluster back: {found}"
        time.sleep(0.05)
