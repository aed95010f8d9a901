"""Working ahead: make the next thing in a thread while the last is being used.

What is made must need no database: connections belong to the thread that opened them, and whoever waits for
PostgreSQL is who leaves the processor to this thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def ahead(made: Iterable[T]) -> Iterator[T]:
    """The same things in the same order, each made while the one before it is in use; errors come in their turn.

    The thread speaks the language and knows the time zone of whoever asked.
    """
    source = iter(made)

    def one_more() -> list[T]:
        return list(islice(source, 1))

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as maker:
        coming = maker.submit(copy_context().run, one_more)
        while thing := coming.result():
            coming = maker.submit(copy_context().run, one_more)
            yield thing[0]
