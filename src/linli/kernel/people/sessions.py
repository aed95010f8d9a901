"""Django's database session, kept in our own table so that its owner can see it and end it.

The engine named by `settings.SESSION_ENGINE`. What `door` writes into the session at sign-in (`device`,
`address`) becomes columns. A session is saved at least once a minute while it is used, so `expire_date`
moves along and its age is the idle time: 8 hours for staff, 30 days for residents.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from linli.kernel.access.prepared import ask

from .models import Account, Session

IDLE = {Account.Kind.STAFF: timedelta(hours=8), Account.Kind.RESIDENT: timedelta(days=30)}


_LOAD = "SELECT session_data FROM people_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """A row of `people_session` per session. Raises what Django's own store raises."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """Every request begins with this, so it asks for the one column it needs by a prepared statement."""
        rows = ask(_LOAD, [self.session_key, timezone.now()])
        if not rows:
            self._session_key = None
            return {}
        return self.decode(rows[0][0])

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.account_id = data.get(SESSION_KEY)
        row.device = data.get("device", "")
        row.address = data.get("address", "")
        since = data.get("signed_in_at")
        row.signed_in_at = datetime.fromtimestamp(since, UTC) if since else None
        row.last_seen_at = timezone.now()
        return row
