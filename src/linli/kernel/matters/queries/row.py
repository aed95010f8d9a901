"""The row of one matter: by a statement that is written and planned once, not by every page and every verb anew."""

from __future__ import annotations

from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from linli.kernel.access.prepared import read

from ..models import Matter

_FIELDS = Matter._meta.concrete_fields
_NAMES = [field.attname for field in _FIELDS]
_QUERY = f"SELECT {', '.join(str(field.column) for field in _FIELDS)} FROM matters_matter WHERE id = %s"  # noqa: S608


def seen(matter_id: UUID) -> Matter | None:
    """The matter, when there is one and the eyes of this connection see it."""
    return _one(_QUERY, matter_id)


def locked(matter_id: UUID) -> Matter | None:
    """The same, and nobody else changes it until this transaction ends."""
    return _one(f"{_QUERY} FOR UPDATE", matter_id)


def _one(query: str, matter_id: UUID) -> Matter | None:
    rows = read(query, [matter_id])
    return Matter.from_db(DEFAULT_DB_ALIAS, _NAMES, rows[0]) if rows else None
