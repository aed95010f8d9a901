"""The process that plans: what it hands over is what would be planned here, and it outlives nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import astuple
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import psutil
import pytest

from linli.kernel.access import Actor, Role
from linli.kernel.people.models import Unit
from linli.project.demo import geography, lives, past, planner, residents, staff
from linli.project.demo.crew import Crew
from linli.project.demo.planner import Asked, planning

ASKED = Asked(1, date(2026, 11, 1), datetime(2026, 11, 20, 8, tzinfo=UTC), 60)


@pytest.fixture(scope="module")
def telling() -> past.Telling:
    """Who is who, without a database."""
    crew = Crew()
    for new in staff.units():
        crew.units[new.key] = Unit(
            id=_id(new.key), name=new.name, kind=new.kind, place_code=new.place_code, department=new.department
        )
    for colleague in (*staff.shown(), *staff.behind()):
        crew.actors[colleague.unit, colleague.role] = Actor(
            role=Role(colleague.role), name=colleague.name, account_id=_id(colleague.username)
        )
    everybody = residents.settle(geography.build(ASKED.seed), ASKED.seed, ASKED.until.year)
    return past.Telling(crew, [_id(str(n)) for n in range(len(everybody))], [person.name for person in everybody])


def _id(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def test_what_is_planned_elsewhere_is_what_would_be_planned_here(telling: past.Telling) -> None:
    here_open: list[lives.Life] = []
    planned = lives.plan(planner._world(ASKED), first=ASKED.first, until=ASKED.until, daily=ASKED.daily)
    here = list(past.rows(planned, telling, ASKED.until, here_open))
    with planning(ASKED) as process:
        lately = process.lately()
        there = [row for batch in process.batches(telling) for row in batch]
    assert there == here and len(here) > 800
    of_residents = [telling.people[position] for _code, position in lately]
    reported = [row.reporter_id for row in there if row.reporter_id is not None]
    assert of_residents[0] != of_residents[-1] and len(of_residents) > 200
    assert set(of_residents) & set(reported)
    assert [astuple(_silent(life)) for life in process.open_now] == [astuple(_silent(life)) for life in here_open]
    assert len(here_open) > 50
    # What is told of the open ones afterwards goes on with the same dice, those of one day sharing theirs.
    assert _next_dice(process.open_now) == _next_dice(here_open)


def _silent(life: lives.Life) -> lives.Life:
    life_of = {name: getattr(life, name) for name in lives.Life.__slots__ if name != "scene"}
    return lives.Life(**life_of, scene=None)  # type: ignore[arg-type] # dice are compared by what they throw


def _next_dice(open_now: list[lives.Life]) -> list[float]:
    return [life.scene.rng.random() for life in open_now]


def test_none_is_left_when_its_rows_are_not_wanted_any_more(telling: past.Telling) -> None:
    with pytest.raises(RuntimeError), planning(ASKED) as process:
        process.lately()
        next(process.batches(telling))
        raise RuntimeError
    assert process.process.returncode == -signal.SIGKILL


def test_a_planner_that_fell_is_told() -> None:
    with planning(ASKED) as process:
        process.process.kill()
        process.process.wait()
        with pytest.raises((EOFError, BrokenPipeError)):
            next(process.batches(past.Telling(Crew(), [], [])))


def test_none_outlives_whoever_started_it() -> None:
    code = (
        "import django; django.setup()\n"
        "from linli.project.demo.tests.test_planner import ASKED, planning\n"
        "with planning(ASKED) as p: print(p.process.pid, flush=True); input()\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert starter.stdout is not None
    planning_process = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    planning_process.wait(30)
