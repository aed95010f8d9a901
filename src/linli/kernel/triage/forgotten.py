"""A follower: where the words of a matter were erased, topics that were made of them are erased too."""

from __future__ import annotations

from collections.abc import Sequence

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.audit.models import Record

from .models import TopicSheet


def drop_sheets(records: Sequence[Record]) -> None:
    """Sheets over the place of such a matter go; whoever looks next has them computed again."""
    places = {record.place_code for record in records if record.verb == "matters.forget_words"}
    if places:
        look_as(SYSTEM)
        scopes = {code[:length] for code in places for length in range(len(code) + 1)}
        TopicSheet.objects.filter(place_code__in=scopes).delete()
