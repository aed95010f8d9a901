"""Who knocked is kept as long as somebody may want to know, and a scan of keys fills no table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from linli.kernel.access import as_system
from linli.kernel.things.models import Stranger
from linli.kernel.things.verbs import knocking

from .cast import AT

pytestmark = pytest.mark.django_db


def knock(key: str, at: datetime, why: str = "unknown", times: int = 1) -> None:
    knocking.note([knocking.Knock(key, why, "10.0.0.9", "", at, at, times)])


def known() -> dict[str, int]:
    with as_system():
        return dict(Stranger.objects.values_list("key", "times"))


def test_a_stranger_is_forgotten_a_month_after_it_was_heard_or_settled() -> None:
    with as_system():
        for days in (1, 29, 31):
            knock(f"open-{days}", AT - timedelta(days=days))
            knock(f"settled-{days}", AT - timedelta(days=40))
            Stranger.objects.filter(key=f"settled-{days}").update(settled_at=AT - timedelta(days=days))
    with connection.cursor() as cursor:  # as a worker that has nobody's eyes
        cursor.execute("SELECT set_config('linli.sees', '', false)")
    assert knocking.tidy(at=AT) == 2
    assert sorted(known()) == ["open-1", "open-29", "settled-1", "settled-29"]


def test_of_too_many_those_who_knocked_longest_ago_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocking, "MOST", 3)
    with as_system():
        for n in range(6):
            knock(f"scan-{n}", AT - timedelta(minutes=10 - n), times=2)
        knock("ours", AT - timedelta(minutes=20), why="secret")
    assert knocking.tidy(at=AT) == 3
    assert known() == {"scan-3": 2, "scan-4": 2, "scan-5": 2, "ours": 1, knocking.OTHERS: 6}
    assert knocking.tidy(at=AT) == 0


def test_knocks_are_counted_up_to_what_can_be() -> None:
    with as_system():
        knock("x", AT, times=2_147_483_647)
        knock("x", AT, times=5)
    assert known() == {"x": 2_147_483_647}
