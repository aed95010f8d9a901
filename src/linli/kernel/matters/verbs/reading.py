"""A matter from the JSON that PostgreSQL writes of its row, for a statement that is written and planned once.

Django would write and PostgreSQL plan it anew for every verb, which takes longer than finding the row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, models

from ..models import Matter


def matter_of(row: bytes) -> Matter:
    """The matter whose row is given, as `row_to_json` writes it in a session that counts in UTC."""
    told = orjson.loads(row)
    return Matter.from_db(DEFAULT_DB_ALIAS, _NAMES, [_read(told[column], reader) for column, reader in _COLUMNS])


def _read(value: Any, reader: Callable[[Any], Any] | None) -> Any:
    return value if reader is None or value is None else reader(value)


def _reader(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a value of a field is read from JSON; None where JSON has it as it is."""
    if isinstance(field, models.ForeignKey):
        return _reader(field.target_field)
    if isinstance(field, ArrayField):
        of_each = _reader(field.base_field)
        return None if of_each is None else lambda values: [of_each(value) for value in values]
    return next((read for kind, read in _READERS.items() if isinstance(field, kind)), None)


_READERS: dict[type[models.Field[Any, Any]], Callable[[Any], Any]] = {
    models.UUIDField: UUID,
    models.DateTimeField: datetime.fromisoformat,
    models.FloatField: float,
    models.BinaryField: lambda written: bytes.fromhex(written[2:]),
}
_NAMES = [field.attname for field in Matter._meta.concrete_fields]
_COLUMNS = [(field.column, _reader(field)) for field in Matter._meta.concrete_fields]
