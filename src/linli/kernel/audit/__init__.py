"""History, outbox and live feed in one append-only table."""

from .verbs import Entry, append, append_each

__all__ = ["Entry", "append", "append_each"]
