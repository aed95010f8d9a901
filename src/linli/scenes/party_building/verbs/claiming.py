"""Wishes are claimed by an organisation or a member, fulfilled with proof, or given back: also when the day has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, SYSTEM, Actor, Conflict, NotFound, Role, look_as, require
from linli.kernel.files import verbs as files

from ..models import Claim, Wish
from ..queries.own import own_member
from .common import act, day_of, own, refuse, text_of
from .wishing import CLAIMS, _at, record_wish

LONGEST = 60
CLAIMS_MOST = 5
"""Wishes one claims at once: what is taken on is fulfilled."""


def claim_wish(*, by: Actor, at: datetime, wish_id: UUID, due_on: date) -> Claim:
    """认领, until a day within two months: a secretary for their organisation, a member for themselves.

    Raises NotFound (nobody's wish, or who asks is no member), Invalid, Conflict (claimed, too many at once).
    """
    require(by, CLAIMS)
    if not day_of(at) <= due_on <= day_of(at) + timedelta(days=LONGEST):
        refuse("due_on", _("请选择两个月内的日期。"))
    with act():
        wish = Wish.objects.select_for_update().filter(pk=wish_id).first()
        if wish is None or wish.state in (Wish.State.ASKED, Wish.State.DECLINED, Wish.State.WITHDRAWN):
            raise NotFound(_("没有这个心愿。"))
        if wish.state != Wish.State.PUBLISHED:
            raise Conflict(_("这个心愿已经有人认领。"), code="claimed")
        whose = _whose(by)
        if Claim.objects.filter(**whose, given_back_at=None, done_at=None).count() >= CLAIMS_MOST:
            raise Conflict(_("已经认领了 %(n)d 个，请先实现它们。") % {"n": CLAIMS_MOST}, code="many")
        claim = Claim.objects.create(wish=wish, at=at, due_on=due_on, **whose)
        wish.state = Wish.State.CLAIMED
        wish.save(update_fields=["state"])
        _record(by, at, "claim", claim, after={"due_on": due_on})
    return claim


def give_back(*, by: Actor, at: datetime, wish_id: UUID, reason: str) -> Wish:
    """退回, by who claimed it, for a reason; everybody may claim it again. Raises NotFound, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        claim = _mine(wish_id, by, (Wish.State.CLAIMED,))
        _back(claim, by, at, why, "give_back")
    return claim.wish


def give_back_late(*, at: datetime, limit: int = 200) -> int:
    """Claims whose day has passed without proof go back, each in a transaction of its own. The worker calls it."""
    done = 0
    while done < limit and _late(at):
        done += 1
    return done


def _late(at: datetime) -> bool:
    with transaction.atomic():
        look_as(SYSTEM)
        claim = (
            Claim.objects.select_for_update(skip_locked=True, of=("self", "wish")).select_related("wish")
            .filter(due_on__lt=day_of(at), given_back_at=None, done_at=None).order_by("due_on").first()
        )  # fmt: skip
        if claim is None:
            return False
        _back(claim, SYSTEM, at, _("到期没有实现，自动退回。"), "give_back_late")
    return True


def fulfil(*, by: Actor, at: datetime, wish_id: UUID, words: str, files_: Sequence[UUID]) -> Wish:
    """实现, with words and at least one photo. It waits for the asker's thanks. Raises NotFound, Invalid, Conflict."""
    said, proofs = text_of(words, 300, "words"), list(files_)
    if not proofs:
        refuse("files", _("请上传至少一张照片。"))
    with act():
        claim = _mine(wish_id, by, (Wish.State.CLAIMED,))
        wish = claim.wish
        files.attach(
            by=by, at=at, file_ids=proofs, subject_type="wish", subject_id=wish.id, place_code=wish.place_code
        )
        claim.done_at, claim.words, claim.files = at, said, proofs
        claim.save(update_fields=["done_at", "words", "files"])
        wish.state = Wish.State.FULFILLED
        wish.save(update_fields=["state"])
        _record(by, at, "fulfil", claim)
    return wish


def not_fulfilled(*, by: Actor, at: datetime, wish_id: UUID, reason: str, due_on: date | None = None) -> Wish:
    """The asker, or the checker for them, says that it is not: it is with whoever claimed it again. Raises NotFound, Conflict."""
    why = text_of(reason, 200, "reason")
    with act():
        if by.role not in REPORTERS:
            wish = _at(wish_id, by, (Wish.State.FULFILLED,))
        else:
            found = (
                Wish.objects.select_for_update()
                .filter(pk=wish_id, asker__person=by.person_id, state="fulfilled")
                .first()
            )
            if found is None:
                raise NotFound(_("没有这个心愿。"))
            wish = found
        claim = Claim.objects.select_for_update().get(wish=wish, given_back_at=None)
        claim.done_at, claim.words, claim.files = None, "", []
        claim.due_on = max(claim.due_on, due_on or day_of(at) + timedelta(days=7))
        claim.save(update_fields=["done_at", "words", "files", "due_on"])
        wish.state = Wish.State.CLAIMED
        wish.save(update_fields=["state"])
        record_wish(by, at, "not_fulfilled", wish, wish.asker.person, own=by.role in REPORTERS, note=why)
    return wish


def _whose(by: Actor) -> dict[str, object]:
    if by.role is Role.BRANCH_SECRETARY:
        mine = own(by)
        if mine is None:
            raise NotFound(_("没有这个党组织，或者它不归您管。"))
        return {"organisation": mine}
    member = own_member(by)
    if member is None:
        raise NotFound(_("认领心愿的是党支部和党员；想帮忙的邻居可以参加志愿服务。"))
    return {"member": member}


def _mine(wish_id: UUID, by: Actor, states: Sequence[str]) -> Claim:
    require(by, CLAIMS)
    claim = (
        Claim.objects.select_for_update(of=("self", "wish")).select_related("wish", "organisation")
        .filter(wish=wish_id, given_back_at=None, **_whose(by)).first()
    )  # fmt: skip
    if claim is None:
        raise NotFound(_("这个心愿不是您认领的。"))
    if claim.wish.state not in states:
        given = {"state": Wish.State(claim.wish.state).label}
        raise Conflict(_("这个心愿现在是“%(state)s”，不能这样做。") % given, code="state")
    return claim


def _back(claim: Claim, by: Actor, at: datetime, why: str, verb: str) -> None:
    claim.given_back_at, claim.given_back_for = at, why
    claim.save(update_fields=["given_back_at", "given_back_for"])
    claim.wish.state = Wish.State.PUBLISHED
    claim.wish.save(update_fields=["state"])
    _record(by, at, verb, claim, note=why)


def _record(
    by: Actor,
    at: datetime,
    verb: str,
    claim: Claim,
    *,
    after: dict[str, object] | None = None,
    note: str | None = None,
) -> None:
    """An organisation is named; a member is not: that would say in the wish's history that they are one."""
    name = claim.organisation.name if claim.organisation else ""
    record_wish(
        by, at, verb, claim.wish, claim.wish.asker.person, own=claim.member_id is not None,
        after={**(after or {}), "by": name}, note=note,
    )  # fmt: skip
