"""Django's database session, kept in our own table so that its owner can see it and end it.

The engine named by `settings.SESSION_ENGINE`. What `door` writes into the session at sign-in (`device`,
`address`) becomes columns. A session is saved at least once a minute while it is used, so `expire_date`
moves along and its age is the idle time: 8 hours for staff, 30 days for residents.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core import signing
from django.utils import timezone

from linli.kernel.access.door import eyes_of, put_on
from linli.kernel.access.prepared import ask

from .models import Account, Session
from .remembered import from_json

IDLE = {Account.Kind.STAFF: timedelta(hours=8), Account.Kind.RESIDENT: timedelta(days=30)}


_LOAD = "SELECT session_data FROM people_session WHERE session_key = %s AND expire_date > %s"
_LOAD_AND_LOOK = _LOAD.replace(" FROM", f", {put_on('eyes')} FROM")


class _AsSigned(signing.JSONSerializer):
    """Leaves what was signed as it is."""

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(maxsize=1024)
def _signed_part(written: str, salt: str) -> bytes:
    """What the signature vouches for, looked into once: the same session comes with request after request."""
    part: bytes = signing.loads(written, salt=salt, serializer=_AsSigned)
    return part


class SessionStore(DatabaseStore):
    """A row of `people_session` per session. Raises what Django's own store raises.

    `eyes`: those `load_and_look` put on; None when it did not.
    """

    eyes: tuple[str, ...] | None = None

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = self.serializer().loads(_signed_part(str(session_data), self.key_salt))
            return kept
        except Exception:
            return super().decode(session_data)  # which knows what is to be said of it

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        written = self._read(_LOAD)
        return self.decode(written[0]) if written else {}

    def load_and_look(self) -> None:
        """Read the session and put on the eyes of the actor it remembers, in one statement: every request begins
        with it. Whether they are still the right ones is for the caller to see, by `eyes`."""
        if self.session_key is None:
            return
        written, *eyes = self._read(_LOAD_AND_LOOK) or [""]
        self.eyes = tuple(eyes) or None
        self._session_cache = self.decode(written) if written else {}

    def _read(self, query: str) -> list[str]:
        rows = ask(query, [self.session_key, timezone.now()])
        if not rows:
            self._session_key = None
            return []
        return [(value or b"").decode() for value in rows[0]]

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.account_id = data.get(SESSION_KEY)
        row.device = data.get("device", "")
        row.address = data.get("address", "")
        since = data.get("signed_in_at")
        row.signed_in_at = datetime.fromtimestamp(since, UTC) if since else None
        row.last_seen_at = timezone.now()
        row.eyes = list(eyes_of(from_json(data["actor"]))) if "actor" in data else None
        return row
