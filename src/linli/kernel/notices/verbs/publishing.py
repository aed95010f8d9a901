"""A notice on its way to everybody, and back: submitted, approved, published, lifted, withdrawn, over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, look_as

from ..models import Level, Notice, State, Version, VersionState
from .core import Doing, act, refuse, watched, whoever
from .standing import stand, tell
from .writing import USUAL, WHY

LIFTED_SHOWN = timedelta(hours=2)
"""How long screens say that an emergency was lifted."""


def submit(*, notice_id: UUID, by: Actor, at: datetime, changes: int | None = None) -> Notice:
    """For a second person to look at."""
    with act("submit", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        notice.state = State.SUBMITTED
        notice.submitted_by_id, notice.submitted_at = whoever(by), at
        notice.decided_by_id = notice.decided_at = None
        notice.returned_why = ""
        _in_time(notice, at)
    return doing.notice


def approve(*, notice_id: UUID, by: Actor, at: datetime, changes: int | None = None) -> Notice:
    """The second person agrees: it is published now, or when its time has come."""
    with act("approve", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        notice.decided_by_id, notice.decided_at = whoever(by), at
        _in_time(notice, at)
        if notice.starts_at is not None and notice.starts_at > at:
            notice.state, notice.next_tick_at = State.APPROVED, notice.starts_at
        else:
            _publish(doing, at)
    return doing.notice


def give_back(*, notice_id: UUID, by: Actor, at: datetime, why: str, changes: int | None = None) -> Notice:
    """The second person does not agree, and says why."""
    why = _words(why, "why", _("请写明为什么退回。"))
    with act("give_back", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        notice.state, notice.returned_why = State.RETURNED, why
        notice.decided_by_id, notice.decided_at = whoever(by), at
    return doing.notice


def publish(*, notice_id: UUID, by: Actor, at: datetime, changes: int | None = None) -> Notice:
    """Without a second person: a plain one, or an emergency, at which a second looks afterwards (`review`). Also one
    that was approved for later, now."""
    with act("publish", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        approved = notice.state == State.APPROVED
        if notice.level == Level.EMERGENCY and not approved:
            notice.at_once = True
        if not approved:
            notice.decided_by_id = notice.decided_at = None
        _in_time(notice, at)
        if not approved and notice.starts_at is not None and notice.starts_at > at and not notice.at_once:
            notice.state, notice.next_tick_at = State.APPROVED, notice.starts_at
        else:
            _publish(doing, at)
    return doing.notice


def review(*, notice_id: UUID, by: Actor, at: datetime, words: str, changes: int | None = None) -> Notice:
    """A second person looks at an emergency that was published at once, and says what they found."""
    words = _words(words, "words", _("请写下复核意见。"))
    with act("review", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        notice.reviewed_by_id, notice.reviewed_at, notice.review_words = whoever(by), at, words
    return doing.notice


def approve_correction(*, notice_id: UUID, by: Actor, at: datetime, changes: int | None = None) -> Version:
    """The second person agrees to a correction: from now on everybody reads it."""
    account = whoever(by)
    with act("approve_correction", notice_id, by=by, at=at, changes=changes) as doing:
        version = _waiting(doing, account)
        version.approved_by_id = account
        stand(doing.notice, version, at=at, event="corrected")
        doing.says = {"number": version.number}
    return version


def refuse_correction(*, notice_id: UUID, by: Actor, at: datetime, why: str, changes: int | None = None) -> Version:
    """The second person does not agree to a correction: the old version stays."""
    why = _words(why, "why", _("请写明为什么不同意。"))
    account = whoever(by)
    with act("refuse_correction", notice_id, by=by, at=at, changes=changes) as doing:
        version = _waiting(doing, account)
        version.state = VersionState.REFUSED
        version.save()
        doing.says, doing.note = {"number": version.number}, why
    return version


def lift(*, notice_id: UUID, by: Actor, at: datetime, words: str, changes: int | None = None) -> Notice:
    """解除: the danger is over. Screens say so for a while, and whoever was told is told."""
    words = _words(words, "words", _("请写明为什么可以解除。"))
    with act("lift", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        notice.state, notice.end_words = State.LIFTED, words
        notice.ended_by_id, notice.ended_at = whoever(by), at
        notice.next_tick_at = at + LIFTED_SHOWN
        _drop_pending(doing)
        tell(notice, at, "lifted")
    return doing.notice


def withdraw(*, notice_id: UUID, by: Actor, at: datetime, why: str = "", changes: int | None = None) -> Notice:
    """From every screen at once. One that was published says why; a draft is simply put away."""
    why = why.strip()
    with act("withdraw", notice_id, by=by, at=at, changes=changes) as doing:
        notice = doing.notice
        if notice.standing:
            notice.end_words = _words(why, "why", _("请写明为什么撤下，看到过的人会看到。"))
        if notice.state != State.LIFTED:
            notice.ended_by_id, notice.ended_at = whoever(by), at
        notice.state, notice.next_tick_at = State.WITHDRAWN, None
        _drop_pending(doing)
    return doing.notice


def tick_due(*, at: datetime, limit: int = 100) -> int:
    """Publish what was approved for now and end what is over; the worker calls it. Returns how many. Any number of
    workers may: each row is taken by one, in a transaction of its own."""
    done = 0
    while done < limit and _tick(at):
        done += 1
    return done


def _tick(at: datetime) -> bool:
    with transaction.atomic():
        look_as(SYSTEM)
        notice = (
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(next_tick_at__lte=at)
            .order_by("next_tick_at")
            .first()
        )
        if notice is None:
            return False
        # When it was due, not when the worker came to it: a worker that was away shortens no notice.
        if notice.state == State.APPROVED and (notice.ends_at is None or notice.ends_at > at):
            doing = Doing("publish", notice, SYSTEM, at, watched(notice))
            _publish(doing, at)
        else:
            doing = Doing("expire", notice, SYSTEM, at, watched(notice))
            _expire(doing, at)
        doing.finish()
    return True


def _publish(doing: Doing, at: datetime) -> None:
    notice, version = doing.notice, doing.pending()
    if version is None:
        raise refuse(title=_("没有可以发布的内容。"))
    notice.state, notice.published_at = State.PUBLISHED, at
    notice.published_by_id = doing.by.account_id or notice.decided_by_id or notice.written_by_id
    if notice.decided_by_id != version.by_id:
        version.approved_by_id = notice.decided_by_id
    if notice.ends_at is None and notice.level != Level.EMERGENCY:
        notice.ends_at = at + USUAL
    notice.next_tick_at = notice.ends_at
    stand(notice, version, at=at, event="published")


def _expire(doing: Doing, at: datetime) -> None:
    notice = doing.notice
    if not notice.standing:  # its time passed while it waited: nobody ever read it
        notice.state, notice.end_words = State.WITHDRAWN, "没有发布就过了时间"
    else:
        notice.state = State.EXPIRED
    notice.ended_at = notice.ended_at or at
    notice.next_tick_at = None
    _drop_pending(doing)


def _waiting(doing: Doing, account: UUID) -> Version:
    version = doing.pending()
    if version is None:
        raise refuse(title=_("没有等着审核的更正。"))
    if version.by_id == account:
        raise refuse(title=_("自己写的更正，要由另一个人审核。"))
    return version


def _drop_pending(doing: Doing) -> None:
    if doing.notice.standing:
        doing.notice.versions.filter(state=VersionState.PENDING).update(state=VersionState.REFUSED)


def _in_time(notice: Notice, at: datetime) -> None:
    if notice.ends_at is not None and notice.ends_at <= at:
        raise refuse(ends_at=_("结束时间已经过了，请先修改。"))


def _words(text: str, field: str, sentence: str) -> str:
    text = text.strip()
    if not text:
        raise refuse(**{field: sentence})
    if len(text) > WHY:
        raise refuse(**{field: _("太长了：最多 %(most)d 字，现在有 %(n)d 字。") % {"most": WHY, "n": len(text)}})
    return text
