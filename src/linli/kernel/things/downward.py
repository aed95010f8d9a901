"""The way down to a thing. Who brings the connections stands above this room, and says here how it is reached."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Road(Protocol):
    def send(self, *, thing: int, key: str, order: UUID, payload: bytes, at: datetime, until: datetime) -> bool:
        """Tell it now if it listens, else when it does, until then; in the caller's transaction. False: too much
        waits for it already. What becomes of it is written to the order (`models.Order`)."""

    def withdraw(self, *, thing: int, order: UUID) -> int:
        """Tell it no more; returns how many tellings were dropped."""


_road: list[Road] = []


def lay(road: Road) -> None:
    """By the room that brings the connections, when it is ready."""
    _road[:] = [road]


def road() -> Road | None:
    return _road[0] if _road else None
