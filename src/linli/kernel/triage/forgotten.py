"""A follower: where the words of a matter were erased, topics that were made of them are erased too."""

from __future__ import annotations

from collections.abc import Sequence

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit.models import Record

from .models import TopicSheet

FORGETS = frozenset({"matters.forget_words", "matters.redact"})


def drop_sheets(records: Sequence[Record]) -> None:
    """Sheets over the place of such a matter go; whoever looks next has them computed again."""
    look_as(SYSTEM)
    scopes = {record.place_code[:length] for record in records for length in range(len(record.place_code) + 1)}
    TopicSheet.objects.filter(place_code__in=scopes).delete()
