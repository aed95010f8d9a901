"""Taking a list away as a file: its pages one after the other, and the record of who took what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from linli.kernel.access import Actor
from linli.kernel.audit import append

AT_ONCE = 1000


class Page(Protocol):
    """What every list of this room is read in."""

    @property
    def rows(self) -> Sequence[dict[str, Any]]: ...

    @property
    def next_cursor(self) -> str | None: ...


def page_by_page(page: Callable[[str | None, int], Page], most: int) -> Iterator[dict[str, Any]]:
    """The rows of page after page, at most `most`. `page` is asked with where the one before it ended, and how many."""
    after: str | None = None
    left = most
    while left > 0:
        found = page(after, min(AT_ONCE, left))
        yield from found.rows
        left -= len(found.rows)
        after = found.next_cursor
        if after is None:
            return


def note(actor: Actor, at: datetime, **what: Any) -> None:
    """One audit record of what was asked and how many rows were taken."""
    append(
        by=actor, at=at, verb="matters.exported", stream=f"export:{actor.account_id}",
        place_code=actor.scope.strip("*"), after=what,
    )  # fmt: skip
