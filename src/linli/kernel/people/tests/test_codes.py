"""Residents at the door: one-time codes, and accounts made on first success."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, TooMany, as_system
from linli.kernel.people import guard, verbs
from linli.kernel.people.models import Account, OneTimeCode, Person
from linli.kernel.people.sender import NotSent
from linli.kernel.sealed import fingerprint

from .conftest import AT, DOOR, HOOD, Cast, records

PHONE = "13955556666"
SENT: list[tuple[str, str, dict[str, str]]] = []


def post(phone, template, params):
    SENT.append((phone, template, dict(params)))


def refuse(phone, template, params):
    raise NotSent("no")


@pytest.fixture(autouse=True)
def _provider(settings, monkeypatch):
    """The dotted path of settings, leading to `post` above."""
    module = ModuleType("a_provider")
    module.post, module.refuse = post, refuse
    monkeypatch.setitem(sys.modules, "a_provider", module)
    settings.LINLI_SMS_SENDER = "a_provider.post"
    SENT.clear()


def send(at=AT, phone=PHONE, by=DOOR):
    verbs.send_code(by=by, at=at, phone=phone)
    return SENT[-1][2]["code"]


def check(code, at=AT, phone=PHONE, by=DOOR):
    return verbs.check_code(by=by, at=at, phone=phone, code=code)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_goes_to_the_phone_and_is_kept_only_as_a_fingerprint(db):
    sent = verbs.send_code(by=DOOR, at=AT, phone="+86 139-5555 6666")
    phone, template, params = SENT[-1]
    assert (phone, template, sent.shown) == (PHONE, "sign-in-code", None)
    row = OneTimeCode.objects.get()
    assert params["code"].encode() not in bytes(row.code_print) + bytes(row.phone_print)


def test_first_success_registers_and_the_next_signs_in(db):
    assert check(send()) is None
    made = verbs.register_resident(by=DOOR, at=AT, phone=PHONE, name=" 张 三 ", place_code="")
    assert made.name == "张 三"
    with pytest.raises(Conflict):
        verbs.register_resident(by=DOOR, at=AT, phone=PHONE, name="李四")
    later = AT + timedelta(minutes=2)
    assert check(send(later), later).id == made.id
    assert records(f"account:{made.id}") == ["register_resident", "sign_in"]


def test_whom_the_neighbourhood_knows_is_not_registered_twice(cast: Cast):
    known = verbs.register_person(by=cast.counter, at=AT, name="张三", place_code=HOOD, phone=PHONE)
    account = verbs.register_resident(by=DOOR, at=AT, phone=PHONE, name="张三")
    with as_system():
        assert Person.objects.get(account=account).id == known.id


def test_another_name_on_the_same_phone_is_another_person(cast: Cast):
    """A number passes on, or a family shares one: the phone alone opens nobody's registration."""
    known = verbs.register_person(by=cast.counter, at=AT, name="张三", place_code=HOOD, phone=PHONE)
    account = verbs.register_resident(by=DOOR, at=AT, phone=PHONE, name="李四")
    with as_system():
        assert Person.objects.get(account=account).id != known.id


def test_a_code_works_once(db):
    code = send()
    check(code)
    with pytest.raises(Invalid):
        check(code)


def test_a_code_is_old_after_five_minutes(db):
    code = send()
    with pytest.raises(Invalid):
        check(code, AT + timedelta(minutes=5))


def test_after_five_wrong_tries_the_right_code_is_refused(db):
    code = send()
    for _try in range(5):
        with pytest.raises(Invalid):
            check(wrong(code))
    with pytest.raises(Invalid):
        check(code)


def test_a_code_opens_its_own_phone_only(db):
    code = send()
    send(phone="13977778888")
    if SENT[-1][2]["code"] != code:
        with pytest.raises(Invalid):
            check(code, phone="13977778888")


def test_one_live_code_a_phone(db):
    first = send()
    second = send(AT + timedelta(seconds=61))
    if first != second:
        with pytest.raises(Invalid):
            check(first, AT + timedelta(seconds=62))
    assert OneTimeCode.objects.count() == 1


def test_resending_waits_a_minute(db):
    send()
    with pytest.raises(TooMany):
        send(AT + timedelta(seconds=59))
    send(AT + timedelta(seconds=60))


def test_ten_codes_a_day_to_a_phone(db):
    for number in range(10):
        send(AT + timedelta(minutes=2 * number), by=replace(DOOR, address=f"192.0.2.{number}"))
    with pytest.raises(TooMany):
        send(AT + timedelta(minutes=30), by=replace(DOOR, address="192.0.2.77"))


def test_an_address_cannot_send_without_end(db):
    for number in range(guard.CODES_FROM_ADDRESS.tries):
        send(phone=f"139{number:08d}")
    with pytest.raises(TooMany):
        send(phone="13900009999")


def test_an_address_cannot_guess_without_end(db):
    """Five tries a code are many over many phones: the address is counted too."""
    for number in range(guard.GUESSES_FROM_ADDRESS.tries):
        with pytest.raises(Invalid):
            check("000000", phone=f"139{number:08d}")
    with pytest.raises(TooMany):
        check("000000")


@pytest.mark.parametrize("phone", ["", "12345678901", "1391111222", "021-12345678", "１３９<script>"])
def test_what_is_no_mobile_number_is_refused_beside_its_field(db, phone):
    with pytest.raises(Invalid) as refused:
        verbs.send_code(by=DOOR, at=AT, phone=phone)
    assert "phone" in refused.value.fields
    assert not OneTimeCode.objects.exists()


def test_a_message_that_did_not_leave_is_no_code(db, settings):
    settings.LINLI_SMS_SENDER = "a_provider.refuse"
    with pytest.raises(NotSent):
        verbs.send_code(by=DOOR, at=AT, phone=PHONE)
    assert not OneTimeCode.objects.exists()


def test_the_demo_shows_the_code_and_nothing_else_does(db, settings):
    settings.LINLI_SMS_SENDER, settings.DEMO = "", True
    shown = verbs.send_code(by=DOOR, at=AT, phone=PHONE).shown
    assert check(shown) is None
    settings.DEMO = False
    with pytest.raises(NotSent):
        verbs.send_code(by=DOOR, at=AT + timedelta(minutes=2), phone=PHONE)


def test_a_disabled_resident_is_told_after_the_code(cast: Cast):
    with as_system():
        Account.objects.filter(phone_print=fingerprint("13911112222")).update(is_active=False)
    with pytest.raises(NotAllowed):
        check(send(phone="13911112222"), phone="13911112222")
