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

from .models import Account, Session

IDLE = {Account.Kind.STAFF: timedelta(hours=8), Account.Kind.RESIDENT: timedelta(days=30)}


class SessionStore(DatabaseStore):
    """A row of `people_session` per session. Raises what Django's own store raises."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.account_id = data.get(SESSION_KEY)
        row.device = data.get("device", "")
        row.address = data.get("address", "")
        since = data.get("signed_in_at")
        row.signed_in_at = datetime.fromtimestamp(since, UTC) if since else None
        row.last_seen_at = timezone.now()
        return row
