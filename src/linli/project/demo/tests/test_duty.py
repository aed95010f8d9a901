"""Duty of the demo district: rosters, people there now, what waits, operations; quickly, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import as_system, looking_as
from linli.kernel.duty.models import Leave, Position, Roster, Shift, Swap
from linli.kernel.duty.queries.on_duty import on_duty
from linli.kernel.operations.models import Operation, State
from linli.kernel.people.models import Account, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.places.verbs import bulk_add
from linli.project.demo import crew, duty, filling, geography, staff

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 11, 20, 8, tzinfo=UTC)  # Friday 16:00 in Shanghai


@pytest.fixture
def hired(settings: Any) -> None:
    settings.DEMO = True
    since = UNTIL - timedelta(days=365)
    with as_system():
        spots = [s for s in geography.build(1).spots if len(s.code) <= 12]
        bulk_add((filling._place(spot, since.date()) for spot in spots), by=duty.SYSTEM, at=since)
        crew.hire(since=since)


def test_the_district_is_on_duty(hired: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert duty.fill(until=UNTIL)
    assert not duty.fill(until=UNTIL)
    with as_system():
        account = Account.objects.get(username="street-duty")
        actor = actor_in(account, Post.objects.get(account=account))
        assert Roster.objects.count() >= 5
        assert {o.state for o in Operation.objects.all()} == {State.REPORTED, State.RUNNING, State.ANNOUNCED}
        assert Swap.objects.filter(state="agreed").exists() and Leave.objects.filter(state="asked").exists()
        assert Shift.objects.filter(unverified=True).exists() and Position.objects.exists()
        assert Shift.objects.filter(account=None, published_at__isnull=False).exists()
    with looking_as(actor):
        now = on_duty(actor, staff.FIRST_STREET, UNTIL)
    assert len(now) >= 2 and any(one.present for one in now)
    assert len(asked) < 1600, "a second on a quiet machine"


@pytest.mark.parametrize("hour", [0, 15, 21])
def test_at_any_hour(hired: None, hour: int) -> None:
    assert duty.fill(until=UNTIL.replace(hour=hour))
