"""Double entry: what moves is nought altogether, keys are used once, what is promised is kept or called off once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import OTHER_HOOD, Cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Entry, Transfer

from .ground import NOON, account, balance, funded, neighbour, swept

MINUTE = timedelta(minutes=1)


def give(cast: Cast, source: Account, target: Account, amount: int, key: str = "k", **given: Any) -> Transfer:
    return verbs.transfer(
        **{
            "by": SYSTEM,
            "at": NOON,
            "key": key,
            "source_id": source.id,
            "target_id": target.id,
            "amount": amount,
            **given,
        }
    )


@pytest.fixture
def pair(cast: Cast) -> tuple[Account, Account]:
    return funded(cast, cast.granny.person_id, 100), funded(cast, cast.chen.person_id, 0)


def test_a_transfer_is_two_entries_with_the_balance_before_and_after_and_one_record(cast: Cast, pair: Any) -> None:
    granny, chen = pair
    made = give(cast, granny, chen, 30, by=cast.granny, kind="give")
    with as_system():
        entries = {entry.account_id: entry for entry in Entry.objects.filter(transfer=made)}
        assert (entries[granny.id].previous, entries[granny.id].current) == (100, 70)
        assert (entries[chen.id].previous, entries[chen.id].current) == (0, 30)
        assert Record.objects.filter(verb="points.transfer").count() == 1
    assert (balance(granny), balance(chen)) == (70, 30)


def test_the_same_key_is_the_same_transfer_and_another_content_is_a_conflict(cast: Cast, pair: Any) -> None:
    first = give(cast, *pair, 30)
    assert give(cast, *pair, 30, at=NOON + MINUTE).id == first.id
    with pytest.raises(Conflict) as other:
        give(cast, *pair, 31)
    assert other.value.code == "other" and balance(pair[0]) == 70
    with as_system():
        assert Record.objects.filter(verb="points.transfer").count() == 1


@pytest.mark.parametrize("amount", [0, -5, 10**6 + 1, 10**30, True, 2.0, "5"])
def test_only_a_whole_amount_above_nought_that_one_act_may_move(cast: Cast, pair: Any, amount: Any) -> None:
    with pytest.raises(Invalid) as refused:
        give(cast, *pair, amount)
    assert refused.value.fields["amount"] and balance(pair[0]) == 100


def test_nobody_pays_themselves_and_nobody_moves_what_is_not_theirs(cast: Cast, pair: Any) -> None:
    granny, chen = pair
    with pytest.raises(Invalid, match="自己"):
        give(cast, granny, granny, 5)
    for actor in (cast.chen, cast.social, cast.street_duty):
        with pytest.raises(NotAllowed):
            give(cast, granny, chen, 5, by=actor)
    with pytest.raises(Invalid, match="晚于"):
        give(cast, granny, chen, 5, event_at=NOON + MINUTE)


def test_a_limit_is_reached_and_never_passed(cast: Cast, pair: Any) -> None:
    granny, chen = pair
    give(cast, granny, chen, 220, key="down to the lowest")
    with pytest.raises(Conflict) as lowest:
        give(cast, granny, chen, 1, key="below")
    assert lowest.value.code == "lowest" and balance(granny) == -120
    held = funded(cast, neighbour("赵伯"), 5_900)
    give(cast, held, chen, 5_780, key="up to the highest")
    assert balance(chen) == 6_000
    with pytest.raises(Conflict) as highest:
        give(cast, held, chen, 1, key="above")
    assert highest.value.code == "highest"


def test_what_is_promised_is_reserved_and_then_kept_once(cast: Cast, pair: Any) -> None:
    granny, chen = pair
    promised = give(cast, granny, chen, 200, pending=True)
    assert (balance(granny), balance(chen)) == (100, 0)
    with pytest.raises(Conflict):
        give(cast, granny, chen, 21, key="too much")
    verbs.post(by=SYSTEM, at=NOON, transfer_id=promised.id)
    assert (balance(granny), balance(chen)) == (-100, 200)
    for again in (verbs.post, verbs.void):
        with pytest.raises(Conflict) as settled:
            again(by=SYSTEM, at=NOON, transfer_id=promised.id)
        assert settled.value.code == "settled"


def test_what_is_called_off_is_free_again(cast: Cast, pair: Any) -> None:
    promised = give(cast, *pair, 90, pending=True)
    verbs.void(by=SYSTEM, at=NOON, transfer_id=promised.id)
    with as_system():
        held = Account.objects.get(pk=pair[0].pk)
        assert (held.balance, held.reserved) == (100, 0) and not Entry.objects.filter(transfer=promised).exists()
    give(cast, *pair, 100, key="all of it")


def test_a_reversal_goes_back_once_and_is_not_reversed(cast: Cast, pair: Any) -> None:
    first = give(cast, *pair, 30)
    back = verbs.reverse(by=SYSTEM, at=NOON, key="back", transfer_id=first.id, reason="记错了人")
    assert balance(pair[0]) == 100 and balance(pair[1]) == 0
    with pytest.raises(Conflict) as again:
        verbs.reverse(by=SYSTEM, at=NOON, key="again", transfer_id=first.id, reason="再来一次")
    assert again.value.code == "reversed"
    with pytest.raises(Conflict):
        verbs.reverse(by=SYSTEM, at=NOON, key="of it", transfer_id=back.id, reason="反悔")


def test_between_communities_both_books_stay_at_nought(cast: Cast, pair: Any) -> None:
    far = funded(cast, neighbour("对岸", OTHER_HOOD), 0)
    made = give(cast, pair[0], far, 30)
    with as_system():
        assert Entry.objects.filter(transfer=made).count() == 4
        mirrors = list(Account.objects.filter(owner="clearing").values_list("balance", flat=True))
    assert sorted(mirrors) == [-30, 30] and balance(far) == 30
    held = funded(cast, neighbour("赵伯"), 1_000)
    with pytest.raises(Conflict) as owed:
        give(cast, held, far, 271, key="more than they may owe each other")
    assert owed.value.code == "clearing"
    give(cast, held, far, 270, key="as much as they may")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_account SET balance = balance + 1",
        "UPDATE points_entry SET amount = amount + 1",
        "DELETE FROM points_entry",
        "UPDATE points_transfer SET amount = amount + 1",
        "DELETE FROM points_transfer",
        "UPDATE points_account SET ledger = 'good-points'",
        "UPDATE points_ruletext SET version = 2",
        "INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)"
        " SELECT transfer_id, account_id, 5, 0, 5, 9 FROM points_entry LIMIT 1",
        "INSERT INTO points_entry (transfer_id, account_id, amount, previous, current, version)"
        " SELECT transfer_id, (SELECT id FROM points_account WHERE owner = 'person' AND version = 0), 5, 0, 5, 9 FROM points_entry LIMIT 1",
    ],
)
def test_the_books_are_not_changed_by_hand(cast: Cast, pair: Any, statement: str) -> None:
    with (
        pytest.raises((DatabaseError, IntegrityError)),
        transaction.atomic(),
        as_system(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_caps_leave_less_and_then_nothing_and_say_why(cast: Cast) -> None:
    person = cast.granny.person_id
    assert [swept(person, f"s{n}").amount for n in range(3)] == [5, 5, 0]
    with as_system():
        third = Transfer.objects.get(key="s2")
    assert (third.state, third.asked, third.why_less) == ("refused", 5, "day")
    assert balance(account(cast.granny)) == 10
