"""That a screen is there: noted, no act and no record. And what is past its time goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from linli.kernel.access import as_system

from ..models import Display, State

OFTEN = timedelta(seconds=20)
WAITS = timedelta(days=1)
REMEMBERED = timedelta(days=30)


def seen(*, at: datetime, display_id: UUID, page: str = "", sound: bool | None = None) -> None:
    """Note that an enrolled screen asked, with which version of its page, and whether it may sound."""
    with as_system():
        stale = Q(seen_at=None) | Q(seen_at__lte=at - OFTEN) | ~Q(page=page[:16]) | ~Q(sound=sound)
        Display.objects.filter(stale, pk=display_id, state=State.ENROLLED).update(
            seen_at=at, page=page[:16], sound=sound
        )


def tidy(*, at: datetime) -> int:
    """Screens nobody confirmed for a day, and those revoked a month ago, are forgotten. Returns how many."""
    with as_system():
        old = Q(state=State.WAITING, made_at__lt=at - WAITS) & (Q(code_until=None) | Q(code_until__lt=at))
        gone = Display.objects.filter(old | Q(state=State.REVOKED, revoked_at__lt=at - REMEMBERED))
        return gone.delete()[0]
