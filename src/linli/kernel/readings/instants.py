"""Instants as numbers, as batches and machines reckon with them: since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at_us(us: int) -> datetime:
    """The instant so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=us)


def us(at: datetime | None) -> int:
    """Microseconds since 1970; 0 for none."""
    return 0 if at is None else (at - EPOCH) // timedelta(microseconds=1)


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return (at - EPOCH) // timedelta(milliseconds=1)
