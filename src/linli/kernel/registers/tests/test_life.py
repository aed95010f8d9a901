"""A fact's life in any order: entered by several sources, late from phones, decided, contested, corrected, erased.

In force is always exactly what the rule says of what is stored; nothing is lost; nobody sees what they may not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from linli.kernel.access import SYSTEM, Refused, as_system, look_as, looking_as
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import MONDAY, OTHER_STREET, make_cast
from linli.kernel.registers import verbs
from linli.kernel.registers.defined import element as defined
from linli.kernel.registers.models import Conflict, Contest, Decision, Entry, Fact
from linli.kernel.registers.queries.known import known
from linli.kernel.sealed import unseal

pytestmark = pytest.mark.django_db(transaction=False)
LIFE = {
    "low-income": ("yes", "no"),
    "marriage": ("single", "married", "widowed"),
    "disability": ("none", "one", "two"),
}
NAMES = st.sampled_from(sorted(LIFE))
SOURCES = st.sampled_from([Source.DEPARTMENT, Source.VISIT, Source.STAFF, Source.IMPORT])


class Books(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        look_as(SYSTEM)
        self.cast = make_cast()
        self.now = MONDAY
        self.written: dict[UUID, tuple[str, Any]] = {}
        self.granny = self.cast.granny.person_id
        self.old: dict[str, UUID | None] = {}

    def later(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    def tried(self, act: Any) -> Any:
        try:
            return act()
        except Refused as refused:
            assert refused.sentence
            return None

    @rule(name=NAMES, value=st.integers(0, 2), source=SOURCES, ago=st.integers(0, 96), aware=st.booleans())
    def enter(self, name: str, value: int, source: Source, ago: int, aware: bool) -> None:
        said = LIFE[name][value % len(LIFE[name])]
        at = self.later()
        seen = dict(self.old) if not aware else {key: one.fact_id for key, one in known(self.granny).items()}
        done = self.tried(
            lambda: verbs.enter(
                by=self.cast.social, at=at, form="resident-card", subject=self.granny, source=source,
                values={name: said, "residence-kind": "registered-here"}, seen=seen,
                observed_at=at - timedelta(hours=ago),
            )
        )  # fmt: skip
        if done:
            for fact in done.entry.facts.filter(element=name):
                self.written[fact.id] = (name, said)

    @rule()
    def a_phone_looks(self) -> None:
        """What it shows from now on, while the others go on."""
        self.old = {key: one.fact_id for key, one in known(self.granny).items()}

    @rule(name=NAMES, ago=st.integers(0, 48))
    def confirm_what_the_phone_shows(self, name: str, ago: int) -> None:
        at = self.later()
        self.tried(
            lambda: verbs.enter(
                by=self.cast.grid, at=at, form="resident-card", subject=self.granny, source=Source.VISIT,
                values={"residence-kind": "registered-here"}, confirms=[name], seen=self.old,
                observed_at=at - timedelta(hours=ago),
            )
        )  # fmt: skip

    @rule(number=st.integers(0, 5), choice=st.integers(0, 9))
    def decide(self, number: int, choice: int) -> None:
        rows = list(Conflict.objects.filter(end="").order_by("id"))
        if rows:
            row = rows[number % len(rows)]
            facts = list(Fact.objects.filter(element=row.element, state__in=["in_force", "beside"]).order_by("id"))
            fact = facts[choice % len(facts)]
            verbs.decide(
                by=self.cast.social, at=self.later(), conflict_id=row.id, fact_id=fact.id, reason="核对了证件"
            )
            assert known(self.granny)[row.element].fact_id == fact.id
            assert not Conflict.objects.filter(element=row.element, end="").exists()

    @rule(number=st.integers(0, 20))
    def contest(self, number: int) -> None:
        facts = list(Fact.objects.filter(state__in=["in_force", "beside"]).order_by("id"))
        if facts:
            fact = facts[number % len(facts)]
            at = self.later()
            self.tried(lambda: verbs.contest(by=self.cast.granny, at=at, fact_id=fact.id, reason="不是这样的"))

    @rule(corrected=st.booleans(), value=st.integers(0, 2), who=st.sampled_from(["social", "street_duty"]))
    def answer(self, corrected: bool, value: int, who: str) -> None:
        row = Contest.objects.filter(state__in=["open", "again"]).order_by("id").first()
        if row is None:
            return
        name = row.fact.element
        said = LIFE[name][value % len(LIFE[name])] if name in LIFE else "abroad"
        at = self.later()
        done = self.tried(
            lambda: verbs.answer_contest(
                by=self.cast.actors[who], at=at, contest_id=row.id, corrected=corrected, answer="已核实", value=said
            )
        )
        if done and corrected:
            assert done.corrected_to is not None
            self.written[done.corrected_to_id] = (name, said)
            assert known(self.granny)[name].fact_id == done.corrected_to_id
            assert Fact.objects.get(pk=row.fact_id).state == "rejected"

    @rule()
    def ask_again(self) -> None:
        row = Contest.objects.filter(state="refused").order_by("id").first()
        if row is not None:
            at = self.later()
            self.tried(lambda: verbs.ask_again(by=self.cast.granny, at=at, contest_id=row.id))

    @rule(years=st.sampled_from([1, 3]))
    def time_passes(self, years: int) -> None:
        if self.now.year < 2035:
            self.now += timedelta(days=366 * years)
            verbs.erase_due(by=SYSTEM, at=self.now)
            assert not Fact.objects.filter(keep_until__lt=self.now.date()).exclude(state="erased").exists()

    @invariant()
    def in_force_is_what_the_rule_says(self) -> None:
        """Told here once more in other words than the room's: from the rows alone."""
        if not hasattr(self, "granny"):
            return
        for name in LIFE:
            element = defined(name).element
            live = list(Fact.objects.filter(element=name, state__in=["in_force", "beside"]))
            holding = [fact for fact in live if fact.state == "in_force"]
            assert len(holding) == bool(live)
            if not live:
                continue
            ids = {fact.id for fact in live}
            decision = Decision.objects.filter(element=name).order_by("-at", "-id").first()
            counts = live
            if decision is not None and decision.fact_id in ids:
                against = {(fact.source, self._says(fact)) for fact in live if fact.recorded_at <= decision.at} - {
                    (s, self._says(decision.fact)) for s in Source
                }
                counts = [
                    fact
                    for fact in live
                    if fact.id == decision.fact_id
                    or (fact.seen_at > decision.at and (fact.source, self._says(fact)) not in against)
                ]
            best = min(element.rank(fact.source) for fact in counts)
            last = max(
                (fact for fact in counts if element.rank(fact.source) == best),
                key=lambda fact: (fact.seen_at, fact.recorded_at, fact.id),
            )
            assert holding == [last]

    def _says(self, fact: Fact) -> Any:
        return bytes(fact.print) if fact.print is not None else str(fact.value)

    @invariant()
    def nothing_is_lost_and_nothing_changed(self) -> None:
        if not hasattr(self, "granny"):
            return
        rows = {fact.id: fact for fact in Fact.objects.all()}
        for key, (name, said) in self.written.items():
            fact = rows[key]
            assert fact.element == name
            if fact.state == "erased":
                assert fact.value is None and fact.sealed is None and fact.print is None and fact.erased_at
            elif name == "disability":
                assert fact.value is None, "sensitive: sealed in its column"
                assert unseal(fact.sealed) == f'"{said}"'
            else:
                assert fact.value == ({"yes": True, "no": False}.get(said, said))

    @invariant()
    def a_contest_marks_its_fact_just_while_it_is_open(self) -> None:
        if hasattr(self, "granny"):
            open_ones = set(Contest.objects.filter(state__in=["open", "again"]).values_list("fact_id", flat=True))
            erased = set(Fact.objects.filter(state="erased").values_list("id", flat=True))
            assert set(Fact.objects.filter(contested=True).values_list("id", flat=True)) == open_ones - erased

    @invariant()
    def nobody_sees_what_they_may_not(self) -> None:
        if not hasattr(self, "granny"):
            return
        count = Fact.objects.count()
        cast = self.cast
        for eyes, seen in (
            (cast.granny, count), (cast.chen, 0), (cast.social, count), (cast.handler, 0), (cast.keeper, 0),
            (cast.city_duty, count), (replace(cast.social, scope=OTHER_STREET), 0),
        ):  # fmt: skip
            with looking_as(eyes):
                assert Fact.objects.count() == seen, eyes.name
                assert Entry.objects.exists() == bool(seen and count), eyes.name

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


def test_in_force_is_always_what_the_rule_says_and_nothing_is_lost(db: None):
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_fact_cannot_be_rewritten_even_by_the_system(cast: Any):
    verbs.enter(
        by=cast.social, at=MONDAY, form="resident-card", subject=cast.granny.person_id,
        values={"residence-kind": "abroad"},
    )  # fmt: skip
    with as_system(), pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
        Fact.objects.update(value="registered-here")
