"""A worker is killed (SIGKILL) before any of its statements while a notice goes out: nobody is left out, and who hears twice
hears the same message again, which the phone puts in the place of the first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from linli.gateways.push.tests.conftest import service as service
from linli.gateways.push.tests.service import Service
from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import MONDAY, Cast, make_cast
from linli.kernel.notices import verbs
from linli.kernel.notices.models import Delivery, Mailing
from linli.kernel.notices.tests.made import published

from .test_killed_verbs import killed

pytestmark = pytest.mark.django_db(transaction=True)
WHO = ("granny", "chen", "grid")
LEASED = timedelta(minutes=3)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def work(at: Any) -> None:
    while verbs.expand(at=at, limit=2) + verbs.deliver(at=at, limit=2):
        pass


def test_killed_anywhere_nobody_is_left_out_and_nobody_hears_two_things(cast: Cast, service: Service) -> None:
    for who in WHO:
        browser = service.browser(who)
        verbs.subscribe(
            by=cast.actors[who], at=MONDAY, endpoint=browser.endpoint, p256dh=browser.p256dh, auth=browser.auth
        )
    after, twice = 0, 0
    while True:
        at = MONDAY + timedelta(minutes=4 * after)  # more than a lease, and before the evening
        published(cast, at=at, channels=["phone", "push"])
        service.got.clear()
        was_killed = killed(lambda at=at: work(at), after)
        connections.close_all()
        work(at)
        work(at + LEASED)
        heard = Counter(one.browser for one in service.got)
        assert set(heard) == set(WHO), f"somebody was left out, after {after} statements"
        assert max(heard.values()) <= 2
        twice += sum(n - 1 for n in heard.values())
        assert len({(one.headers["topic"], one.message["tag"]) for one in service.got}) == 1
        with as_system():
            assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
            assert not Mailing.objects.filter(done_at=None).exists()
        if not was_killed:
            break
        after += 1
        assert after < 150
    assert after > 20
    # Only the statements between the outside's yes and what was written down can make somebody hear it again.
    assert 0 < twice <= 6 * len(WHO)
