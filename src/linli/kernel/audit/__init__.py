"""History, outbox and live feed in one append-only table."""

from .verbs import append

__all__ = ["append"]
