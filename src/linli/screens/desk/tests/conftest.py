from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.people.models import Account


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A browser in which somebody of the cast is signed in."""

    def sign(who: str) -> Client:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username=who))
        return client

    return sign
