"""What certified minutes become: points on the card, and time saved in the time bank. Only kernel/points keeps books."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from linli.kernel.access import SYSTEM, Conflict
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Owner, Transfer
from linli.kernel.points.verbs.opening import book_account

from ..kinds import KINDS
from ..models import SignUp
from ..points import SAVED, SAVING, SERVED


def credit(sign_up: SignUp, minutes: int, *, at: datetime, key: str) -> None:
    """Minutes of a sign-up that stand by now, once for each `key`. What was served by a group counts for its leader on the
    card, and is given to the community in the time bank. Within a verb that has asked who may do it."""
    if minutes < 1:
        return
    saves = sign_up.shift.activity.kind in KINDS and KINDS[sign_up.shift.activity.kind].saves
    awards = [_award(sign_up, SERVED.name, minutes, key)]
    if saves and sign_up.heads == 1:
        awards.append(_award(sign_up, SAVING.name, minutes, key))
    when = min(sign_up.shift.ends_at, at)
    try:
        given = points.award_each(by=SYSTEM, at=at, awards=[replace(one, event_at=when) for one in awards])
    except Conflict as refused:
        if (
            refused.code != "closed"
        ):  # the month it was served in has been closed: it counts on the day it is certified
            raise
        given = points.award_each(by=SYSTEM, at=at, awards=[replace(one, event_at=at) for one in awards])
    if saves:
        _donate(sign_up, minutes, given, at=at, key=key)


def _donate(sign_up: SignUp, minutes: int, given: list[Transfer], *, at: datetime, key: str) -> None:
    """What a person may not save above the highest balance, and all a group served, goes to the community's fund."""
    saved = next((one for one in given if one.ledger == SAVED.name), None)
    if sign_up.heads > 1:
        excess = minutes * sign_up.heads
    elif saved is not None and saved.why_less == "highest":
        excess = saved.asked - (saved.amount if saved.state == "posted" else 0)
    else:
        return
    if excess < 1:
        return
    place = sign_up.place_code
    fund = points.open_account(by=SYSTEM, at=at, ledger=SAVED.name, place_code=place)
    issue = book_account(SAVED, fund.book, Owner.ISSUE, at)
    points.transfer(
        by=SYSTEM, at=at, key=f"donated:{sign_up.id}:{key}", source_id=issue.id, target_id=fund.id,
        amount=min(excess, SAVED.single), kind="grant", evidence=[points.Evidence("sign-up", str(sign_up.id))],
    )  # fmt: skip


def _award(sign_up: SignUp, rule: str, minutes: int, key: str) -> points.Award:
    return points.Award(
        key=f"{rule}:{sign_up.id}:{key}", rule=rule, person_id=sign_up.person_id, place_code=sign_up.place_code,
        quantity=minutes, evidence=[points.Evidence("sign-up", str(sign_up.id), sign_up.shift.activity.title[:80])],
    )  # fmt: skip
