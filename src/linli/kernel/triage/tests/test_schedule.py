"""Learning without anybody asking: when, by whom, and what a killed worker leaves."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import MONDAY, Cast
from linli.kernel.triage import schedule, verbs
from linli.kernel.triage.models import Decision, ModelVersion

from .decided import decide_many

CROSSED = {"inquiry": "illegal-building", "illegal-building": "inquiry"}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def everything_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests note decisions themselves; the follower's cursor stands at the end of what there is."""
    schedule._waits.clear()
    monkeypatch.setattr(schedule, "READ", 10**9)


def test_it_learns_once_there_is_enough_and_then_once_a_day(cast: Cast) -> None:
    decide_many(cast, CROSSED, 19)
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0  # 38 decisions are too few
    decide_many(cast, CROSSED, 3, start=50)
    assert schedule.learn_when_due(at=MONDAY + DAY) == 1
    made = ModelVersion.objects.get()
    assert made.in_force and made.held_out == 20
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0
    decide_many(cast, CROSSED, 11, at=MONDAY + DAY + timedelta(hours=1), start=100)
    assert schedule.learn_when_due(at=MONDAY + DAY * 2 - timedelta(hours=1)) == 0  # the day is not over
    assert schedule.learn_when_due(at=MONDAY + DAY * 2) == 1
    assert schedule.learn_when_due(at=MONDAY + DAY * 9) == 0  # nothing is new
    with as_system():
        assert Record.objects.filter(verb="triage.learn", actor_role="system").count() == 2


def test_many_decisions_do_not_wait_for_the_day_to_be_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "MANY", 24)
    decide_many(cast, CROSSED, 22)
    monkeypatch.setattr(schedule, "FEWEST", 24)
    assert schedule.learn_when_due(at=MONDAY + DAY) == 1
    decide_many(cast, CROSSED, 12, at=MONDAY + DAY + timedelta(hours=1), start=100)
    assert schedule.learn_when_due(at=MONDAY + DAY + timedelta(hours=3)) == 1


def test_switched_off_everywhere_nothing_is_learned(cast: Cast) -> None:
    decide_many(cast, CROSSED, 22)
    verbs.switch(by=SYSTEM, at=MONDAY, on=False)
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0
    verbs.switch(by=SYSTEM, at=MONDAY, on=True)
    assert schedule.learn_when_due(at=MONDAY + DAY) == 1


def test_history_that_is_still_to_be_noted_is_waited_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    decide_many(cast, CROSSED, 22)
    monkeypatch.setattr(schedule, "READ", 10)  # no follower has read anything here
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0


def test_matters_that_are_gone_are_found_out_once_and_not_every_second(cast: Cast) -> None:
    decide_many(cast, CROSSED, 22)
    with as_system():
        for n, row in enumerate(Decision.objects.all()[:30]):
            Decision.objects.filter(pk=row.pk).update(matter_id=f"01890000-0000-7000-8000-{n:012d}")
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0
    assert schedule._waits["until"] == MONDAY + DAY + schedule.AGAIN
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0 and not ModelVersion.objects.exists()


def test_while_one_worker_learns_no_other_does_and_a_dead_one_holds_nothing(cast: Cast) -> None:
    decide_many(cast, CROSSED, 22)
    given = connection.get_connection_params()
    other = psycopg.connect(**{k: given[k] for k in ("dbname", "user", "host", "port", "password") if k in given})
    other.execute("SELECT pg_advisory_lock(%s)", [schedule._LOCK])
    assert schedule.learn_when_due(at=MONDAY + DAY) == 0 and not ModelVersion.objects.exists()
    pid = other.info.backend_pid
    other.close()  # as a killed process: its locks end with it
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid])
            if cursor.fetchone()[0] == 0:
                break
            cursor.execute("SELECT pg_stat_clear_snapshot()")
    assert schedule.learn_when_due(at=MONDAY + DAY) == 1
