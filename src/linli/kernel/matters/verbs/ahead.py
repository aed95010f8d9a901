"""Working ahead: make the next thing in a thread while the last is being used.

What is made must need no database: connections belong to the thread that opened them, and whoever waits for
PostgreSQL is who leaves the processor to this thread.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
PROMPT = 0.0005
"""Seconds after which a thread at work gives way, inside `prompt`; by itself Python lets others wait ten times that."""


@contextmanager
def prompt() -> Iterator[None]:
    """Inside, whoever has an answer of PostgreSQL goes on at once, so that it is not left idle at every statement."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(PROMPT)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


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
