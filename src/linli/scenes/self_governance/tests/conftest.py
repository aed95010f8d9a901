from collections.abc import Callable

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.people.models import Account
from linli.parts.tests import served

from .cast import Neighbours, neighbours

chromium, house, open_page = served.chromium, served.house, served.open_page


@pytest.fixture
def town(db: None) -> Neighbours:
    return neighbours()


@pytest.fixture
def sign_in(town: Neighbours) -> Callable[[str], Client]:
    """A browser without scripts, in which somebody of the cast is signed in."""

    def sign(who: str) -> Client:
        client = Client()
        with as_system():
            client.force_login(Account.objects.get(username=who))
        return client

    return sign
