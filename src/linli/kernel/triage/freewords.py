"""What a report says in words of its own, and what only repeats the name of its category.

A table from elsewhere often has no column of free text: each of its rows says "Noise - Residential" once more. Such
words tell of no cause, however many say them. That people say the same in the same words does happen, but not to half
of what comes in by one door.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from linli.kernel.triage.saying import Told
from linli.kernel.triage.text import TITLE_LENGTH, normalise

FEWEST = 20
"""So many texts of a source must be known to tell what it is like."""
MOST = 0.5
"""A source has no free text when more than this share of its texts say nothing that not another one says as well."""


def lines(title: str, body: str) -> frozenset[str]:
    """What a text says, line by line and in normal form: tables are joined from columns, a line for each."""
    return frozenset(line for line in map(normalise, f"{title}\n{body}".splitlines()) if line)


def labels(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The lines that more than one of a source's texts (title, body) says, if nearly all it says are such; else none."""
    said = [lines(*text) for text in texts]
    times = Counter(line for one in said for line in one)
    repeated = frozenset(line for line, count in times.items() if count > 1)
    bare = sum(one <= repeated for one in said)
    return repeated if len(said) >= FEWEST and bare > MOST * len(said) else frozenset()


def in_own_words(told: Told, repeated: Collection[str]) -> Told | None:
    """The report without the lines that only repeat a label, one of its own in place of such a title; None when
    nothing is left."""
    if not repeated:
        return told
    own = [line for line in told.body.splitlines() if normalise(line) not in repeated and normalise(line)]
    if normalise(told.title) and normalise(told.title) not in repeated:
        return replace(told, body="\n".join(own))
    return replace(told, title=own[0][:TITLE_LENGTH], body="\n".join(own)) if own else None
