"""The registry of leaves: what the scenes have to say on a board. Declared in `scenes/<scene>/board.py`, as `LEAVES`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import structlog
from django.db import transaction
from django.utils.functional import Promise

from linli.kernel.catalogue.modules import modules_of_scenes

from .page import Leaf, Row

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A leaf with what it says now."""

    name: str
    title: str | Promise
    said: str | Promise
    rows: Sequence[Row]


@cache
def declared() -> tuple[Leaf, ...]:
    """The leaves of every scene of this installation, in the order of the scenes."""
    return tuple(leaf for module in modules_of_scenes("board") for leaf in getattr(module, "LEAVES", ()))


def told(code: str, *, at: datetime) -> list[Told]:
    """Those that have something to say at a place. One that fails is left out and takes nothing else with it."""
    return list(_told(code, at))


def _told(code: str, at: datetime) -> Iterator[Told]:
    for leaf in declared():
        try:
            with transaction.atomic():
                rows = leaf.rows(code, at)
        except Exception:
            log.exception("a leaf could not be asked", leaf=leaf.name)
            continue
        if rows:
            yield Told(leaf.name, leaf.title, leaf.said, rows)
