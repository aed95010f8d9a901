"""Who knocked and was not known: becomes a thing, or is sent away. Intake notes them; people decide."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, require

from ..models import Stranger, Thing
from . import common
from .registering import Registered, register


def claim_stranger(
    *, by: Actor, at: datetime, stranger_id: UUID, model: str, place_code: str, name: str = "", spot: str = ""
) -> Registered:
    """It is ours: a thing of this model at this place, with a new secret that it must be given. Needs `things.change`.

    Raises NotFound, Conflict (settled meanwhile; or its key is a thing's, whose secret was wrong), Invalid by field.
    """
    require(by, "things.change")
    with common.act():
        stranger = _waiting(stranger_id)
        if Thing.objects.filter(key=stranger.key).exists():
            raise Conflict(_("已经有这个编号的设备：它的密钥不对，请为它更换密钥。"), code="known")
        return register(by=by, at=at, key=stranger.key, model=model, place_code=place_code, name=name, spot=spot)


def dismiss_stranger(*, by: Actor, at: datetime, stranger_id: UUID, reason: str = "") -> Stranger:
    """It is none of ours. Knocks it again, it is noted again. Needs `things.change`. Raises NotFound, Conflict."""
    require(by, "things.change")
    note = common.one_line(reason, common.NOTE_LENGTH, "reason")
    with common.act():
        stranger = _waiting(stranger_id)
        stranger.settled_at = at
        stranger.save(update_fields=["settled_at"])
        audit.append(
            by=by,
            at=at,
            verb="things.dismiss_stranger",
            stream=f"stranger:{stranger.id}",
            place_code=by.scope if by.scope != "*" else "",
            after={"key": stranger.key, "why": stranger.why},
            note=note or None,
        )
    return stranger


def _waiting(stranger_id: UUID) -> Stranger:
    stranger = Stranger.objects.select_for_update().filter(pk=stranger_id).first()
    if stranger is None:
        raise NotFound(_("没有这条记录。"))
    if stranger.settled_at is not None:
        raise Conflict(_("已经有人处理过了。"), code="settled")
    return stranger
