"""Staff at the door: password, second factor, lockout, and what nobody can tell from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, TooMany
from linli.kernel.people import totp, verbs
from linli.kernel.people.models import Session, Tally

from .conftest import AT, DOOR, PASSWORD, Cast, records, the_account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ELSEWHERE = replace(DOOR, address="198.51.100.9")


def enrol(actor, at=AT):
    me = replace(DOOR, account_id=actor.account_id)
    return verbs.enrol_second_factor(
        by=me, at=at, account_id=actor.account_id, secret=SECRET, code=totp.code_at(SECRET, at), entering="Edge"
    )


def test_a_right_password_leads_to_the_second_factor(cast: Cast):
    account = verbs.check_password(by=DOOR, at=AT, username=" Counter ", password=PASSWORD)
    assert (account.id, verbs.next_step(account)) == (cast.counter.account_id, "enrol")
    enrol(cast.counter)
    assert verbs.next_step(the_account(cast.counter)) == "factor"


def test_unknown_names_and_wrong_passwords_are_told_alike(cast: Cast):
    said = []
    for username, password in (("counter", "wrong"), ("nobody", "wrong"), ("resident:x", "wrong")):
        with pytest.raises(Invalid) as refused:
            verbs.check_password(by=DOOR, at=AT, username=username, password=password)
        said.append(refused.value.fields)
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("username", ["counter", "nobody"])
def test_five_wrong_passwords_lock_the_name_from_this_address_for_a_quarter(cast: Cast, username):
    for _try in range(4):
        with pytest.raises(Invalid):
            verbs.check_password(by=DOOR, at=AT, username=username, password="wrong")
    with pytest.raises(TooMany):
        verbs.check_password(by=DOOR, at=AT, username=username, password="wrong")
    with pytest.raises(TooMany):
        verbs.check_password(by=DOOR, at=AT + timedelta(minutes=14), username=username, password=PASSWORD)
    if username == "counter":
        assert verbs.check_password(by=ELSEWHERE, at=AT, username=username, password=PASSWORD)
        later = AT + timedelta(minutes=15, seconds=1)
        assert verbs.check_password(by=DOOR, at=later, username=username, password=PASSWORD)
        stream = f"account:{cast.counter.account_id}"
        assert records(stream)[-5:] == ["sign_in_failed"] * 4 + ["lock"]


def test_fifty_wrong_passwords_from_anywhere_lock_the_name_everywhere(cast: Cast):
    for number in range(50):
        at_door = replace(DOOR, address=f"203.0.113.{number // 4}")
        with pytest.raises(Invalid):
            verbs.check_password(by=at_door, at=AT, username="handler", password="wrong")
    with pytest.raises(TooMany):
        verbs.check_password(by=ELSEWHERE, at=AT, username="handler", password=PASSWORD)


def test_the_security_administrator_unlocks_with_a_reason(cast: Cast):
    for _try in range(5):
        with pytest.raises((Invalid, TooMany)):
            verbs.check_password(by=DOOR, at=AT, username="counter", password="wrong")
    with pytest.raises(NotAllowed):
        verbs.unlock_account(by=cast.system, at=AT, account_id=cast.counter.account_id, reason="忘记密码了")
    with pytest.raises(Invalid):
        verbs.unlock_account(by=cast.security, at=AT, account_id=cast.counter.account_id, reason="。")
    verbs.unlock_account(by=cast.security, at=AT, account_id=cast.counter.account_id, reason="本人电话核实")
    assert verbs.check_password(by=DOOR, at=AT, username="counter", password=PASSWORD)


def test_success_forgets_the_tries_before_it(cast: Cast):
    for _round in range(3):
        for _try in range(4):
            with pytest.raises(Invalid):
                verbs.check_password(by=DOOR, at=AT, username="counter", password="wrong")
        verbs.check_password(by=DOOR, at=AT, username="counter", password=PASSWORD)


def test_a_factor_code_works_once(cast: Cast):
    enrol(cast.counter)
    code = totp.code_at(SECRET, AT)
    with pytest.raises(Invalid):  # enrolling used it
        verbs.check_factor(by=DOOR, at=AT, account_id=cast.counter.account_id, code=code)
    later = AT + timedelta(seconds=60)
    fresh = totp.code_at(SECRET, later)
    verbs.check_factor(by=DOOR, at=later, account_id=cast.counter.account_id, code=fresh, device="Edge")
    with pytest.raises(Invalid):
        verbs.check_factor(by=DOOR, at=later, account_id=cast.counter.account_id, code=fresh)
    with pytest.raises(Invalid):  # nor one that is older than the last used
        verbs.check_factor(
            by=DOOR,
            at=later,
            account_id=cast.counter.account_id,
            code=totp.code_at(SECRET, later - timedelta(seconds=30)),
        )
    assert "sign_in" in records(f"account:{cast.counter.account_id}")


def test_five_wrong_factor_codes_lock(cast: Cast):
    enrol(cast.counter)
    later = AT + timedelta(minutes=5)
    for _try in range(4):
        with pytest.raises(Invalid):
            verbs.check_factor(by=DOOR, at=later, account_id=cast.counter.account_id, code="000000")
    for code in ("000000", totp.code_at(SECRET, later)):
        with pytest.raises(TooMany):
            verbs.check_factor(by=DOOR, at=later, account_id=cast.counter.account_id, code=code)


def test_a_recovery_code_works_once_and_in_any_writing(cast: Cast):
    _account, codes = enrol(cast.counter)
    assert len(set(codes)) == 10
    typed = codes[3].replace("-", " ").upper()
    verbs.check_factor(by=DOOR, at=AT, account_id=cast.counter.account_id, code=typed)
    with pytest.raises(Invalid):
        verbs.check_factor(by=DOOR, at=AT, account_id=cast.counter.account_id, code=typed)
    with pytest.raises(Invalid):  # somebody else's account does not take them
        enrol(cast.handler)
        verbs.check_factor(by=DOOR, at=AT, account_id=cast.handler.account_id, code=codes[4])


def test_a_factor_is_bound_once_and_taken_off_by_the_security_administrator_alone(cast: Cast):
    enrol(cast.counter)
    with pytest.raises(Conflict):
        enrol(cast.counter, AT + timedelta(minutes=5))
    with pytest.raises(NotAllowed):
        verbs.reset_second_factor(by=cast.system, at=AT, account_id=cast.counter.account_id, reason="手机丢失")
    verbs.reset_second_factor(by=cast.security, at=AT, account_id=cast.counter.account_id, reason="手机丢失")
    assert verbs.next_step(the_account(cast.counter)) == "enrol"


def test_neither_administrator_alone_comes_into_an_account(cast: Cast):
    """The one resets the password, the other the factor; each is refused the other half."""
    with pytest.raises(NotAllowed):
        verbs.reset_password(by=cast.security, at=AT, account_id=cast.counter.account_id)
    _account, password = verbs.reset_password(by=cast.system, at=AT, account_id=cast.counter.account_id)
    account = verbs.check_password(by=DOOR, at=AT, username="counter", password=password)
    assert account.must_change_password


def test_an_administrator_of_a_street_does_not_reset_who_holds_a_wider_post(cast: Cast):
    narrow = replace(cast.system, scope="990101001")
    with pytest.raises(NotAllowed):
        verbs.reset_password(by=narrow, at=AT, account_id=cast.security.account_id)


def test_a_disabled_account_stays_out_and_says_so_only_to_its_owner(cast: Cast):
    verbs.disable_account(by=cast.security, at=AT, account_id=cast.counter.account_id, reason="已离职")
    with pytest.raises(Invalid):
        verbs.check_password(by=DOOR, at=AT, username="counter", password="wrong")
    with pytest.raises(NotAllowed):
        verbs.check_password(by=DOOR, at=AT, username="counter", password=PASSWORD)


@pytest.mark.parametrize("weak", ["short1A.", "aaaaaaaaaaaa", "1234567890", "Password123", PASSWORD])
def test_weak_or_unchanged_passwords_are_refused_with_a_sentence(cast: Cast, weak):
    with pytest.raises(Invalid) as refused:
        verbs.set_password(
            by=cast.counter, at=AT, account_id=cast.counter.account_id, password=weak, current=PASSWORD
        )
    assert refused.value.fields["password"]
    assert the_account(cast.counter).check_password(PASSWORD)


def test_a_password_changes_with_the_current_one(cast: Cast):
    with pytest.raises(Invalid):
        verbs.set_password(
            by=cast.counter, at=AT, account_id=cast.counter.account_id, password="River-Stone-42", current="no"
        )
    with pytest.raises(NotAllowed):  # no current one given, and nobody else chose it
        verbs.set_password(
            by=cast.counter, at=AT, account_id=cast.counter.account_id, password="River-Stone-42", current=None
        )
    verbs.set_password(
        by=cast.counter, at=AT, account_id=cast.counter.account_id, password="River-Stone-42", current=PASSWORD
    )
    assert verbs.check_password(by=DOOR, at=AT, username="counter", password="River-Stone-42")


def test_a_demo_account_signs_in_whatever_hashed_the_same_password_before(cast: Cast, settings):
    """One process may change its hashers, as tests do: a hash kept from before would be refused as a wrong password."""
    settings.DEMO = True
    for name in ("MD5PasswordHasher", "PBKDF2PasswordHasher"):
        settings.PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}"]
        account = verbs.demo_account(name.lower(), "演示", "demo", [], at=AT)
        assert account.check_password("demo"), name


def test_demo_accounts_owe_a_second_factor_outside_the_demo(cast: Cast, settings):
    settings.DEMO = True
    account = verbs.demo_account("demo", "演示", "demo", [{"role": "leader", "place_code": "990101"}], at=AT)
    assert verbs.next_step(account) == ""
    settings.DEMO = False
    assert verbs.next_step(account) == "enrol"
    with pytest.raises(NotAllowed):
        verbs.sign_in(by=DOOR, at=AT, account_id=account.id, how="password")
    with pytest.raises(NotAllowed):
        verbs.demo_account("demo2", "演示", "demo", [], at=AT)


def test_secrets_are_nowhere_readable(cast: Cast):
    _account, codes = enrol(cast.counter)
    account = the_account(cast.counter)
    assert SECRET.encode() not in bytes(account.factor_sealed)
    prints = account.recovery_codes.values_list("code_print", flat=True)
    assert not any(codes[0].replace("-", "").encode() in bytes(kept) for kept in prints)


def test_tidy_forgets_old_tallies(cast: Cast):
    with pytest.raises(Invalid):
        verbs.check_password(by=DOOR, at=AT, username="nobody", password="x")
    verbs.tidy(at=AT + timedelta(days=3))
    assert not Tally.objects.exists()


def test_a_session_is_ended_by_its_owner_alone(cast: Cast):
    mine = Session.objects.create(
        session_key="k1", session_data="", expire_date=AT + timedelta(days=1), account_id=cast.counter.account_id
    )
    for other in (cast.handler, cast.security, DOOR):
        with pytest.raises(NotFound):
            verbs.end_session(by=other, at=AT, session=mine.session_key)
    with pytest.raises(NotFound):
        verbs.end_session(by=cast.counter, at=AT, session="")
    verbs.end_session(by=cast.counter, at=AT, session=mine.session_key)
    assert not Session.objects.exists()
