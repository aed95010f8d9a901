"""公开: what anybody may read of a matter beside its kind, its place and how far it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict
from linli.kernel.people.queries import agrees

from ..models import Matter
from ..purposes import PUBLIC_WORDS
from .core import Doing, act, fitting

LONGEST, ADDRESS = 1000, 200


def publish(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    words: str = "",
    address: str = "",
    reply: str = "",
    version: int | None = None,
) -> Matter:
    """Approve what is shown: what it is about, where, what was answered. All empty takes it back.

    The reporter's words need the reporter's consent, where there is a reporter to give it. Raises Conflict for a
    matter that is not public.
    """
    fitting(LONGEST, words=words, reply=reply)
    fitting(ADDRESS, address=address)
    with act("publish", matter_id, by=by, at=at, version=version) as doing:
        words = words.strip()
        if words and doing.matter.reporter_id and not agrees(doing.matter.reporter_id, PUBLIC_WORDS):
            raise Conflict(
                _("上报人没有同意公开他写的话。可以只公开答复和地点，“公开的说明”请留空。"),
                code="consent",
                fields={"words": _("上报人没有同意，请留空。")},
            )
        show_publicly(doing, words=words, address=address.strip(), reply=reply.strip())
    return doing.matter


def show_publicly(doing: Doing, *, words: str = "", address: str = "", reply: str = "") -> None:
    """What is shown from now on; nothing at all when everything is empty."""
    matter = doing.matter
    matter.public_words, matter.public_address, matter.public_reply = words, address, reply
    matter.published_at = doing.at if words or address or reply else None
