"""What clients of a device said to each other, and what waits to be told it, goes when nobody agrees to the device any more."""

from __future__ import annotations

from datetime import datetime

from linli.kernel.things.models import Thing

from .models import Command, Kept, Session


def erase(thing: Thing, _at: datetime) -> dict[str, int]:
    """As `things.erasing` asks it."""
    counts = {
        "commands": Command.objects.filter(thing=thing.no).delete()[0],
        "sessions": Session.objects.filter(thing=thing.no).delete()[0],
        "kept": Kept.objects.filter(thing=thing.no).delete()[0],
    }
    return {what: n for what, n in counts.items() if n}
