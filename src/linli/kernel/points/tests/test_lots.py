"""What expires: first in, first out; back to where it came from; at midnight, and not a moment before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linli.kernel.access import SYSTEM, Conflict, as_system
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Lot, Transfer
from linli.kernel.points.queries.proving import faults

from .ground import DAY, NOON, account, balance, neighbour, swept

ENDS = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)  # midnight after 7 October in Shanghai: 30 days after 7 September
MOMENT = timedelta(microseconds=1)


def lots(held: Account) -> list[int]:
    with as_system():
        return list(
            Lot.objects.filter(account=held)
            .order_by("expires_at", "earned_at", "pk")
            .values_list("left", flat=True)
        )


def shop(cast: Cast) -> Account:
    return verbs.open_account(by=SYSTEM, at=NOON, ledger="good-points", unit_id=cast.units["sanitation"].id)


def spend(
    held: Account, target: Account, amount: int, key: str, at: datetime = NOON + 2 * DAY, **given: Any
) -> Transfer:
    return verbs.transfer(
        by=SYSTEM, at=at, key=key, source_id=held.id, target_id=target.id, amount=amount, kind="spend", **given
    )


@pytest.fixture
def held(cast: Cast) -> Account:
    """Three lots of five, of three days."""
    for n in range(3):
        swept(cast.granny.person_id, f"s{n}", NOON + n * DAY)
    return account(cast.granny, at=NOON + 2 * DAY)


@pytest.mark.parametrize(
    ("amount", "left"),
    [
        (1, [4, 5, 5]),
        (4, [1, 5, 5]),
        (5, [0, 5, 5]),
        (6, [0, 4, 5]),
        (10, [0, 0, 5]),
        (14, [0, 0, 1]),
        (15, [0, 0, 0]),
    ],
)
def test_what_would_expire_first_is_spent_first(cast: Cast, held: Account, amount: int, left: list[int]) -> None:
    spend(held, shop(cast), amount, "k")
    assert lots(held) == left and not list(faults())


@pytest.mark.parametrize("amount", [1, 5, 6, 15])
def test_what_is_taken_back_goes_to_the_lots_it_came_from(cast: Cast, held: Account, amount: int) -> None:
    spent = spend(held, shop(cast), amount, "k")
    verbs.reverse(by=SYSTEM, at=NOON + 3 * DAY, key="back", transfer_id=spent.id, reason="退货")
    assert lots(held) == [5, 5, 5] and not list(faults())


@pytest.mark.parametrize(
    ("at", "left"),
    [(ENDS - MOMENT, 15), (ENDS, 10), (ENDS + DAY - MOMENT, 10), (ENDS + DAY, 5), (ENDS + 2 * DAY, 0)],
)
def test_a_lot_expires_with_the_midnight_after_its_last_day(
    cast: Cast, held: Account, at: datetime, left: int
) -> None:
    while verbs.tick_due(at=at):
        pass
    assert balance(held) == left and not list(faults())
    with as_system():
        gone = Account.objects.get(owner="expiry").balance if left < 15 else 0
    assert gone == 15 - left


def test_what_expired_twice_expires_once(cast: Cast, held: Account) -> None:
    assert verbs.tick_due(at=ENDS) == 1 and verbs.tick_due(at=ENDS) == 0
    with as_system():
        assert Transfer.objects.filter(kind="expire").count() == 1


def test_what_is_promised_does_not_expire_and_comes_back_with_the_time_it_had(cast: Cast, held: Account) -> None:
    promised = spend(held, shop(cast), 15, "k", pending=True)
    while verbs.tick_due(at=ENDS + 9 * DAY):
        pass
    assert balance(held) == 15
    verbs.void(by=SYSTEM, at=ENDS + 9 * DAY, transfer_id=promised.id)
    assert balance(held) == 15 and not list(faults())
    while verbs.tick_due(at=ENDS + 9 * DAY + 27 * DAY):
        pass
    assert balance(held) == 15
    while verbs.tick_due(at=ENDS + 9 * DAY + 33 * DAY):
        pass
    assert balance(held) == 0 and not list(faults())


def test_a_promise_lapses_by_itself(cast: Cast, held: Account) -> None:
    spend(held, shop(cast), 15, "k", pending=True, lapses_at=NOON + 3 * DAY)
    assert verbs.tick_due(at=NOON + 3 * DAY - MOMENT) == 0 and verbs.tick_due(at=NOON + 3 * DAY) == 1
    spend(held, shop(cast), 15, "again", at=NOON + 3 * DAY)
    assert not list(faults())


def test_what_is_given_on_keeps_its_age(cast: Cast, held: Account) -> None:
    other = account(neighbour("赵伯"), at=NOON + 2 * DAY)
    verbs.transfer(by=SYSTEM, at=NOON + 2 * DAY, key="g", source_id=held.id, target_id=other.id, amount=7)
    with as_system():
        mine = sorted(Lot.objects.filter(account=other).values_list("expires_at", "left"))
    assert mine == [(ENDS, 5), (ENDS + DAY, 2)]


def test_what_was_spent_cannot_be_taken_back_from_who_got_it(cast: Cast, held: Account) -> None:
    with as_system():
        first = Transfer.objects.get(key="s0")
    spend(held, shop(cast), 11, "k")
    with pytest.raises(Conflict) as refused:
        verbs.reverse(by=SYSTEM, at=NOON + 3 * DAY, key="back", transfer_id=first.id, reason="记错")
    assert refused.value.code == "lowest" and balance(held) == 4


@pytest.mark.parametrize(
    ("moments", "given"),
    [
        (
            ["2026-12-31T23:59:59", "2027-01-01T00:00:00"],
            [[5, 5, 0], [5, 5, 0]],
        ),  # across midnight and the end of the year
        (["2026-10-01T00:00:00", "2026-10-01T23:59:59"], [[5, 5, 0], [0]]),
    ],
)
def test_caps_count_local_days(cast: Cast, moments: list[str], given: list[list[int]]) -> None:
    late = datetime(2027, 1, 2, tzinfo=UTC)
    for n, (moment, amounts) in enumerate(zip(moments, given, strict=True)):
        at = datetime.fromisoformat(moment + "+08:00")
        got = [swept(cast.granny.person_id, f"{n}-{m}", late, event_at=at).amount for m in range(len(amounts))]
        assert got == amounts


def test_a_months_cap_ends_with_the_month_and_a_reversed_award_counts_no_more(cast: Cast) -> None:
    person, begins = cast.granny.person_id, datetime(2026, 9, 1, 4, tzinfo=UTC)
    got = [
        swept(person, f"d{n}-{m}", NOON + 60 * DAY, event_at=begins + n * DAY).amount
        for n in range(5)
        for m in range(2)
    ]
    assert got == [5] * 8 + [0, 0]
    assert swept(person, "october", NOON + 60 * DAY, event_at=begins + 30 * DAY).amount == 5
    with as_system():
        first = Transfer.objects.get(key="d0-0")
    verbs.reverse(by=SYSTEM, at=NOON + 60 * DAY, key="back", transfer_id=first.id, reason="记错")
    assert swept(person, "room again", NOON + 60 * DAY, event_at=begins + 5 * DAY).amount == 5


@pytest.mark.parametrize(
    ("asked", "given", "why"),
    [
        ([(0, 6)], [6], ""),
        ([(0, 7)], [7], ""),
        ([(0, 8)], [7], "day"),
        ([(0, 6), (0, 2)], [6, 1], "day"),
        ([(0, 7), (1, 3)], [7, 3], ""),
        ([(0, 7), (1, 4)], [7, 3], "month"),
        ([(0, 7), (1, 3), (30, 2)], [7, 3, 2], ""),
        ([(0, 7), (1, 3), (30, 3)], [7, 3, 2], "ever"),
        ([(0, 7), (1, 3), (30, 2), (60, 1)], [7, 3, 2, 0], "ever"),
    ],
)
def test_a_cap_leaves_all_up_to_it_and_nothing_above(cast: Cast, asked: Any, given: list[int], why: str) -> None:
    begins, late = datetime(2026, 9, 1, 4, tzinfo=UTC), NOON + 90 * DAY
    done = [
        verbs.award(
            by=SYSTEM, at=late, key=f"w{n}", rule="walked", person_id=cast.granny.person_id, quantity=quantity,
            event_at=begins + day * DAY,
        )
        for n, (day, quantity) in enumerate(asked)
    ]  # fmt: skip
    assert [one.amount for one in done] == given and done[-1].why_less == why
