"""Whatever happens to shifts, swaps and leave: nobody is on two at once, and no gap is made without a word."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from linli.kernel.access import Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.duty import verbs
from linli.kernel.duty.models import Cover, Leave, Shift, Stands, Swap

from .cast import AT, MONDAY, Cast, make_cast, slots

PEOPLE = ("li", "liu", "sun", "head")
who = st.sampled_from(PEOPLE)
maybe = st.sampled_from((*PEOPLE, None))
pick = st.integers(0, 10_000)
DAY = timedelta(days=1)


class Duty(RuleBasedStateMachine):
    """A week of three shifts a day and four people, planned and replanned while time goes on."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        with as_system():
            Cover.objects.all().delete()
            Swap.objects.all().delete()
            Leave.objects.all().delete()
            # Whoever served in an example before this one is free again.
            Shift.objects.update(account=None, in_at=None, out_at=None, unverified=False)
        self.published: set[Any] = set()
        self.held: set[Any] = set()
        """Published shifts somebody has had: a draft may lose its person without a word, nobody was told of it."""
        self.now: datetime = AT
        type(self).count += 1
        self.roster = self.cast.roster(name=f"表{type(self).count}")
        self.other = self.cast.roster("two", name=f"备{type(self).count}")
        self.slots = slots(self.roster)

    count = 0

    def act(self, verb: Any, **given: Any) -> None:
        """A refusal is an answer; anything else is a fault."""
        with suppress(Refused):
            verb(at=self.now, **given)

    def shifts(self) -> list[Shift]:
        with as_system():
            rows = Shift.objects.filter(roster__in=(self.roster, self.other)).order_by("lasts", "id")
            return list(rows.exclude(cancelled_at__isnull=False))

    def one(self, n: int) -> Shift | None:
        rows = [s for s in self.shifts() if s.ends_at > self.now]
        return rows[n % len(rows)] if rows else None

    @rule(
        day=st.integers(0, 6),
        slot=st.integers(0, 2),
        people=st.lists(who, max_size=2, unique=True),
        why=st.booleans(),
    )
    def plan(self, day: int, slot: int, people: list[str], why: bool) -> None:
        wanted = verbs.Wanted(self.slots[slot].id, MONDAY + day * DAY, tuple(self.cast.id(p) for p in people))
        self.act(
            verbs.save_week,
            by=self.cast.duty,
            roster_id=self.roster.id,
            wanted=[wanted],
            reason="调整" if why else "",
        )

    @rule(day=st.integers(0, 6), slot=st.integers(0, 1), person=who)
    def stand_by(self, day: int, slot: int, person: str) -> None:
        wanted = verbs.Wanted(slots(self.other)[slot].id, MONDAY + day * DAY, (self.cast.id(person),))
        self.act(verbs.save_week, by=self.cast.duty, roster_id=self.other.id, wanted=[wanted], reason="备勤")

    @rule(gaps=st.booleans(), which=st.booleans())
    def publish(self, gaps: bool, which: bool) -> None:
        roster = self.roster if which else self.other
        self.act(verbs.publish, by=self.cast.head, roster_id=roster.id, month=MONDAY, with_gaps=gaps)

    @rule(n=pick, person=maybe, why=st.booleans())
    def give(self, n: int, person: str | None, why: bool) -> None:
        if shift := self.one(n):
            account = self.cast.id(person) if person else None
            self.act(
                verbs.set_shift,
                by=self.cast.duty,
                shift_id=shift.id,
                account_id=account,
                reason="顶班" if why else "",
            )

    @rule(n=pick, why=st.booleans())
    def cancel(self, n: int, why: bool) -> None:
        if shift := self.one(n):
            self.act(verbs.cancel_shift, by=self.cast.duty, shift_id=shift.id, reason="不需要" if why else "")

    @rule(n=pick, m=pick, person=who, back=st.booleans())
    def ask_swap(self, n: int, m: int, person: str, back: bool) -> None:
        mine = [s for s in self.shifts() if s.account_id and s.starts_at > self.now]
        theirs = [s for s in mine if s.account_id == self.cast.id(person)]
        if mine and (theirs or not back):
            shift = mine[n % len(mine)]
            asker = next(a for a in self.cast.actors.values() if a.account_id == shift.account_id)
            given = theirs[m % len(theirs)].id if back else None
            self.act(verbs.ask_swap, by=asker, shift_id=shift.id, colleague_id=self.cast.id(person), back_id=given)

    @rule(n=pick, agrees=st.booleans())
    def answer_swap(self, n: int, agrees: bool) -> None:
        if swap := self._swap(n, "asked"):
            colleague = next(a for a in self.cast.actors.values() if a.account_id == swap.colleague_id)
            self.act(verbs.answer_swap, by=colleague, swap_id=swap.id, agrees=agrees)

    @rule(n=pick, granted=st.booleans())
    def decide_swap(self, n: int, granted: bool) -> None:
        if swap := self._swap(n, "agreed"):
            self.act(verbs.decide_swap, by=self.cast.duty, swap_id=swap.id, granted=granted, reason="人手")

    def _swap(self, n: int, state: str) -> Swap | None:
        with as_system():
            rows = list(Swap.objects.filter(state=state).order_by("id"))
        return rows[n % len(rows)] if rows else None

    @rule(person=who, day=st.integers(0, 6), days=st.integers(1, 3), granted=st.booleans())
    def leave(self, person: str, day: int, days: int, granted: bool) -> None:
        starts = AT + day * DAY
        self.act(
            verbs.ask_leave, by=self.cast.actors[person], starts=starts, ends=starts + days * DAY, kind="annual"
        )
        with as_system():
            asked = Leave.objects.filter(state="asked", account=self.cast.id(person)).first()
        if asked:
            self.act(verbs.decide_leave, by=self.cast.duty, leave_id=asked.id, granted=granted, reason="人手")

    @rule(n=pick, takes=st.booleans())
    def answer_cover(self, n: int, takes: bool) -> None:
        with as_system():
            rows = list(Cover.objects.filter(answered_at=None, closed_at=None).order_by("id"))
        if rows:
            cover = rows[n % len(rows)]
            whoever = next(a for a in self.cast.actors.values() if a.account_id == cover.account_id)
            self.act(verbs.answer_cover, by=whoever, shift_id=cover.shift_id, takes=takes)

    @rule(n=pick, person=who)
    def take(self, n: int, person: str) -> None:
        rows = [s for s in self.shifts() if s.account_id is None]
        if rows:
            self.act(verbs.take_open, by=self.cast.actors[person], shift_id=rows[n % len(rows)].id)

    @rule(n=pick, leaves=st.booleans())
    def come(self, n: int, leaves: bool) -> None:
        rows = [s for s in self.shifts() if s.account_id and s.starts_at - verbs.EARLY <= self.now < s.ends_at]
        if rows:
            shift = rows[n % len(rows)]
            person = next(a for a in self.cast.actors.values() if a.account_id == shift.account_id)
            self.act(verbs.check_in, by=person, shift_id=shift.id)
            if leaves:
                self.act(verbs.check_out, by=person, shift_id=shift.id)

    @precondition(lambda self: self.now < AT + 7 * DAY)
    @rule(hours=st.integers(1, 12))
    def time_goes_on(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        verbs.close_forgotten(at=self.now)

    @invariant()
    def nobody_is_on_two_shifts_at_once(self) -> None:
        spans: dict[Any, list[tuple[datetime, datetime]]] = defaultdict(list)
        for shift in self.shifts():
            if shift.account_id:
                spans[shift.account_id].append((shift.starts_at, shift.ends_at))
        for each in spans.values():
            each.sort()
            assert all(one[1] <= other[0] for one, other in pairwise(each))

    @invariant()
    def no_gap_is_made_without_a_word(self) -> None:
        """Every published shift stands; who lost one is named in its history, with why; who is cancelled has a reason."""
        with as_system():
            rows = list(Shift.objects.filter(roster__in=(self.roster, self.other), published_at__isnull=False))
            said = defaultdict(list)
            for record in Record.objects.filter(stream__in=[s.stream for s in rows]).order_by("stream_seq"):
                said[record.stream].append(record)
        for shift in rows:
            if shift.cancelled_at is not None:
                assert shift.reason
                assert said[shift.stream]
            elif shift.account_id is None and shift.id in self.held:
                assert shift.reason
        standing = {shift.id for shift in rows}
        assert self.published <= standing
        self.published = standing
        self.held |= {shift.id for shift in rows if shift.account_id}

    @invariant()
    def nobody_was_there_who_was_not_expected(self) -> None:
        for shift in self.shifts():
            if shift.stands(self.now) in (Stands.ON, Stands.DONE, Stands.UNVERIFIED):
                assert shift.account_id and shift.published_at

    @invariant()
    def no_swap_stays_open_over_a_changed_shift(self) -> None:
        with as_system():
            for swap in Swap.objects.filter(state__in=Swap.OPEN).select_related("shift", "back"):
                assert swap.shift.account_id == swap.asker_id
                assert swap.back is None or swap.back.account_id == swap.colleague_id


@pytest.mark.django_db
def test_nobody_twice_and_no_silent_gap() -> None:
    Duty.cast = make_cast()
    run_state_machine_as_test(
        Duty,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
