"""A web process makes itself ready to suggest, some seconds after its first answer, so that the first one who writes
a report waits no longer than the next.

Pages come first: nothing is loaded while an installation starts, however slow the machine, and nothing where memory is
short. Then whoever asks first waits some two seconds, as they would without this.
"""

from __future__ import annotations

import threading
from typing import Any

import psutil
import structlog
from django.core.signals import request_finished
from django.db import connection

log = structlog.get_logger(__name__)
AFTER = 10.0
"""Seconds after the first answer: with it a start is over, and those who look at the first pages come before this."""
ROOM = 1 << 30
"""Bytes of memory that must be available. A process grows by 150 MB."""


_UID = "linli.readiness"


def begin() -> None:
    """Wait for the first answer; then for a while, in a thread that keeps no process alive."""
    request_finished.connect(_answered, dispatch_uid=_UID)


def _answered(**_given: Any) -> None:
    if request_finished.disconnect(dispatch_uid=_UID):  # of several threads the first
        timer = threading.Timer(AFTER, get_ready)
        timer.name, timer.daemon = "ready-to-suggest", True
        timer.start()


def get_ready() -> bool:
    """Load what suggestions need; False when it was left out. A failure is logged, and costs nothing but the wait."""
    try:
        if psutil.virtual_memory().available < ROOM:
            return False
        from linli.kernel.triage.queries import is_on
        from linli.kernel.triage.suggesting import warm_up

        return is_on() and warm_up()
    except Exception as fault:
        log.warning("not ready to suggest; whoever asks first will wait", fault=str(fault).strip())
        return False
    finally:
        connection.close()
