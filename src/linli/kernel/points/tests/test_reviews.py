"""What is taken has a rule, evidence and a notice, can be appealed, and is looked at by somebody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import OTHER_HOOD, Cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Appeal, Book, Period, Told, TookPart, Transfer
from linli.kernel.points.queries.proving import faults

from .ground import DAY, NOON, account, balance, funded, neighbour, swept

PHOTO = [verbs.Evidence("photo", "p-1")]


def littered(cast: Cast, key: str = "l", by: str = "social") -> Transfer:
    return verbs.deduct(
        by=cast.actors[by], at=NOON, key=key, rule="littered", person_id=cast.granny.person_id, evidence=PHOTO
    )


@pytest.fixture
def taken(cast: Cast) -> Transfer:
    swept(cast.granny.person_id, "s")
    return littered(cast)


def test_nothing_is_taken_without_evidence_of_a_kind_the_rule_names(cast: Cast) -> None:
    swept(cast.granny.person_id, "s")
    for evidence in ([], [verbs.Evidence("rumour", "x")]):
        with pytest.raises(Invalid, match="照片"):
            verbs.deduct(
                by=cast.social,
                at=NOON,
                key="l",
                rule="littered",
                person_id=cast.granny.person_id,
                evidence=evidence,
            )
    assert balance(account(cast.granny)) == 5


def test_what_is_taken_is_told_and_the_database_holds_to_it(cast: Cast, taken: Transfer) -> None:
    with as_system():
        assert Told.objects.get(transfer=taken).seen_at is None
        record = Record.objects.get(verb="points.deduct")
    assert record.person_ids == [cast.granny.person_id]
    assert verbs.see_told(by=cast.granny, at=NOON) == 1 and verbs.see_told(by=cast.granny, at=NOON) == 0


def test_a_deduction_takes_no_more_than_there_is(cast: Cast, taken: Transfer) -> None:
    second = littered(cast, "again")
    assert (second.amount, second.asked, second.why_less) == (1, 4, "lowest")
    assert littered(cast, "third").state == "refused" and balance(account(cast.granny)) == 0


@pytest.mark.parametrize("uphold", [True, False])
def test_an_appeal_is_decided_by_somebody_else_with_reasons(cast: Cast, taken: Transfer, uphold: bool) -> None:
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=taken.id, text="那天我不在家")
    with pytest.raises(NotAllowed):
        verbs.take_appeal(by=cast.social, at=NOON, appeal_id=made.id)
    verbs.take_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id)
    with pytest.raises(Conflict) as other:
        verbs.decide_appeal(by=cast.street_leader, at=NOON, appeal_id=made.id, uphold=True, answer="同意")
    assert other.value.code == "taken"
    with pytest.raises(Invalid):
        verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=uphold, answer=" ")
    done = verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=uphold, answer="查过监控")
    assert balance(account(cast.granny)) == (5 if uphold else 1) and (done.came_of_it is not None) == uphold
    with pytest.raises(Conflict):
        verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=True, answer="再来")
    assert not list(faults())


def test_who_decided_cannot_review_whatever_their_post(cast: Cast) -> None:
    """A leader who deducts by another post is still the same person."""
    swept(cast.granny.person_id, "s")
    by = cast.street_duty
    taken = verbs.deduct(
        by=SYSTEM, at=NOON, key="l", rule="littered", person_id=cast.granny.person_id, evidence=PHOTO
    )
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=taken.id, text="不是我")
    with as_system():
        Appeal.objects.filter(pk=made.pk).update(against=by.account_id)
    with pytest.raises(NotAllowed):
        verbs.decide_appeal(by=by, at=NOON, appeal_id=made.id, uphold=False, answer="驳回")
    with pytest.raises(IntegrityError), transaction.atomic(), as_system():
        Appeal.objects.filter(pk=made.pk).update(reviewer=by.account_id)


@pytest.fixture
def proposed(cast: Cast) -> Transfer:
    """Taken by a social worker; the street's officer on duty had proposed it."""
    swept(cast.granny.person_id, "s")
    return verbs.deduct(
        by=cast.social, at=NOON, key="l", rule="littered", person_id=cast.granny.person_id, evidence=PHOTO,
        took_part=[cast.street_duty.account_id, cast.social.account_id],
    )  # fmt: skip


def test_who_had_a_part_in_it_neither_reviews_nor_reverses_it(cast: Cast, proposed: Transfer) -> None:
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=proposed.id, text="那天我不在家")
    with pytest.raises(NotAllowed, match="由您提出"):
        verbs.take_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id)
    with pytest.raises(NotAllowed, match="由您提出"):
        verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=True, answer="同意")
    with pytest.raises(NotAllowed, match="由您提出"):
        verbs.reverse(by=cast.street_duty, at=NOON, key="back", transfer_id=proposed.id, reason="算了")
    verbs.decide_appeal(by=cast.street_leader, at=NOON, appeal_id=made.id, uphold=True, answer="查过监控")
    assert balance(account(cast.granny)) == 5 and not list(faults())


def test_the_database_refuses_a_reviewer_who_had_a_part_in_it_and_keeps_who_had(
    cast: Cast, proposed: Transfer
) -> None:
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=proposed.id, text="那天我不在家")
    with as_system():
        named = list(TookPart.objects.values_list("transfer", "account"))
        assert named == [(proposed.id, cast.street_duty.account_id)], "who decided is named by the transfer itself"
        record = Record.objects.get(verb="points.deduct")
        assert record.after["took_part"] == [str(cast.street_duty.account_id)]
        with pytest.raises(IntegrityError, match="had a part"), transaction.atomic():
            Appeal.objects.filter(pk=made.pk).update(reviewer=cast.street_duty.account_id)
        Appeal.objects.filter(pk=made.pk).update(reviewer=cast.street_leader.account_id)
        with pytest.raises(IntegrityError, match="had a part"), transaction.atomic():
            TookPart.objects.create(transfer=proposed, account=cast.street_leader.account_id)
        for change in (lambda: TookPart.objects.update(account=proposed.id), TookPart.objects.all().delete):
            with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
                change()


