"""Whatever people do with an emergency, in whatever order: its state is the one the table allows, its instants run
forward, every act is one line of its course, and nobody rewrote it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.kernel.access import Conflict, as_system, looking_as
from linli.kernel.audit.queries import verify
from linli.kernel.emergencies import verbs
from linli.kernel.emergencies.flow import STEPS
from linli.kernel.emergencies.models import STANDS, Answer, Emergency, State, Task
from linli.kernel.emergencies.queries import course
from linli.kernel.emergencies.zones import Wanted
from linli.kernel.matters.tests.cast import HOOD, MONDAY, STREET, Cast


class Incident(RuleBasedStateMachine):
    cast: Cast

    @initialize(wide=st.booleans())
    def begin(self, wide: bool) -> None:
        self.inside = transaction.atomic()
        self.inside.__enter__()
        self.at = MONDAY
        self.state = State.DECLARED
        self.acts = 1
        self.open: set[UUID] = set()
        self.taken: set[UUID] = set()
        self.arrived: set[UUID] = set()
        self.said: dict[str, str] = {}
        self.called: set[str] = set()
        self.id = verbs.declare(
            by=self.cast.street_duty, at=self.at, event="燃气泄漏", zone=Wanted(place_code=STREET if wide else HOOD)
        ).id

    def teardown(self) -> None:
        if hasattr(self, "inside"):
            transaction.set_rollback(True)
            self.inside.__exit__(None, None, None)

    def do(self, verb: str, **given: Any) -> Any:
        """Run a verb, and know whether it must be refused."""
        self.at += timedelta(minutes=1)
        may = self.state in STEPS[verb].since
        try:
            with transaction.atomic():
                done = getattr(verbs, verb)(emergency_id=self.id, by=self.cast.street_duty, at=self.at, **given)
        except Conflict:
            assert not may
            return None
        assert may
        self.acts += 1
        self.state = STEPS[verb].to or self.state
        return done

    @rule(verb=st.sampled_from(["respond", "control"]))
    def goes_on(self, verb: str) -> None:
        self.do(verb)

    @rule()
    def ends(self) -> None:
        if self.do("end", note="结束"):
            self.said.clear()

    @rule(who=st.sampled_from(["granny", "chen"]), kind=st.sampled_from(["safe", "help"]))
    def says_how_they_are(self, who: str, kind: str) -> None:
        """The last word counts; the first call for help, and only that, is a task and a line in the log."""
        self.at += timedelta(minutes=1)
        try:
            with transaction.atomic():
                made = verbs.answer(emergency_id=self.id, by=self.cast.actors[who], at=self.at, kind=kind)
        except Conflict:
            assert self.state not in STANDS
            return
        assert self.state in STANDS
        self.said[who] = kind
        if kind == "help" and who not in self.called:
            self.called.add(who)
            self.acts += 1
            with as_system():
                self.open.add(Task.objects.get(answer=made).id)

    @rule(data=st.data(), verb=st.sampled_from(["take_task", "arrive_task"]))
    def somebody_goes(self, data: st.DataObject, verb: str) -> None:
        """Twice is once: what a phone sent again is no second line."""
        if not self.open:
            return
        task = data.draw(st.sampled_from(sorted(self.open)))
        again = task in (self.arrived if verb == "arrive_task" else self.taken)
        if self.do(verb, task_id=task):
            self.acts -= again
            self.taken.add(task)
            if verb == "arrive_task":
                self.arrived.add(task)

    @rule()
    def is_reviewed(self) -> None:
        self.do("review", lessons="记住")

    @rule(text=st.text("火水气", min_size=1, max_size=9))
    def is_said(self, text: str) -> None:
        self.do("say", text=text)

    @rule(grade=st.integers(1, 4))
    def is_graded(self, grade: int) -> None:
        self.do("change", grade=grade)

    @rule(to=st.sampled_from([STREET, HOOD]))
    def moves(self, to: str) -> None:
        self.do("move_zone", zone=Wanted(place_code=to))

    @rule()
    def is_given_a_task(self) -> None:
        task = self.do("set_task", text="警戒", who="派出所", due_at=self.at + timedelta(hours=1))
        if task:
            self.open.add(task.id)

    @rule(data=st.data())
    def a_task_ends(self, data: st.DataObject) -> None:
        if not self.open:
            return
        task = data.draw(st.sampled_from(sorted(self.open)))
        if data.draw(st.booleans()):
            done = self.do("finish_task", task_id=task, result="好了")
        else:
            done = self.do("drop_task", task_id=task, note="不用了")
        if done:
            self.open.discard(task)

    @invariant()
    def it_is_what_it_should_be(self) -> None:
        if not hasattr(self, "id"):
            return
        with as_system():
            emergency = Emergency.objects.get(id=self.id)
            assert emergency.state == self.state
            assert emergency.version == self.acts
            tasks = list(emergency.tasks.all())
            assert {task.id for task in tasks if task.is_open} == self.open
            assert {task.id for task in tasks if task.taken_at} >= self.taken
            kinds = sorted(Answer.objects.filter(emergency=emergency).values_list("kind", flat=True))
            assert kinds == sorted(self.said.values())
            if self.state not in STANDS:
                assert emergency.safe is not None
                assert not kinds
        with looking_as(self.cast.street_duty):
            told = course.course(emergency)
        assert len(told) == self.acts
        assert [line.at for line in told] == sorted(line.at for line in told)
        assert list(verify()) == []


@pytest.mark.slow
def test_an_emergency_whatever_happens(cast: Cast) -> None:
    Incident.cast = cast
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Incident,
        settings=settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=checks),
    )
