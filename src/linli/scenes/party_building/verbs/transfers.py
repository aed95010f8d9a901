"""组织关系转接: opened by one branch, received by the other or sent back. Nobody is ever in two, nor in none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, NotFound, look_as, require

from .. import cards, rules
from ..models import Kind, Member, Organisation, Transfer
from ..told import tell_letter
from .common import CHANGES, act, day_of, member_of, over, record_member, refuse, text_of


def open_transfer(
    *, by: Actor, at: datetime, member_id: UUID, why: str, to_branch_id: UUID | None = None, to_outside: str = "",
    days: int = rules.LETTER_USUAL,
) -> Transfer:  # fmt: skip
    """A letter to another branch, or to an organisation that is not here. The member stays until it is received.

    Needs `party.change` over the branch they are in. Raises Invalid by field, Conflict (a letter is open).
    """
    reason = text_of(why, 200, "why")
    outside = text_of(to_outside, 120, "to_outside", needed=False)
    if not 1 <= days <= rules.LETTER_LONGEST:
        refuse("days", _("介绍信有效期最长 %(n)s 天。") % {"n": rules.LETTER_LONGEST})
    with act():
        member = member_of(member_id, by, CHANGES)
        to = Organisation.objects.filter(pk=to_branch_id, kind=Kind.BRANCH, dissolved_on=None).first()
        if (to is None) == (not outside):
            refuse("to_branch_id", _("请选择一个接收的支部，或者写明系统外的党组织。"))
        if to is not None and to.id == member.branch_id:
            refuse("to_branch_id", _("已经在这个支部。"))
        if member.transfers.filter(state="open").exists():
            raise Conflict(_("已经有一封没有回执的介绍信。"), code="open")
        day = day_of(at)
        letter = Transfer.objects.create(
            member=member, number=_number(day), from_branch=member.branch, to_branch=to, to_outside=outside, why=reason,
            opened_on=day, opened_by_id=by.account_id, valid_until=day + timedelta(days=days),
        )  # fmt: skip
        _record(by, at, "open_transfer", letter, note=reason)
    return letter


def receive(*, by: Actor, at: datetime, transfer_id: UUID) -> Transfer:
    """接收: from this day the member is in the other branch. A letter to outside is ended by its returned slip, by the branch
    that wrote it; the member is then gone from here. Raises NotFound, Conflict (decided, expired)."""
    with act():
        letter = _held(transfer_id, by, receiver=True)
        member, day = letter.member, day_of(at)
        if day > letter.valid_until:
            raise Conflict(
                _("介绍信已于 %(day)s 过期，请原支部重开。") % {"day": letter.valid_until.isoformat()},
                code="expired",
            )
        _decide(letter, by, day, Transfer.State.RECEIVED)
        if letter.to_branch is None:
            member.gone, member.gone_on = Member.Gone.MOVED, day
            member.save(update_fields=["gone", "gone_on"])
        else:
            member.branch, member.branch_since, member.group = letter.to_branch, day, None
            member.save(update_fields=["branch", "branch_since", "group"])
        _record(by, at, "receive_transfer", letter)
    return letter


def send_back(*, by: Actor, at: datetime, transfer_id: UUID, reason: str) -> Transfer:
    """退回, for a reason: the member stays where they are. Raises NotFound, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        letter = _held(transfer_id, by, receiver=True)
        _decide(letter, by, day_of(at), Transfer.State.SENT_BACK, why)
        _record(by, at, "send_back_transfer", letter, note=why)
    return letter


def take_back(*, by: Actor, at: datetime, transfer_id: UUID, reason: str) -> Transfer:
    """撤回, by the branch that wrote it, before it is received. Raises NotFound, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        letter = _held(transfer_id, by, receiver=False)
        _decide(letter, by, day_of(at), Transfer.State.TAKEN_BACK, why)
        _record(by, at, "take_back_transfer", letter, note=why)
    return letter


def expire_letters(*, at: datetime, limit: int = 200) -> int:
    """Letters that nobody received in time, each in a transaction of its own. The worker calls it; returns how many."""
    done = 0
    while done < limit and _expire(at):
        done += 1
    return done


def _expire(at: datetime) -> bool:
    with transaction.atomic():
        look_as(SYSTEM)
        rows = Transfer.objects.select_for_update(skip_locked=True, of=("self",))
        letter = (
            rows.select_related("member", "from_branch", "to_branch")
            .filter(state="open", valid_until__lt=day_of(at)).order_by("valid_until").first()
        )  # fmt: skip
        if letter is None:
            return False
        _decide(letter, SYSTEM, day_of(at), Transfer.State.EXPIRED)
        _record(SYSTEM, at, "expire_transfer", letter)
    return True


def _held(transfer_id: UUID, by: Actor, *, receiver: bool) -> Transfer:
    """An open letter, held, with its member: for who receives it or who wrote it."""
    require(by, CHANGES)
    letter = (
        Transfer.objects.select_for_update(of=("self", "member"))
        .select_related("member", "from_branch", "to_branch").filter(pk=transfer_id).first()
    )  # fmt: skip
    side = (
        (letter.to_branch or letter.from_branch) if letter and receiver else letter.from_branch if letter else None
    )
    if letter is None or side is None or not over(by, side):
        raise NotFound(_("没有这封介绍信，或者不是给您的支部的。"))
    if letter.state != Transfer.State.OPEN:
        raise Conflict(
            _("这封介绍信%(state)s，不能再办。") % {"state": Transfer.State(letter.state).label}, code="state"
        )
    return letter


def _decide(letter: Transfer, by: Actor, day: date, state: str, why: str = "") -> None:
    letter.state, letter.decided_on, letter.decided_by_id, letter.decision = state, day, by.account_id, why
    letter.save(update_fields=["state", "decided_on", "decided_by", "decision"])


def _record(by: Actor, at: datetime, verb: str, letter: Transfer, note: str | None = None) -> None:
    """In the member's own history. Who works at either branch sees the letter itself."""
    to = letter.to_branch.name if letter.to_branch else letter.to_outside
    after = {"number": letter.number, "from": letter.from_branch.name, "to": to, "until": letter.valid_until}
    person = cards.of(letter.member).person_id
    record_member(by, at, verb, letter.member, person, after=after, note=note)
    tell_letter(letter, person, note or "", by=by, at=at)


def _number(day: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('party_letter')")
        return f"{day:%Y}-{int(cursor.fetchone()[0]):06d}"
