"""What the reporter does after reporting: rate, open again, take back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, Conflict, Invalid

from .. import legs
from ..models import Leg, Matter, State
from .core import Doing, act, fitting, needed
from .publishing import show_publicly

REOPEN_WITHIN = timedelta(days=30)
WORDS = 1000  # characters beside a rating


def rate(
    *, matter_id: UUID, by: Actor, at: datetime, stars: int, words: str = "", version: int | None = None
) -> Matter:
    """评价, one to five, once."""
    if not 1 <= stars <= 5:
        raise Invalid(_("请选择一到五颗星。"), fields={"stars": _("请选择。")})
    fitting(WORDS, words=words)
    with act("rate", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        matter.rating, matter.rating_words, matter.rated_at = stars, words.strip(), at
    return doing.matter


def reopen(*, matter_id: UUID, by: Actor, at: datetime, reason: str, version: int | None = None) -> Matter:
    """重新打开: the reporter within thirty days, staff at any time. It goes straight back to who led it.

    A new promise is made with the kind's time, counted from now; that it was reopened stays in the figures.
    """
    needed(reason=reason)
    with act("reopen", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        if by.role in REPORTERS and matter.ended_at and at > matter.ended_at + REOPEN_WITHIN:
            raise Conflict(_("办结已超过 30 天，不能再重新打开。如果问题又出现了，请重新上报。"), code="too_late")
        opened_again(doing)
        doing.note = reason.strip()
    return doing.matter


def opened_again(doing: Doing) -> None:
    """It goes straight back to who led it, with a new promise counted from now."""
    matter, at = doing.matter, doing.at
    numbers, calendar = doing.numbers, doing.calendar
    finish = calendar.due(at, numbers.finish)
    matter.state = State.ASSIGNED if matter.lead_unit_id else State.ACCEPTED
    matter.ended_at = matter.done_at = matter.verified_at = None
    matter.reopened_at, matter.reopened = at, matter.reopened + 1
    matter.answered_at = matter.accepted_at = matter.accepted_at or at
    matter.finish_due, matter.finish_span = finish.due, str(numbers.finish)
    matter.outcome = matter.reply = ""
    show_publicly(doing, words=matter.public_words, address=matter.public_address)
    matter.rating, matter.rating_words, matter.rated_at = None, "", None
    matter.assignments.filter(part="lead", given_back_at=None, replaced_at=None).update(
        finished_at=None, due_at=finish.due
    )
    legs.start(matter, Leg.FINISH, since=at, span=numbers.finish, due=finish.due)
    doing.says["arithmetic"] = {"finish": finish.as_json()}


def withdraw(*, matter_id: UUID, by: Actor, at: datetime, reason: str = "", version: int | None = None) -> Matter:
    """撤回 by the reporter, before anybody was sent."""
    fitting(reason=reason)
    with act("withdraw", matter_id, by=by, at=at, version=version) as doing:
        doing.matter.state = State.WITHDRAWN
        legs.stop(doing.matter, at=at)
        doing.note = reason.strip() or None
    return doing.matter
