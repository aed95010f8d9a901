"""The drill of last week: told in the order it happened, with what residents answered, and quickly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.emergencies.models import Answer, Emergency, State
from linli.kernel.emergencies.queries.course import course
from linli.kernel.emergencies.queries.homes import roots
from linli.kernel.people.models import Person
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place
from linli.kernel.places.verbs import bulk_add
from linli.project.demo import crew, filling, geography, incident

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_drill_with_a_call_for_help_told_in_order(settings: Any) -> None:
    settings.DEMO = True
    since = UNTIL - timedelta(days=365)
    with as_system():
        spots = [s for s in geography.build(1).spots if len(s.code) <= 12 or s.code.startswith(incident._HOOD)]
        bulk_add((filling._place(spot, since.date()) for spot in spots), by=SYSTEM, at=since)
        crew.hire(since=since)
        for building in Place.objects.filter(level=Level.BUILDING):
            for n in range(3):
                Person.objects.create(name=f"居民{n}", place_code=f"{building.code}01{n:04d}")
    with CaptureQueriesContext(connection) as asked:
        incident.tell(UNTIL)
    with as_system():
        drill = Emergency.objects.get()
        told = course(drill)
        assert roots(drill), "somebody lives inside"
    assert drill.state == State.REVIEWED
    assert (drill.helped, (drill.safe or 0) > 5) == (1, True)
    assert not Answer.objects.exists()
    assert [line.at for line in told] == sorted(line.at for line in told)
    assert any("居民求助" in line.sentence for line in told)
    assert any("手机上是" in line.quote for line in told)
    assert len(asked) < 900, "a second on a quiet machine"
