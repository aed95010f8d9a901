"""Rules as tables, each value beside its border: amounts, a clock put back, who owns an appeal; and what a page reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import OTHER_STREET, Cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Decision, Transfer
from linli.kernel.points.queries.proving import faults

from .ground import DAY, NOON, account, balance, funded, neighbour, swept

MOMENT, ALLOWED = timedelta(microseconds=1), timedelta(minutes=5)


@pytest.fixture
def pair(cast: Cast) -> tuple[Account, Account]:
    return funded(cast, cast.granny.person_id, 6_000), funded(cast, neighbour("赵伯"), 0)


def give(pair: tuple[Account, Account], amount: Any, at: datetime = NOON, key: str = "k", **given: Any) -> Transfer:
    source, target = pair
    return verbs.transfer(
        by=SYSTEM, at=at, key=key, source_id=source.id, target_id=target.id, amount=amount, **given
    )


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (-(2**63), "大于零"),
        (-1, "大于零"),
        (0, "大于零"),
        (1, ""),
        (6_000, ""),
        (6_001, "余额不足|还能收"),
        (1_000_000, "余额不足|还能收"),
        (1_000_001, "一次最多"),
        (2**63, "一次最多"),
        (10**40, "一次最多"),
        (True, "整数"),
        (1.5, "整数"),
        ("７", "整数"),
        (None, "整数"),
    ],
)
def test_each_amount_has_its_sentence(cast: Cast, pair: Any, amount: Any, sentence: str) -> None:
    if not sentence:
        assert give(pair, amount).amount == amount
        return
    with pytest.raises((Invalid, Conflict), match=sentence):
        give(pair, amount)
    assert (balance(pair[0]), balance(pair[1])) == (6_000, 0) and not list(faults())
    with pytest.raises(Invalid, match="自己"):
        give((pair[0], pair[0]), 1)


@pytest.mark.parametrize(
    ("put_back", "taken"),
    [(timedelta(), True), (ALLOWED - MOMENT, True), (ALLOWED, True), (ALLOWED + MOMENT, False), (DAY, False)],
)
def test_a_clock_put_back_writes_nothing_before_what_is_written(
    cast: Cast, pair: Any, put_back: timedelta, taken: bool
) -> None:
    """Five minutes are what clocks of two machines may differ. What was asked before is answered at any time."""
    promised = give(pair, 5, NOON + DAY, "promised", pending=True)
    first = give(pair, 10, NOON + DAY, "first")
    at = NOON + DAY - put_back
    assert give(pair, 10, at, "first").id == first.id
    if taken:
        give(pair, 1, at)
        assert verbs.post(by=SYSTEM, at=at, transfer_id=promised.id).state == "posted"
    else:
        for act in (lambda: give(pair, 1, at), lambda: verbs.post(by=SYSTEM, at=at, transfer_id=promised.id)):
            with pytest.raises(Conflict, match="校准时钟") as refused:
                act()
            assert refused.value.code == "clock"
    assert balance(pair[1]) == (16 if taken else 10) and not list(faults())


@pytest.mark.parametrize(
    ("reviews", "owns"),
    [
        ("street_duty", True),
        ("street_leader", True),
        ("who_decided", False),  # by whatever post
        ("granny", False),  # whose it is
        ("social", False),  # no such post
        ("grid", False),
        ("elsewhere", False),  # another street's
    ],
)
def test_a_refused_appeal_is_owned_by_a_second_person_at_the_place(cast: Cast, reviews: str, owns: bool) -> None:
    person = cast.granny.person_id
    cast.actors["who_decided"] = replace(cast.street_duty, account_id=cast.social.account_id)
    cast.actors["elsewhere"] = replace(cast.street_duty, scope=OTHER_STREET)
    swept(person, "s")
    taken = verbs.deduct(
        by=cast.social, at=NOON, key="l", rule="littered", person_id=person,
        evidence=[verbs.Evidence("photo", "1")],
    )  # fmt: skip
    made = verbs.appeal(by=cast.granny, at=NOON, transfer_id=taken.id, text="不是我")
    answer = {"by": cast.actors[reviews], "at": NOON, "appeal_id": made.id, "uphold": False, "answer": "有照片"}
    if not owns:
        with pytest.raises(NotAllowed):
            verbs.decide_appeal(**answer)
        with as_system():
            made.refresh_from_db()
        assert (made.state, made.reviewer) == (Decision.OPEN, None)
        return
    done = verbs.decide_appeal(**answer)
    assert (done.state, done.reviewer) == (Decision.REFUSED, cast.actors[reviews].account_id)
    assert done.came_of_it is None and balance(account(cast.granny)) == 1
    with as_system():
        record = Record.objects.get(verb="points.decide_appeal")
    assert record.actor_account == done.reviewer and record.note == "有照片"
    with pytest.raises(Conflict, match="已经有结论"):
        verbs.decide_appeal(**{**answer, "by": cast.street_leader, "uphold": True})


@pytest.mark.parametrize("room", ["points_entry", "points_lot", "points_transfer", "points_lotmove"])
def test_whether_a_row_is_seen_is_asked_of_its_own_account_alone(cast: Cast, room: str) -> None:
    """With all accounts in a hash, a page costs what there are accounts, however short it is."""
    with looking_as(cast.granny), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT * FROM {room}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "SubPlan" in plan and "hashed" not in plan
