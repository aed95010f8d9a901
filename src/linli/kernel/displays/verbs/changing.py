"""A display has another name, or a board hangs somewhere else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict

from ..models import Display, Kind
from .common import act, clean_name, clean_place, locked, record


def rename(*, by: Actor, at: datetime, display_id: UUID, name: str) -> Display:
    """Call it otherwise. By who looks after it, or whose television it is."""
    name = clean_name(name)
    with act():
        display = locked(display_id, by)
        before, display.name = display.name, name
        if before != name:
            display.save(update_fields=["name"])
            record(by, at, "rename", display, before={"name": before}, after={"name": name})
    return display


def move(*, by: Actor, at: datetime, display_id: UUID, place_code: str) -> Display:
    """A board hangs at another place: it shows what is public there. Needs `displays.change` at both.

    A television is where its person lives, and goes along (`moving`). Raises Conflict for one.
    """
    with act():
        display = locked(display_id, by)
        if display.kind != Kind.BOARD:
            raise Conflict(_("电视跟着绑定它的人走，不能另外移位。"))
        before, code = display.place_code, clean_place(by, place_code)
        if before != code:
            display.place_code = code
            display.version += 1
            display.save(update_fields=["place_code", "version"])
            record(by, at, "move", display, before={"place_code": before}, after={"place_code": code})
    return display
