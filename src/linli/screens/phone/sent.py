"""What the outbox of a phone says of what it sends: which it is, and when it was written (outbox.js)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest


def key_of(request: HttpRequest) -> UUID | None:
    """The key of what was written: the same when it is sent again. None for a plain form."""
    return uuid_of(request.POST.get("key"))


def written_at(request: HttpRequest) -> datetime | None:
    """When it was written by the phone's clock (milliseconds since 1970); None for a plain form, or no number."""
    text = request.POST.get("made", "")
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() and len(text) < 15 else None


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
