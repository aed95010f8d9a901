"""What is added to the lives of open matters fits what was planned of them, at whatever minute the district ends."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from linli.kernel.people.models import Unit
from linli.project.demo import filling, geography, lives, past, residents, staff, today
from linli.project.demo.crew import Crew

UNTIL = datetime(2026, 11, 26, 5, 20, tzinfo=UTC)


def test_a_story_is_told_in_its_order_and_never_before_the_matter_was_given_to_its_unit() -> None:
    district = geography.build(filling.SEED)
    world = lives.World(district, residents.settle(district, filling.SEED, 2026), filling.SEED)
    first = (UNTIL - timedelta(days=548)).date()
    planned = lives.plan(world, first=first, until=UNTIL, daily=100, since=(UNTIL - timedelta(days=3)).date())
    held = [life for life in planned if past.state_after(past.done_by(life, UNTIL)) == "assigned"]
    # One matter was given back and came to its unit again after its time was up, forty-five seconds before.
    held[0].finish_due = _given(held[0]) - timedelta(seconds=45)
    crew = Crew({new.key: Unit(id=uuid4(), place_code=new.place_code) for new in staff.units()})
    people = [uuid4() for _resident in world.residents]
    visitor = next(life for life in held if life.reporter is not None and _may_be_asked(life))
    for seed in range(20):
        telling = past.Telling(crew, people, [], accounts={people[visitor.reporter or 0]: uuid4()})
        replay = today.Replay(telling, UNTIL, random.Random(seed))
        today._stories([today.Living(life, Unit()) for life in held], replay)
        began: set[str] = set()
        for at, _n, living, act in sorted(replay.todo, key=lambda item: item[:2]):
            assert _given(living.life) <= at <= UNTIL, act
            if act.verb in ("ask", "ask_extension", "supervise"):
                began.add(living.life.source_key)
            elif act.verb in ("answer", "decide_extension", "reply_order"):
                assert living.life.source_key in began, act
        waits = [act.verb for _at, _n, living, act in replay.todo if living.life is visitor]
        assert "ask" in waits, "whoever looks around as a resident finds a question"
        assert "answer" not in waits


def _may_be_asked(life: lives.Life) -> bool:
    sent = next(act for act in reversed(life.acts) if act.verb == "assign" and act.at <= UNTIL)
    storied = any(act.verb in ("reopen", "ask_extension") for act in life.acts)
    return sent.at < life.finish_due and not sent.owner and not storied


def _given(life: lives.Life) -> datetime:
    return max(act.at for act in life.acts if act.verb == "assign" and act.at <= UNTIL)
