"""Certified minutes become points and saved time, once; what is above what one may save goes to the community."""

from __future__ import annotations

import pytest

from linli.kernel.access import Invalid, as_system, looking_as
from linli.kernel.points import queries as books
from linli.kernel.points import verbs as points
from linli.kernel.points.models import Account, Owner, Transfer
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import SignUp
from linli.scenes.self_governance.points import SAVED

from .cast import HOUR, STARTS, Neighbours, fresh

LATER = STARTS + 5 * HOUR


def balances(town: Neighbours, who: str) -> dict[str, int]:
    with as_system():
        rows = Account.objects.filter(person=getattr(town, who).person_id)
        return dict(rows.values_list("ledger", "balance"))


def fund() -> int:
    with as_system():
        return (
            Account.objects.filter(ledger=SAVED.name, owner=Owner.FUND).values_list("balance", flat=True).first()
            or 0
        )


def certified(town: Neighbours, who: str = "granny", minutes: int = 100, **changes: object) -> SignUp:
    one = town.served(who, town.shift(town.activity(**changes)), minutes=minutes)
    return verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)


def test_a_minute_is_a_point_and_of_the_right_kinds_a_minute_saved(town: Neighbours) -> None:
    certified(town, "granny", 100)
    certified(town, "chen", 45, kind="environment")
    assert balances(town, "granny") == {"card-points": 100, "saved-time": 100}
    assert balances(town, "chen") == {"card-points": 45}


def test_the_statement_says_for_which_service(town: Neighbours) -> None:
    one = certified(town)
    with looking_as(town.granny):
        (balance,) = books.mine(town.granny, ledger="card-points")
        (line,) = books.statement(balance.account.id, by=town.granny).lines
    assert (
        line.amount == 100 and line.evidence[0].ref == str(one.id) and line.evidence[0].says == "陪独居老人去医院"
    )


def test_an_appeal_that_is_granted_adds_the_difference_and_none_takes_any(town: Neighbours) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=60, note="中途离开")
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="我没有离开")
    decide = {"by": town.street_duty, "at": LATER, "sign_up_id": one.id, "reason": "登记证实"}
    with pytest.raises(Invalid, match="不会减少"):
        verbs.decide_appeal(minutes=30, **decide)
    verbs.decide_appeal(minutes=100, **decide)
    assert balances(town, "granny") == {"card-points": 100, "saved-time": 100}
    assert fresh(one).minutes == 100


def test_no_minutes_move_nothing(town: Neighbours) -> None:
    one = town.join("granny", town.shift())
    verbs.close_over(at=LATER)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=0, note="确实没来")
    assert balances(town, "granny") == {}


def test_what_is_above_1500_hours_goes_to_the_community(town: Neighbours) -> None:
    account = points.open_account(by=town.granny, at=STARTS, ledger=SAVED.name, person_id=town.granny.person_id)
    with as_system():
        Account.objects.filter(pk=account.pk).update(highest=60)
    certified(town, "granny", 100)
    assert balances(town, "granny")["saved-time"] == 60
    assert fund() == 40


def test_what_a_group_served_is_the_communitys_and_the_leaders_points_are_their_own_minutes(
    town: Neighbours,
) -> None:
    shift = town.shift()
    one = town.join("granny", shift, heads=2, group_name="姐妹")
    verbs.mark_arrived(by=town.social, at=STARTS, sign_up_id=one.id)
    verbs.mark_left(by=town.social, at=STARTS + HOUR, sign_up_id=one.id)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)
    assert balances(town, "granny") == {"card-points": 60}
    assert fund() == 120


def test_every_book_adds_up_to_nought(town: Neighbours) -> None:
    certified(town, "granny", 100)
    certified(town, "chen", 30)
    with as_system():
        for book in set(Account.objects.values_list("book", flat=True)):
            assert sum(Account.objects.filter(book=book).values_list("balance", flat=True)) == 0
        assert Transfer.objects.count() == 4
