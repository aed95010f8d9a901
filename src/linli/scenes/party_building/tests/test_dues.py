"""党费: the table in force on the date, whole fen, flat on the whole base."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.scenes.party_building import dues, verbs
from linli.scenes.party_building.models import Bracket, Declared, Due, Member, Payment, RateTable
from linli.scenes.party_building.queries import dues as q
from linli.scenes.party_building.verbs.dues import NewBracket

from .cast import AT, Cast, identity, secretary, staff

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 1)
WORKING = [dues.Rate(0, 50), dues.Rate(300_000, 100), dues.Rate(500_000, 150), dues.Rate(1_000_000, 200)]
RETIRED = [dues.Rate(0, 50), dues.Rate(500_000, 100)]


@pytest.mark.parametrize(
    ("base", "owed"),
    [
        (0, 0), (1, 0), (99, 0), (100, 1), (299_999, 1500), (300_000, 1500), (300_001, 3000), (499_999, 5000), (500_000, 5000),
        (500_001, 7500), (999_999, 15_000), (1_000_000, 15_000), (1_000_001, 20_000), (2_000_000, 40_000),
    ],
)  # fmt: skip
def test_who_works_pays_by_the_bracket_of_the_whole_base(base: int, owed: int):
    assert dues.reckon(base, WORKING).amount == owed


@pytest.mark.parametrize(
    ("base", "owed"), [(0, 0), (499_999, 2500), (500_000, 2500), (500_001, 5000), (800_000, 8000)]
)
def test_who_is_retired_pays_half_a_percent_or_one(base: int, owed: int):
    assert dues.reckon(base, RETIRED).amount == owed


@pytest.mark.parametrize(("base", "owed"), [(99, 0), (100, 1), (299, 1), (300, 2), (10_100, 51), (10_099, 50)])
def test_half_a_fen_is_rounded_up(base: int, owed: int):
    assert dues.reckon(base, [dues.Rate(0, 50)]).amount == owed


@given(st.integers(0, dues.MOST), st.sampled_from([WORKING, RETIRED]))
def test_more_is_never_owed_less_for_and_the_share_is_exact_to_half_a_fen(base: int, rates: list[dues.Rate]):
    found = dues.reckon(base, rates)
    assert abs(found.amount * 10_000 - base * found.rate.per_myriad) <= 5_000
    if base:
        assert dues.reckon(base - 1, rates).amount <= found.amount
    assert found.rate.above < base or found.rate.above == 0


@pytest.mark.parametrize("base", [-1, dues.MOST + 1])
def test_what_is_no_base_is_refused(base: int):
    with pytest.raises(ValueError, match="no base"):
        dues.reckon(base, WORKING)


def owing(cast: Cast, n: int = 1, base: int = 800_000, category: str = "working", **changes: object) -> Member:
    member = cast.register(n, **changes)
    verbs.declare_base(
        by=cast.first, at=AT, member_id=member.id, category=category, base=base, since=date(2026, 1, 1)
    )
    return member


def reckon(cast: Cast, month: date = SEPTEMBER) -> Due:
    verbs.reckon_month(by=cast.first, at=AT, branch_id=cast.organisations["first"].id, month=month)
    look_as(cast.first)
    return Due.objects.get(month=month)


def pay(cast: Cast, due: Due, amount: int, on: date = date(2026, 9, 7), at=AT, **changes: object) -> Payment:
    given = {"key": uuid4(), "amount": amount, "on": on, "how": "cash", "due_id": due.id}
    return verbs.pay(by=cast.first, at=at, **{**given, **changes})


def test_a_month_is_reckoned_once_by_the_rates_of_its_first_day(cast: Cast):
    owing(cast)
    with_none = cast.register(2)
    branch = cast.organisations["first"].id
    first = verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=SEPTEMBER)
    assert (first.made, first.without) == (1, (with_none.id,))
    assert verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=SEPTEMBER).made == 0
    look_as(cast.first)
    assert Due.objects.get().owed == 12_000
    with pytest.raises(Invalid, match="还没有到"):
        verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=date(2026, 10, 1))
    with pytest.raises(Conflict, match="没有可用的"):
        verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=date(2008, 3, 1))


def test_other_rates_hold_from_their_month_on_and_what_was_reckoned_stays(cast: Cast):
    owing(cast)
    before = reckon(cast)
    brackets = [NewBracket(c, 0, 100) for c in ("working", "retired")] + [
        NewBracket(c, 0, flat=50) for c in ("farming", "without")
    ]
    verbs.set_rates(by=SYSTEM, at=AT, name="新标准", since=date(2026, 10, 1), source="新规定", brackets=brackets)
    later = AT + timedelta(days=30)
    verbs.reckon_month(by=cast.first, at=later, branch_id=cast.organisations["first"].id, month=date(2026, 10, 1))
    look_as(cast.first)
    assert [d.owed for d in Due.objects.order_by("month")] == [12_000, 8_000]
    with as_system():
        with pytest.raises(DatabaseError, match="reckoned by these rates"), transaction.atomic():
            Bracket.objects.filter(table=before.table_id).update(per_myriad=1)
        with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
            Due.objects.filter(pk=before.pk).update(owed=1)
        assert RateTable.objects.count() == 2
    given = {"at": AT, "since": date(2026, 11, 1), "source": "文件"}
    with pytest.raises(NotAllowed, match="最上级"):
        verbs.set_rates(by=cast.street, name="自定", brackets=brackets, **given)
    top = secretary("city", cast.organisations["city"])
    for wrong in (
        brackets[1:],
        [*brackets, brackets[0]],
        [*brackets, NewBracket("working", 9, 0)],
        [*brackets, NewBracket("working", 9, 1, 1)],
    ):
        with pytest.raises(Invalid):
            verbs.set_rates(by=top, name="上级的", brackets=wrong, **given)
    verbs.set_rates(by=top, name="上级的", brackets=brackets, **given)


@pytest.mark.parametrize(
    ("paid", "state"),
    [
        ((), "owed"), (((11_999, 7),), "short"), (((12_000, 7),), "paid"), (((6_000, 7), (6_000, 30)), "paid"),
        (((6_000, 7), (6_000, 31)), "late"), (((20_000, 7),), "paid"),
    ],
)  # fmt: skip
def test_a_month_is_paid_short_or_late(cast: Cast, paid: tuple[tuple[int, int], ...], state: str):
    owing(cast)
    due = reckon(cast)
    for amount, day in paid:
        pay(cast, due, amount, on=date(2026, 8, 31) + timedelta(days=day), at=AT + timedelta(days=60))
    look_as(cast.first)
    due = Due.objects.get()
    assert q.state_of(due) == state and due.paid == sum(amount for amount, _day in paid)


def test_the_same_form_twice_is_one_payment_and_another_with_its_key_is_refused(cast: Cast):
    owing(cast)
    due, key = reckon(cast), uuid4()
    assert pay(cast, due, 12_000, key=key).id == pay(cast, due, 12_000, key=key).id
    with pytest.raises(Conflict, match="另一笔"):
        pay(cast, due, 11_000, key=key)
    look_as(cast.first)
    assert Due.objects.get().paid == 12_000


def test_what_was_booked_wrongly_is_undone_for_a_reason_and_never_changed(cast: Cast):
    owing(cast)
    due = reckon(cast)
    wrong = pay(cast, due, 120_000)
    verbs.undo_payment(by=cast.first, at=AT, payment_id=wrong.id, reason="多打了一个零")
    with pytest.raises(Conflict):
        verbs.undo_payment(by=cast.first, at=AT, payment_id=wrong.id, reason="再撤一次")
    pay(cast, due, 12_000)
    look_as(cast.first)
    assert Due.objects.get().paid == 12_000
    with as_system():
        for change in (lambda: Payment.objects.update(amount=1), lambda: Payment.objects.all().delete()):
            with pytest.raises(DatabaseError, match="undone, never changed"), transaction.atomic():
                change()
        with pytest.raises(DatabaseError, match="sum of the payments"), transaction.atomic():
            Due.objects.update(paid=99)


@pytest.mark.parametrize("amount", [0, -1, dues.MOST + 1])
def test_a_payment_is_more_than_nothing(cast: Cast, amount: int):
    owing(cast)
    due = reckon(cast)
    with pytest.raises(Invalid):
        pay(cast, due, amount)


def test_dues_are_waived_from_above_for_a_reason(cast: Cast):
    owing(cast)
    due = reckon(cast)
    with pytest.raises(NotAllowed, match="上级"):
        verbs.waive(by=cast.first, at=AT, due_id=due.id, amount=12_000, reason="家中困难")
    for amount in (0, 12_001):
        with pytest.raises(Invalid):
            verbs.waive(by=cast.general, at=AT, due_id=due.id, amount=amount, reason="家中困难")
    assert (
        q.state_of(verbs.waive(by=cast.general, at=AT, due_id=due.id, amount=12_000, reason="家中困难")) == "waived"
    )
    with as_system(), pytest.raises(IntegrityError, match="dues_are_waived_for_a_reason"), transaction.atomic():
        Due.objects.update(waived_for="")


def test_a_probationary_member_pays_from_the_month_of_their_acceptance(cast: Cast):
    owing(cast, stage="probationary", since=date(2026, 8, 31))
    branch = cast.organisations["first"].id
    assert verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=date(2026, 7, 1)).made == 0
    assert verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=date(2026, 8, 1)).made == 1


def test_who_is_on_the_way_owes_nothing(cast: Cast):
    owing(cast, stage="prospect", since=date(2026, 8, 31))
    assert (
        verbs.reckon_month(by=cast.first, at=AT, branch_id=cast.organisations["first"].id, month=SEPTEMBER).made
        == 0
    )


def test_what_somebody_earns_lies_sealed_and_a_reckoned_month_is_not_declared_anew(cast: Cast):
    lin = cast.resident("lin", "林阿婆", identity(1))
    owing(cast, base=6_543_21, category="retired")
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM party_declared d")
        assert "654321" not in cursor.fetchone()[0]
    reckon(cast)
    with pytest.raises(Conflict, match="已经核定"):
        verbs.declare_base(by=lin, at=AT, category="retired", base=1, since=SEPTEMBER)
    verbs.declare_base(by=lin, at=AT, category="retired", base=700_000, since=date(2026, 10, 1))
    own = q.own_dues(lin)
    assert own is not None and (own.base, [r.due.owed for r in own.rows]) == (700_000, [6543])


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"base": -1}, "base"), ({"category": "rich"}, "category"), ({"since": date(2026, 1, 2)}, "since"), ({"base": dues.MOST + 1}, "base")],
)  # fmt: skip
def test_a_declaration_that_is_none_is_refused(cast: Cast, changes: dict, field: str):
    member = cast.register(1)
    given = {"member_id": member.id, "category": "working", "base": 1, "since": SEPTEMBER}
    with pytest.raises(Invalid) as refused:
        verbs.declare_base(by=cast.first, at=AT, **{**given, **changes})
    assert list(refused.value.fields) == [field]


def test_dues_are_seen_by_the_branch_and_those_above(cast: Cast):
    owing(cast)
    due = reckon(cast)
    pay(cast, due, 12_000)
    for actor, seen in ((cast.first, 1), (cast.street, 1), (cast.second, 0), (staff(Role.LEADER, "9901"), 0)):
        look_as(actor)
        assert (Due.objects.count(), Declared.objects.count(), Payment.objects.count()) == (seen,) * 3, actor.name
    with pytest.raises(NotFound):
        verbs.pay(by=cast.second, at=AT, due_id=due.id, key=uuid4(), amount=1, on=date(2026, 9, 7), how="cash")


def test_who_has_paid_nothing_for_six_months_is_named_to_the_branch(cast: Cast):
    owing(cast)
    branch = cast.organisations["first"].id
    for month in range(2, 9):
        verbs.reckon_month(by=cast.first, at=AT, branch_id=branch, month=date(2026, month, 1))
    look_as(cast.first)
    assert [(name, n) for _pk, name, n in q.long_unpaid(cast.first, branch, AT)] == [("党员1", 7)]
    pay(cast, Due.objects.get(month=date(2026, 5, 1)), 12_000)
    look_as(cast.first)
    assert q.long_unpaid(cast.first, branch, AT) == []
