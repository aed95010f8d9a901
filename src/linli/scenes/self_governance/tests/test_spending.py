"""Points are spent once a code, only where the customer agrees, within limits, and paid back whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system, looking_as
from linli.kernel.people.models import Person
from linli.kernel.points.models import Account
from linli.kernel.sealed import fingerprint, seal
from linli.scenes.self_governance import cards, verbs
from linli.scenes.self_governance.models import Charge, Shop
from linli.scenes.self_governance.verbs.spending import signing_key

from .cast import HOOD, HOUR, MINUTE, STARTS, Neighbours

LATER = STARTS + 5 * HOUR
KEY = cards.key_of("a secret of the test")
CARD = UUID("018f0000-0000-7000-8000-000000000001")


def give_phone(town: Neighbours, who: str, phone: str) -> None:
    with as_system():
        Person.objects.filter(pk=getattr(town, who).person_id).update(
            phone_print=fingerprint(phone), phone_sealed=seal(phone)
        )


def shop_of(town: Neighbours, **changes: object) -> Shop:
    give_phone(town, "zhang", "13900000001")
    given = {
        "by": town.social, "at": LATER, "name": "阿婆馄饨", "place_code": HOOD, "offers": "馄饨一碗 60 分",
        "keeper_name": "张姐", "keeper_phone": "139 0000 0001", "single": 60, "daily": 90,
    }  # fmt: skip
    return verbs.enrol_shop(**{**given, **changes})


def rich(town: Neighbours, who: str = "granny", minutes: int = 180) -> None:
    one = town.served(who, town.shift(), minutes=minutes)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)


def code(town: Neighbours, who: str = "granny", at: datetime = LATER) -> str:
    return cards.made(signing_key(), verbs.take_card(by=getattr(town, who), at=at).number, at)


def ask(town: Neighbours, shop: Shop, given: str, **changes: object) -> Charge:
    what = {
        "by": town.zhang,
        "at": LATER,
        "shop_id": shop.pk,
        "code": given,
        "amount": 60,
        "what": "馄饨",
        **changes,
    }
    return verbs.ask_points(**what)


def left(town: Neighbours, who: str = "granny") -> tuple[int, int]:
    with as_system():
        one = Account.objects.get(person=getattr(town, who).person_id, ledger="card-points")
    return one.balance, one.reserved


def test_nothing_moves_before_the_customer_agrees(town: Neighbours) -> None:
    rich(town)
    shop = shop_of(town)
    charge = ask(town, shop, code(town))
    assert left(town) == (180, 60)
    with pytest.raises(NotFound):
        verbs.agree_charge(by=town.chen, at=LATER, charge_id=charge.id)
    assert verbs.agree_charge(by=town.granny, at=LATER, charge_id=charge.id).state == "paid"
    assert verbs.agree_charge(by=town.granny, at=LATER + HOUR, charge_id=charge.id).settled_at == LATER
    assert left(town) == (120, 0)


def test_the_same_code_twice_is_refused_and_sent_again_is_the_same_charge(town: Neighbours) -> None:
    rich(town)
    shop, given = shop_of(town), code(town)
    first = ask(town, shop, given)
    assert ask(town, shop, given).id == first.id
    with pytest.raises(Conflict, match="用过"):
        ask(town, shop, given, amount=30)
    with as_system():
        assert Charge.objects.count() == 1


def test_a_code_that_was_photographed_is_of_no_use_a_few_minutes_later(town: Neighbours) -> None:
    rich(town)
    shop, given = shop_of(town), code(town)
    with pytest.raises(Invalid, match="过时"):
        ask(town, shop, given, at=LATER + 4 * MINUTE)
    with pytest.raises(Invalid, match="不是积分卡"):
        ask(town, shop, cards.made(KEY, CARD, LATER))
    with pytest.raises(Invalid, match="不是积分卡"):
        ask(town, shop, "LL1." + "A" * 5000)
    verbs.change_card(by=town.granny, at=LATER)
    with pytest.raises(Invalid, match="换过"):
        ask(town, shop, given)


def test_what_was_read_without_a_network_may_be_sent_within_a_day(town: Neighbours) -> None:
    rich(town)
    shop, given = shop_of(town), code(town)
    with pytest.raises(Invalid):
        ask(town, shop, given, at=LATER + timedelta(hours=25), scanned_at=LATER)
    charge = ask(town, shop, given, at=LATER + timedelta(hours=20), scanned_at=LATER)
    assert charge.state == "asked" and left(town) == (180, 60)


def test_limits_a_time_and_a_day(town: Neighbours) -> None:
    rich(town)
    shop = shop_of(town)
    for amount in (0, -5, 61, 10**9):
        with pytest.raises(Invalid, match="1 到 60"):
            ask(town, shop, code(town), amount=amount)
    ask(town, shop, code(town), amount=60)
    with pytest.raises(Conflict, match="还能用 30 分"):
        ask(town, shop, code(town), amount=31)
    ask(town, shop, code(town), amount=30)


def test_nobody_spends_more_than_they_have(town: Neighbours) -> None:
    rich(town, minutes=40)
    with pytest.raises(Conflict):
        ask(town, shop_of(town), code(town), amount=60)


def test_who_may_ask(town: Neighbours) -> None:
    rich(town)
    rich(town, "zhang")
    shop = shop_of(town)
    for who in ("chen", "social", "granny"):
        with pytest.raises(NotFound):
            ask(town, shop, code(town), by=getattr(town, who))
    with pytest.raises(NotAllowed, match="自己的店"):
        ask(town, shop, code(town, "zhang"))
    verbs.close_shop(by=town.social, at=LATER, shop_id=shop.pk, reason="歇业")
    with pytest.raises(Conflict, match="歇业"):
        ask(town, shop, code(town))


def test_refused_and_lapsed_charges_free_what_they_held(town: Neighbours) -> None:
    rich(town)
    shop = shop_of(town)
    verbs.refuse_charge(by=town.granny, at=LATER, charge_id=ask(town, shop, code(town)).id)
    assert left(town) == (180, 0)
    late = ask(town, shop, code(town))
    assert verbs.lapse_charges(at=LATER + 14 * MINUTE) == 0
    assert verbs.lapse_charges(at=LATER + 15 * MINUTE) == 1
    assert left(town) == (180, 0)
    with pytest.raises(Conflict):
        verbs.agree_charge(by=town.granny, at=LATER + 16 * MINUTE, charge_id=late.id)


def test_a_refund_gives_all_of_it_back_once(town: Neighbours) -> None:
    rich(town)
    shop = shop_of(town)
    charge = ask(town, shop, code(town))
    with pytest.raises(Conflict, match="没有付成"):
        verbs.refund(by=town.zhang, at=LATER, charge_id=charge.id, reason="卖完了")
    verbs.agree_charge(by=town.granny, at=LATER, charge_id=charge.id)
    with pytest.raises(NotFound):
        verbs.refund(by=town.chen, at=LATER, charge_id=charge.id, reason="卖完了")
    verbs.refund(by=town.zhang, at=LATER, charge_id=charge.id, reason="卖完了")
    verbs.refund(by=town.zhang, at=LATER, charge_id=charge.id, reason="卖完了")
    assert left(town) == (180, 0)


def test_a_month_is_settled_once_as_one_figure_by_somebody_else(town: Neighbours) -> None:
    rich(town)
    shop = shop_of(town)
    kept, given_back = ask(town, shop, code(town), amount=50), ask(town, shop, code(town), amount=20)
    for one in (kept, given_back):
        verbs.agree_charge(by=town.granny, at=LATER, charge_id=one.id)
    verbs.refund(by=town.zhang, at=LATER, charge_id=given_back.id, reason="退货")
    october = datetime(2026, 10, 3, 2, tzinfo=UTC)
    with pytest.raises(Invalid, match="还没有结束"):
        verbs.settle_shop(by=town.street_duty, at=LATER, shop_id=shop.pk, month=date(2026, 9, 1))
    with pytest.raises(Conflict, match="以外的人"):
        verbs.settle_shop(by=town.social, at=october, shop_id=shop.pk, month=date(2026, 9, 1))
    made = verbs.settle_shop(by=town.street_duty, at=october, shop_id=shop.pk, month=date(2026, 9, 15))
    assert (made.points, made.charges) == (50, 1)
    with as_system():
        assert Account.objects.get(unit=shop.pk).balance == 0
    with pytest.raises(Conflict):
        verbs.settle_shop(by=town.street_duty, at=october, shop_id=shop.pk, month=date(2026, 9, 1))
    with pytest.raises(Conflict, match="已经结算"):
        verbs.refund(by=town.zhang, at=october, charge_id=kept.id, reason="退货")


def test_what_somebody_bought_is_theirs_alone(town: Neighbours) -> None:
    rich(town)
    charge = ask(town, shop_of(town), code(town))
    for who, sees in (("granny", True), ("chen", False), ("social", False), ("street_leader", False)):
        with looking_as(getattr(town, who)):
            assert Charge.objects.filter(pk=charge.pk).exists() is sees, who


@given(st.binary(max_size=120))
def test_an_invented_code_is_never_believed(noise: bytes) -> None:
    public = KEY.public_key()
    assert cards.read(public, noise.decode("latin-1")) is None
    genuine = cards.made(KEY, CARD, LATER)
    for n in range(0, len(genuine), 7):
        other = "B" if genuine[n] != "B" else "C"
        changed = genuine[:n] + other + genuine[n + 1 :]
        assert cards.read(public, changed) in (None, cards.read(public, genuine))


def test_two_codes_of_one_minute_differ_and_say_no_name() -> None:
    codes = {cards.made(KEY, CARD, LATER) for _ in range(40)}
    assert len(codes) > 30
    known = cards.read(KEY.public_key(), codes.pop().lower())
    assert known is not None and known.card == CARD and known.made_at <= LATER
