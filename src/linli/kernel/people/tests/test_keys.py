"""Keys of partners, the first administrators, and who an account is in a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linli.kernel.access import Conflict, NotAllowed, NotFound, Role, as_system
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, ApiKey
from linli.kernel.people.queries import accounts, actor_for_key, keys

from .conftest import AT, DISTRICT, DOOR, HOOD, PASSWORD, STREET, Cast


@pytest.fixture
def issued(cast: Cast):
    return verbs.issue_key(by=cast.security, at=AT, name="随手拍小程序", place_code=STREET)


def test_a_key_is_told_once_and_acts_within_its_place(cast: Cast, issued):
    key, plain = issued
    actor = actor_for_key(plain, at=AT, address="192.0.2.8")
    assert (actor.role, actor.scope, actor.name, actor.address) == (
        Role.PARTNER,
        STREET,
        "随手拍小程序",
        "192.0.2.8",
    )
    assert plain.encode() not in bytes(ApiKey.objects.get(pk=key.pk).key_print)
    for wrong in ("", plain[:-1], plain.upper()):
        assert actor_for_key(wrong, at=AT) is None


def test_a_revoked_or_expired_key_stops_at_once(cast: Cast, issued):
    key, plain = issued
    verbs.revoke_key(by=cast.security, at=AT, key_id=key.id)
    assert actor_for_key(plain, at=AT) is None
    with pytest.raises(Conflict):
        verbs.revoke_key(by=cast.security, at=AT, key_id=key.id)
    ends = AT + timedelta(days=1)
    _key, plain = verbs.issue_key(by=cast.security, at=AT, name="短期", place_code=HOOD, expires_at=ends)
    assert actor_for_key(plain, at=ends - timedelta(seconds=1)) and not actor_for_key(plain, at=ends)


def test_rotating_leaves_a_day_to_change_over(cast: Cast, issued):
    old, old_plain = issued
    _new, plain = verbs.rotate_key(by=cast.security, at=AT, key_id=old.id)
    assert actor_for_key(plain, at=AT) and actor_for_key(old_plain, at=AT + timedelta(hours=23))
    assert actor_for_key(old_plain, at=AT + timedelta(hours=24)) is None


def test_rotating_makes_no_key_for_ever_of_one_for_a_time(cast: Cast):
    ends = AT + timedelta(days=30)
    key, _plain = verbs.issue_key(by=cast.security, at=AT, name="短期", place_code=HOOD, expires_at=ends)
    _new, plain = verbs.rotate_key(by=cast.security, at=AT, key_id=key.id)
    assert actor_for_key(plain, at=ends - timedelta(seconds=1)) and not actor_for_key(plain, at=ends)


def test_a_disabled_partner_has_no_key(cast: Cast, issued):
    key, plain = issued
    verbs.disable_account(by=cast.security, at=AT, account_id=key.account_id, reason="合同到期")
    assert actor_for_key(plain, at=AT) is None


def test_keys_of_other_places_are_out_of_reach(cast: Cast, issued):
    elsewhere = replace(cast.security, scope="990102")
    with pytest.raises(NotFound):
        verbs.revoke_key(by=elsewhere, at=AT, key_id=issued[0].id)
    assert not keys(elsewhere).exists() and keys(cast.security).exists()


def test_three_first_administrators_and_never_again(db, settings):
    from .conftest import make_places

    make_places()
    with as_system():
        made = verbs.first_administrators(at=AT, place_code=DISTRICT)
        with pytest.raises(Conflict):
            verbs.first_administrators(at=AT, place_code=DISTRICT)
    roles = {account.username: account.posts.get().role for account, _password in made}
    assert roles == {"sysadmin": "system_admin", "secadmin": "security_admin", "audadmin": "audit_admin"}
    account = verbs.check_password(by=DOOR, at=AT, username="sysadmin", password=made[0][1])
    assert verbs.next_step(account) == "enrol" and account.must_change_password


def test_the_list_of_accounts_says_who_is_locked(cast: Cast):
    for _try in range(5):
        with pytest.raises(Exception, match=r".+"):
            verbs.check_password(by=DOOR, at=AT, username="counter", password="wrong")
    rows = {row.username: row for row in accounts(cast.security, at=AT)}
    assert rows["counter"].locked and not rows["handler"].locked
    assert not any(name.startswith("resident") for name in rows)
    with pytest.raises(NotAllowed):
        accounts(cast.counter, at=AT)
    assert verbs.check_password(by=DOOR, at=AT, username="handler", password=PASSWORD)
    with as_system():
        assert Account.objects.filter(kind="staff").count() == len(rows)