def test_who_had_a_part_is_said_once_and_asked_again_it_is_the_same(cast: Cast, proposed: Transfer) -> None:
    given = {
        "by": cast.social, "at": NOON, "key": "l", "rule": "littered", "person_id": cast.granny.person_id,
        "evidence": PHOTO,
    }  # fmt: skip
    assert verbs.deduct(**given, took_part=[cast.street_duty.account_id]).id == proposed.id
    with as_system():
        assert TookPart.objects.count() == 1
    with pytest.raises(Conflict) as other:
        verbs.deduct(**given)
    assert other.value.code == "other"


def test_a_refused_award_is_the_persons_to_appeal_and_what_was_cut_is_given(cast: Cast) -> None:
    person = cast.granny.person_id
    cut = [swept(person, f"s{n}") for n in range(3)][-1]
    with pytest.raises(NotFound):
        verbs.appeal(by=cast.chen, at=NOON, transfer_id=cut.id, text="替她问问")
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=cut.id, text="第三次是前一天的")
    with pytest.raises(Conflict) as once:
        verbs.appeal(by=cast.granny, at=NOON, transfer_id=cut.id, text="再说一遍")
    assert once.value.code == "once"
    verbs.decide_appeal(by=cast.street_duty, at=NOON, appeal_id=made.id, uphold=True, answer="日期写错了")
    assert balance(account(cast.granny)) == 15 and not list(faults())
    with pytest.raises(Conflict) as nothing:
        with as_system():
            whole = Transfer.objects.get(key="s0")
        verbs.appeal(by=cast.granny, at=NOON, transfer_id=whole.id, text="太少")
    assert nothing.value.code == "nothing"


def test_what_is_closed_stays_closed(cast: Cast) -> None:
    held = funded(cast, cast.granny.person_id, 100)
    later = NOON + 3 * DAY
    with as_system():
        book = Book.objects.get(pk=held.book_id)
    with pytest.raises(NotAllowed):
        verbs.close_period(by=cast.social, at=later, book_id=book.id, through=date(2026, 9, 8))
    with pytest.raises(Invalid, match="昨天"):
        verbs.close_period(by=cast.street_duty, at=later, book_id=book.id, through=date(2026, 9, 10))
    verbs.close_period(by=cast.street_duty, at=later, book_id=book.id, through=date(2026, 9, 9))
    with pytest.raises(Conflict) as closed:
        verbs.award(
            by=SYSTEM, at=later, key="late", rule="served", person_id=cast.granny.person_id, quantity=5,
            evidence=[verbs.Evidence("shift", "1")], event_at=NOON + 2 * DAY,
        )  # fmt: skip
    assert closed.value.code == "closed"
    with as_system():
        first = Transfer.objects.filter(target=held).get()
        assert Period.objects.get().sums["moved"]["award"] == {"count": 1, "amount": 100}
    verbs.reverse(by=SYSTEM, at=later, key="back", transfer_id=first.id, reason="记错")
    assert balance(held) == 0 and not list(faults())


def test_what_is_promised_in_it_keeps_a_period_open(cast: Cast) -> None:
    held, other = funded(cast, cast.granny.person_id, 100), funded(cast, cast.chen.person_id, 0)
    promised = verbs.transfer(
        by=SYSTEM, at=NOON, key="p", source_id=held.id, target_id=other.id, amount=5, pending=True
    )
    given = {"by": cast.street_duty, "at": NOON + 3 * DAY, "book_id": held.book_id, "through": date(2026, 9, 8)}
    with pytest.raises(Conflict) as pending:
        verbs.close_period(**given)
    assert pending.value.code == "pending"
    verbs.void(by=SYSTEM, at=NOON + DAY, transfer_id=promised.id)
    verbs.close_period(**given)


def test_communities_settle_net_and_can_take_it_back(cast: Cast) -> None:
    near, far = funded(cast, cast.granny.person_id, 200), funded(cast, neighbour("对岸", OTHER_HOOD), 200)
    for key, pair, amount in (("a", (near, far), 90), ("b", (far, near), 30)):
        verbs.transfer(by=SYSTEM, at=NOON, key=key, source_id=pair[0].id, target_id=pair[1].id, amount=amount)
    with as_system():
        one = Account.objects.get(owner="clearing", book_id=near.book_id)
    assert balance(one) == 60
    for amount in (61, 0, -1):
        with pytest.raises(Invalid):
            verbs.settle(by=SYSTEM, at=NOON, key="s", clearing_id=one.id, reason="季度结算", amount=amount)
    with pytest.raises(NotAllowed):
        verbs.settle(by=cast.social, at=NOON, key="s", clearing_id=one.id, reason="季度结算")
    done = verbs.settle(by=cast.street_duty, at=NOON, key="s", clearing_id=one.id, reason="季度结算")
    assert balance(one) == 0 and done.amount == 60 and not list(faults())
    assert verbs.settle(by=cast.street_duty, at=NOON, key="s", clearing_id=one.id, reason="季度结算").id == done.id
    verbs.reverse(
        by=cast.street_leader, at=NOON + timedelta(hours=1), key="back", transfer_id=done.id, reason="协议未签"
    )
    assert balance(one) == 60 and not list(faults())
