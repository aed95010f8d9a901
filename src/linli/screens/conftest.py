"""For the tests of every screen: a cast, somebody of it signed in, and real Chromium before real pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from linli.kernel.access import Role, as_system
from linli.kernel.matters.tests.cast import ALWAYS, DISTRICT, Cast, make_cast
from linli.kernel.people.models import Account, Post
from linli.parts.tests import served

chromium, house, open_page = served.chromium, served.house, served.open_page


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def admins(cast: Cast) -> Cast:
    """The three administrators besides: system, security, audit."""
    with as_system():
        for name, role in (
            ("sysadmin", Role.SYSTEM_ADMIN),
            ("secadmin", Role.SECURITY_ADMIN),
            ("audadmin", Role.AUDIT_ADMIN),
        ):
            account = Account.objects.create(kind="staff", username=name, name=name)
            Post.objects.create(account=account, role=role.value, place_code=DISTRICT, valid=ALWAYS)
    return cast


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A browser without scripts, in which somebody of the cast is signed in."""

    def sign(who: str) -> Client:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username=who))
        return client

    return sign
