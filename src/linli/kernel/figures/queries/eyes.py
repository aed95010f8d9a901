"""The eyes with which what is kept is read: the system's, put on once for several questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from linli.kernel.access import as_system

_on: ContextVar[bool] = ContextVar("linli_figures_eyes", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Questions asked inside put the system's eyes on once. Nothing else may be asked inside: it would see all."""
    if _on.get():
        yield
        return
    token = _on.set(True)
    try:
        with as_system():
            yield
    finally:
        _on.reset(token)
