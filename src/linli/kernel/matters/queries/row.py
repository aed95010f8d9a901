"""The row of one matter, for pages: by a statement whose text is made once, not by every page anew."""

from __future__ import annotations

from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection

from ..models import Matter

_FIELDS = Matter._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
_QUERY = f"SELECT {', '.join(str(field.column) for field in _FIELDS)} FROM matters_matter WHERE id = %s"  # noqa: S608


def seen(matter_id: UUID) -> Matter | None:
    """The matter, when there is one and the eyes of this connection see it."""
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [matter_id])
        row = cursor.fetchone()
    return None if row is None else Matter.from_db(DEFAULT_DB_ALIAS, _NAMES, row)
