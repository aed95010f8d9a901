"""That secrets are in use: noted by whoever takes the connections, now and then, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction

from linli.kernel.access import as_system

from ..queries.registry import NOTE_USED


def note_used(used: Sequence[tuple[UUID, bytes, float]]) -> None:
    """Of each thing the SHA-256 of the secret it proved, and when (seconds since 1970). No record: it is no act."""
    if not used:
        return
    things, digests, instants = (list(column) for column in zip(*used, strict=True))
    with transaction.atomic(), as_system(), connection.cursor() as cursor:
        cursor.execute(NOTE_USED, [things, digests, instants])
