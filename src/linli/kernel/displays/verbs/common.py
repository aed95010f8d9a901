"""What the verbs of this room share: finding the display that is meant, checking what was typed, one record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, NotAllowed, NotFound, covers, holds, require
from linli.kernel.access import act as act
from linli.kernel.people.verbs.common import INVISIBLE
from linli.kernel.places import queries as places

from ..models import Display, Kind, State

NAME_LENGTH = 64


def clean_name(text: str, field: str = "name") -> str:
    """What a screen is called: one line of 1 to 64 characters. Raises Invalid."""
    name = " ".join(INVISIBLE.sub(" ", text).split())
    if not name:
        raise Invalid(_("请给屏起个名字。"), fields={field: _("请给屏起个名字。")})
    if len(name) > NAME_LENGTH:
        sentence = _("名称最多 %(n)s 个字。") % {"n": NAME_LENGTH}
        raise Invalid(sentence, fields={field: sentence})
    return name


def clean_place(by: Actor, code: str, field: str = "place_code") -> str:
    """Where a board hangs: a street or a smaller place of today, within the actor's scope. Raises Invalid, NotAllowed."""
    standing = places.now_called(code.strip())
    if standing is None:
        raise Invalid(_("没有这个地点。"), fields={field: _("没有这个地点。")})
    if len(standing) < 9:
        sentence = _("地点太大：至少要说明是哪个街镇。")
        raise Invalid(sentence, fields={field: sentence})
    require(by, "displays.change", standing)
    return standing


def locked(display_id: UUID, by: Actor) -> Display:
    """An enrolled display, held: one the actor looks after at its place, or their own television.

    Raises NotFound, in the same words, whether there is none or it is not theirs; NotAllowed without permission.
    """
    display = Display.objects.select_for_update().filter(pk=display_id, state=State.ENROLLED).first()
    if display is None or not (_own(display, by) or _looked_after(display, by)):
        raise NotFound(_("没有这块屏，或者它已经撤销。"))
    if not holds(by, "displays.bind" if _own(display, by) else "displays.change"):
        raise NotAllowed(_("您现在的岗位没有做这件事的权限。"), code="role")
    return display


def _own(display: Display, by: Actor) -> bool:
    return by.person_id is not None and display.person_id == by.person_id


def _looked_after(display: Display, by: Actor) -> bool:
    """Whoever looks after a television in a home also looks after people there: it says whose it is."""
    if display.kind == Kind.TV and not holds(by, "people.read"):
        return False
    return covers(by, display.place_code)


def record(
    by: Actor,
    at: datetime,
    verb: str,
    display: Display,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    person_id: UUID | None = None,
) -> None:
    """One record in the display's own history; of a television its person may read it too."""
    person = person_id or display.person_id
    audit.append(
        by=by,
        at=at,
        verb=f"displays.{verb}",
        stream=display.stream,
        place_code=display.place_code,
        person_ids=[person] if person else [],
        before=before,
        after=after,
    )
