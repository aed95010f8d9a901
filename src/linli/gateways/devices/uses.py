"""That a secret is in use, noted beside the work: over HTTP each request proves one, and people read it by the day."""

from __future__ import annotations

import hashlib
import threading
import time
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection

from linli.kernel.things.queries.registry import Known
from linli.kernel.things.verbs.using import note_used

log = structlog.get_logger(__name__)

EVERY = 60.0
"""Seconds: of one secret it is noted no more often than this."""
PAUSE = 2.0
"""Seconds between two writes."""
MOST = 1000
"""Secrets in one write."""


class Uses:
    """Heard by the requests, written by a thread of its own; what a process that ends had not written is lost, and noted
    with the next request of that device."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._noted: dict[bytes, float] = {}
        self._waiting: dict[bytes, tuple[UUID, float]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._some = threading.Event()

    def hear(self, known: Known, secret: bytes, at: float) -> None:
        """A device has proved itself with this secret (seconds since 1970). Asks no database."""
        digest = hashlib.sha256(secret).digest()
        with self._lock:
            if at - self._noted.get(digest, 0.0) < self._every:
                return
            self._noted[digest] = at
            self._waiting[digest] = known.id, at
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="uses", daemon=True)
                self._thread.start()
        self._some.set()

    def flush(self) -> int:
        """Write what waits; returns how many. What cannot be written now waits on."""
        with self._lock:
            some = {digest: self._waiting.pop(digest) for digest in list(self._waiting)[:MOST]}
        try:
            note_used([(thing, digest, at) for digest, (thing, at) in some.items()])
        except (DatabaseError, InterfaceError) as error:
            log.warning("devices: it cannot be noted yet which secrets are in use", error=str(error).strip())
            with self._lock:
                self._waiting = some | self._waiting
            connection.close()
            return 0
        return len(some)

    def _run(self) -> None:
        while True:
            self._some.wait()
            self._some.clear()
            while self._waiting and self.flush():
                pass
            connection.close()
            time.sleep(PAUSE)
            if self._waiting:
                self._some.set()
