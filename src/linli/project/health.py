"""Whether a kept database connection is still good, found out without a round trip where possible.

Django's CONN_HEALTH_CHECKS asks `SELECT 1` at the beginning of every request. A server that died, however, has
closed its socket, and a closed socket can be read; a quiet one that answered a moment ago is good.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

MOMENT = 5.0
"""Seconds after which a quiet connection is asked all the same: over a network a dead server may just be silent."""


def spare_needless_checks() -> None:
    """Connect after Django's own receivers: they mark the connection as unchecked, this as checked."""
    request_started.connect(_before, dispatch_uid="linli.health.before")
    request_finished.connect(_after, dispatch_uid="linli.health.after")


def _before(**_given: Any) -> None:
    raw: Any = connection.connection
    if raw is None or raw.closed or time.monotonic() - getattr(connection, "answered_at", 0.0) > MOMENT:
        return
    quiet = select.poll()
    quiet.register(raw.fileno(), select.POLLIN)
    if not quiet.poll(0):
        connection.health_check_done = True


def _after(**_given: Any) -> None:
    if connection.connection is not None:
        connection.answered_at = time.monotonic()  # type: ignore[attr-defined]
