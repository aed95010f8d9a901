"""The demo's notices: of every level and state, at hours when somebody is at work, and quickly put up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.matters.tests.conftest import toy_scene as toy_scene
from linli.kernel.notices.models import Notice, Opening, Version
from linli.kernel.notices.queries import shown
from linli.kernel.places.verbs import bulk_add
from linli.project.demo import crew, filling, geography, noticing, staff

UNTIL = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def district(db: None, settings: Any) -> None:
    settings.DEMO = True
    since = UNTIL - timedelta(days=900)
    spots = (spot for spot in geography.build(1).spots if len(spot.code) <= 12)
    with as_system():
        bulk_add((filling._place(spot, since.date()) for spot in spots), by=SYSTEM, at=since)
        crew.hire(since=since)


@pytest.mark.slow
def test_notices_of_every_level_and_state(district: None) -> None:
    assert noticing.fill(until=UNTIL) == len(noticing.TOLD) + 1
    assert noticing.fill(until=UNTIL) == 0  # once
    with as_system():
        states = Counter(Notice.objects.values_list("state", flat=True))
        levels = Counter(Notice.objects.values_list("level", flat=True))
        drill = Notice.objects.get(drill=True)
        assert set(states) == {"published", "submitted", "draft", "expired"} and states["published"] >= 7
        assert set(levels) == {"plain", "important", "emergency"}
        assert drill.ended_at is not None and drill.reviewed_by_id not in (None, drill.published_by_id)
        assert Version.objects.filter(number=2, state="standing").exists()
        assert Opening.objects.exists()
        for published in Notice.objects.exclude(published_at=None):
            assert published.published_at <= UNTIL
    on = shown.on("board", place_code=staff.FIRST_HOOD, at=UNTIL)
    assert len(on) >= 5 and not any(one.emergency for one in on)
    assert on[0].level == "important"
