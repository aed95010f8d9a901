"""撤销, of a television 解绑: the screen shows nothing any more, and asks for a code within seconds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import Actor

from ..models import Display, Kind, State
from .common import act, locked, record


def revoke(*, by: Actor, at: datetime, display_id: UUID) -> Display:
    """Take it back at once: by who looks after it, or whose television it is.

    Its live stream ends with the version it stood on, its key opens nothing, and a television names nobody any more.
    """
    with act():
        display = locked(display_id, by)
        let_go(display, by, at, why="")
    return display


def let_go(display: Display, by: Actor, at: datetime, *, why: str) -> None:
    """`why`: "" for somebody's own wish, "moved", "erased"."""
    person_id = display.person_id
    display.state, display.revoked_at = State.REVOKED, at
    display.person = display.household = None
    if display.kind == Kind.TV:
        display.name = ""  # "陈家的电视" names somebody
    display.version += 1
    display.save()
    record(by, at, "revoke", display, after={"why": why} if why else None, person_id=person_id)
