"""Ids that are unique in every city from the first day, and sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562, 5.7)."""
    return _uuid7()
