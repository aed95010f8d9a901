"""The district lives: what people do goes through the verbs, follows from how matters stand, and is as fast as set."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from linli.kernel.access import SYSTEM, Invalid, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.models import OPEN, Matter
from linli.project.demo import filling
from linli.project.demo.living import pace
from linli.project.demo.living.arriving import Busy
from linli.project.demo.living.going_on import waiting
from linli.project.demo.living.life import Life
from linli.project.demo.living.town import Town, settled

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once for all of them: each test's own transaction lies within this one, and takes back what it did."""
    patched = pytest.MonkeyPatch.context()
    with django_db_blocker.unblock(), override_settings(DEMO=True), patched as patch, transaction.atomic():
        filling.fill(days=8, daily=12)
        patch.setattr(connection, "close", lambda: None)  # as every test does at its end
        yield
        transaction.set_rollback(True)


@pytest.fixture
def town(filled: None, db: None) -> Town:
    found = settled(now())
    found.rng = random.Random(7)
    return found


def written() -> Counter[str]:
    with as_system():
        return Counter(Record.objects.filter(verb__startswith="matters.").values_list("verb", flat=True))


def test_two_busy_hours_bring_reports_through_their_whole_lives(town: Town) -> None:
    before, began = written(), now()
    clock = Clock(began)
    life = Life(town, clock, usual=40)
    for _ in range(60):
        clock.at += timedelta(minutes=2)
        life.live(10.0, 300)
    did = written() - before
    assert life.did["open"] == did["matters.open"] > 20
    for verb in ("assign", "take", "report_done", "verify", "close"):
        assert did[f"matters.{verb}"] > 3, (verb, did)
    assert life.did["refused"] <= sum(did.values()) / 20
    with as_system():
        closed = Matter.objects.filter(state="closed", opened_at__gt=began)
        assert closed.exists()


def test_who_knows_nothing_goes_on_where_another_was_killed(town: Town) -> None:
    clock = Clock(now() + timedelta(minutes=1))
    for _ in range(40):
        Life(town, clock, usual=40).live(6.0, 300)  # a new one each time: nothing is kept in it
        clock.at += timedelta(minutes=1)
    assert written()["matters.close"] > 3


def test_what_a_visitor_reported_is_left_to_visitors_for_a_while(town: Town) -> None:
    at = now()
    with as_system():
        mine = Matter.objects.filter(state__in=OPEN, reporter__account__isnull=False).first()
        assert mine is not None
        Matter.objects.filter(state__in=OPEN).update(opened_at=at + timedelta(days=1))
        Matter.objects.filter(id=mine.id).update(opened_at=at - timedelta(minutes=9), paused_at=None)
    town.rng = Always()
    assert waiting(town, at) is None
    found = waiting(town, at + timedelta(minutes=2))
    assert found is not None and found[0].id == mine.id


def test_the_pace_is_what_was_set_and_nothing_else_can_be(town: Town) -> None:
    assert pace.pace().speed == pace.AT_FIRST
    pace.set_pace(by=SYSTEM, at=now(), speed=0)
    assert pace.pace().speed == 0
    for speed in (-1, 7, 10_000):
        with pytest.raises(Invalid):
            pace.set_pace(by=SYSTEM, at=now(), speed=speed)
    life = Life(town)
    assert life.reports(0) == life.acts(0) == 0
    assert life.reports(60) == pytest.approx(60 * filling.DAILY / 86400)
    assert life.acts(300) <= 20


def test_as_slow_as_life_nights_are_quiet() -> None:
    noon, night = datetime.fromisoformat("2026-11-26T09:00+08:00"), datetime.fromisoformat("2026-11-26T03:00+08:00")
    assert Busy().share(night) < 0.1 < 1 < Busy().share(noon)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Always(random.Random):
    """Chooses the first that comes."""

    def random(self) -> float:
        return 0.0

    def randrange(self, *_given: int) -> int:  # type: ignore[override]
        return 0
