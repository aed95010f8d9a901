"""Which things may hold some words in their name, spot or key: by an index over pairs of characters (migrations/words.sql)."""

from __future__ import annotations

from linli.kernel.access.prepared import read

MOST = 2_000
"""With more of them the words narrow nothing: a page of them is found by reading on."""


def said(words: str) -> list[int] | None:
    """Numbers of all things that hold every pair of neighbouring characters of the words, wherever they are: whoever asks
    looks at them with their own eyes, and whether they hold the words themselves. None: too many, or less than a pair."""
    ((found,),) = read("SELECT things_said(%s::text, %s::int)", [words.replace("\0", ""), MOST])
    return None if found is None else [int(no) for no in found]
