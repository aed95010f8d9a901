"""Finding matters by words: the bigrams of migrations/search.sql, and when to walk the queue instead.

Rare words give their matters straight from the index. Frequent ones ("小区") would give tens of thousands, but
then the first fifty are met soon by walking the queue in its order and looking at each text. So the index is
asked for a bounded number; whoever has more than that is frequent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

FREQUENT = 2000
_TEXT = "linli_plain(concat_ws(E'\\n', m.title, m.body, m.address))"


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` hold all candidates when the words are rare, None when they are frequent."""

    ids: list[UUID] | None


def look_up(words: list[str]) -> Found:
    """Candidates within the looker's scope; one query. A single character has no pair and is always frequent."""
    if not any(len(word) > 1 for word in words):
        return Found(None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT linli_search(%s, %s)", [words, FREQUENT + 1])
        ids: list[UUID] = cursor.fetchone()[0]
    return Found(None if len(ids) > FREQUENT else ids)


def conditions(words: list[str], found: Found) -> tuple[list[str], list[Any]]:
    """SQL conditions on `m` for every word: as it stands in title, text or address, or as the number."""
    sql: list[str] = []
    values: list[Any] = []
    if found.ids is not None:
        sql.append("m.id = ANY(%s)")
        values.append(found.ids)
    for word in words:
        sql.append(f"strpos({_TEXT}, linli_plain(%s)) > 0")
        values.append(word)
    return sql, values


def catch_up() -> int:
    """Take in the matters an import left for later (it had set `linli.search_later`); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT linli_search_catch_up()")
        taken: int = cursor.fetchone()[0]
    return taken
