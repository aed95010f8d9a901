"""Which display this is: known by its key, before anybody knows with whose eyes it looks."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, as_system, covers, require

from .. import codes
from ..models import Display, Kind, State


def by_key(kind: str, key: str) -> Display | None:
    """The waiting or enrolled screen with this key; None for one that was revoked or never was. One query."""
    if not key:
        return None
    with as_system():
        found = Display.objects.filter(kind=kind, key_print=codes.key_print(key)).exclude(state=State.REVOKED)
        return found.select_related("person").first()


def one(display_id: UUID, by: Actor) -> Display:
    """An enrolled board the actor looks after. Raises NotFound, NotAllowed."""
    require(by, "displays.change")
    display = Display.objects.filter(pk=display_id, kind=Kind.BOARD, state=State.ENROLLED).first()
    if display is None or not covers(by, display.place_code):
        raise NotFound(_("没有这块屏，或者它已经撤销。"))
    return display
