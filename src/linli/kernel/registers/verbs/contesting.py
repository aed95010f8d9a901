"""异议: the person a fact is about says that it is wrong; it is put right, or refused with reasons, and then looked at by
another person (PIPL arts 46 and 50)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotAllowed, NotFound, require
from linli.kernel.access import Conflict as Refused
from linli.kernel.declare import Source
from linli.kernel.people.models import Person
from linli.kernel.sealed import seal

from ..defined import elements as defined
from ..models import Contest, Entry, Fact, State
from ..subjects import Subject, found
from ..told import tell_answered
from ..values import Misfit, clean, print_of, says
from .common import CONTESTS, DECIDES, LIVE, act, put_in_force, record, require_at, text_of
from .deciding import choose
from .entering import fact_of

AGAIN_WITHIN = timedelta(days=60)
"""So long after a refusal one may ask for another person."""
FORM = "contest"
"""What the entry of a correction is called, where others name a form."""


def contest(*, by: Actor, at: datetime, fact_id: UUID, reason: str) -> Contest:
    """A fact about oneself, one's household or one's home is wrong. Until it is answered it is marked wherever it is shown.

    Needs `registers.contest`. Raises NotFound, Conflict (it is contested already), Invalid.
    """
    require(by, CONTESTS)
    why = text_of(reason, 500, "reason")
    with act():
        fact = Fact.objects.filter(pk=fact_id, state__in=LIVE).first()
        target = found(fact.about, fact.subject, at, held=True) if fact else None
        if fact is None or target is None or by.person_id not in target.person_ids:
            raise NotFound(_("没有这条记录，或者它已经更正。"))
        fact.refresh_from_db()
        if fact.contested:
            raise Refused(_("这一项已经有异议，正在等待答复。"), code="contested")
        row = Contest.objects.create(
            fact=fact, person=Person.objects.get(pk=by.person_id), place_code=target.place_code,
            reason_sealed=seal(why), opened_at=at,
        )  # fmt: skip
        _mark(fact, True)
        _record(by, at, "contest", target, row)
    return row


def ask_again(*, by: Actor, at: datetime, contest_id: UUID) -> Contest:
    """After a refusal: another person shall look at it. Within sixty days, once. Raises NotFound, Conflict."""
    require(by, CONTESTS)
    with act():
        row, target = _held(contest_id, at)
        if row.person_id != by.person_id:
            raise NotFound(_("没有这个异议。"))
        if row.state != Contest.State.REFUSED or row.answered_at is None:
            raise Refused(_("现在不能申请复核。"), code="state")
        if at > row.answered_at + AGAIN_WITHIN:
            raise Refused(_("答复已超过 60 天，请重新提出异议。"), code="late")
        if row.fact.state not in LIVE or row.fact.contested:
            raise Refused(_("这条记录已经变了，请看最新的内容。"), code="changed")
        row.state, row.again_at = Contest.State.AGAIN, at
        row.save(update_fields=["state", "again_at"])
        _mark(row.fact, True)
        _record(by, at, "ask_again", target, row)
    return row


def answer_contest(
    *, by: Actor, at: datetime, contest_id: UUID, corrected: bool, answer: str, value: object = None
) -> Contest:
    """Put right with `value`, which is in force from now on in every form and report; or refused. Either with reasons.

    After the person asked for another look it must be another who answers, and that is the end of it. Needs
    `registers.decide` at the place. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    require(by, DECIDES)
    words = text_of(answer, 500, "answer")
    with act():
        row, target = _held(contest_id, at)
        require_at(by, DECIDES, target)
        if row.state not in (Contest.State.OPEN, Contest.State.AGAIN):
            raise Refused(_("这个异议已经答复过了。"), code="state")
        again = row.state == Contest.State.AGAIN
        if again and by.account_id == row.answered_by_id:
            raise NotAllowed(_("复核要由另一位同事来做。"), code="same_person")
        if corrected:
            row.corrected_to = _correct(row, target, value, by, at, words)
        if again:
            row.reviewed_at, row.review, row.reviewed_by_id = at, words, by.account_id
            row.state = Contest.State.CORRECTED if corrected else Contest.State.UPHELD
        else:
            row.answered_at, row.answer, row.answered_by_id = at, words, by.account_id
            row.state = Contest.State.CORRECTED if corrected else Contest.State.REFUSED
        row.save()
        _mark(row.fact, False)
        _record(by, at, "answer_contest", target, row)
        tell_answered(row, by=by, at=at)
    return row


def _held(contest_id: UUID, at: datetime) -> tuple[Contest, Subject]:
    row = Contest.objects.select_related("fact").filter(pk=contest_id).first()
    if row is None:
        raise NotFound(_("没有这个异议。"))
    target = found(row.fact.about, row.fact.subject, at, held=True)
    row.refresh_from_db()
    row.fact.refresh_from_db()
    return row, target


def _correct(row: Contest, target: Subject, value: object, by: Actor, at: datetime, why: str) -> Fact:
    wrong = row.fact
    one = defined([wrong.element]).get(wrong.element)
    if one is None:
        raise Refused(_("这一项已经不再使用，不能更正。"), code="retired")
    try:
        right = clean(one.element, value, one.choices)
    except Misfit as misfit:
        raise Invalid(str(misfit), fields={"value": str(misfit)}) from None
    if right is None:
        sentence = _("请填写正确的内容。")
        raise Invalid(sentence, fields={"value": sentence})
    same = (
        bytes(wrong.print) == print_of(one.element, right)
        if wrong.print is not None
        else wrong.value is not None and says(one.element, wrong.value) == says(one.element, right)
    )
    if same:
        sentence = _("这和现在登记的一样。不更正的话，请选“不更正”并写明理由。")
        raise Invalid(sentence, fields={"value": sentence})
    entry = Entry.objects.create(
        form=FORM, version=1, about=target.about, subject=target.id, place_code=target.place_code,
        source=Source.CORRECTION, author_id=by.account_id, observed_at=at, recorded_at=at,
    )  # fmt: skip
    fact = fact_of(entry, target, one, right)
    fact.save(force_insert=True)
    Fact.objects.filter(pk=wrong.id).update(state=State.REJECTED)
    choose(fact, by, at, why)
    put_in_force(target, [wrong.element], at)
    return fact


def _mark(fact: Fact, contested: bool) -> None:
    Fact.objects.filter(pk=fact.id).update(contested=contested)
    fact.contested = contested


def _record(by: Actor, at: datetime, verb: str, target: Subject, row: Contest) -> None:
    after = {"elements": [row.fact.element], "contest": row.id, "state": row.state}
    record(by, at, verb, target, after=after)
