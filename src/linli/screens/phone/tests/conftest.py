from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.models import Version
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.people.models import Account

SignIn = Callable[[str], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    # The flush after a test with a live server also takes the row that the clock's migration made.
    Version.objects.get_or_create(pk=1)
    return make_cast()


@pytest.fixture
def sign_in(cast: Cast) -> Iterator[SignIn]:
    """A browser without scripts, signed in as one of the cast."""

    def signed_in(who: str) -> Client:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username=who))
        return client

    yield signed_in
