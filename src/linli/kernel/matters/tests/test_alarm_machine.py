"""Rules find things, people do what they like: a warning stands once, has one matter, and ends when its reading did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linli.kernel.access import Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters import endings, verbs
from linli.kernel.matters.models import FINAL, Matter
from linli.kernel.matters.verbs import alarming
from linli.kernel.readings.models import Cause, Incident, Warning
from linli.kernel.readings.tests.cast import raised, thing
from linli.kernel.readings.tests.conftest import TOY as READINGS
from linli.kernel.readings.verbs import raising
from linli.kernel.readings.verbs import warnings as on_warnings

from .cast import HOOD, MONDAY, make_cast
from .conftest import TOY

WHO = ("grid", "social", "street_duty", "dispatcher", "handler", "stranger")
RULES = ("smoke", "alone", "level")


class Alarms(RuleBasedStateMachine):
    """`high` is what the machines of the rules believe: which (rule, thing) reads high now."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.cast = make_cast()
        self.at = MONDAY
        self.things = [thing(n, HOOD) for n in range(3)]
        self.high: dict[tuple[str, int], bool] = {}
        self.seen = 0

    def tell(self, *changes: raising.Raised) -> None:
        outcome = raising.apply(changes, at=self.at, open_matter=alarming.open_for)
        alarming.tell(outcome.told, at=self.at)

    @rule(which=st.integers(0, 2), name=st.sampled_from(RULES), severity=st.integers(2, 4), twice=st.booleans())
    def a_reading_is_high(self, which: int, name: str, severity: int, twice: bool) -> None:
        what = "step" if self.high.get((name, which)) else "raise"
        change = raised(self.things[which], what, rule=name, severity=severity, at=self.at)
        self.tell(change)
        if twice:  # the same batch told again, as after a kill
            self.tell(change)
        self.high[name, which] = True

    @rule(which=st.integers(0, 2), name=st.sampled_from(RULES))
    def a_reading_is_normal_again(self, which: int, name: str) -> None:
        self.tell(raised(self.things[which], "clear", rule=name, at=self.at))
        self.high[name, which] = False

    @rule()
    def all_of_a_building_at_once(self) -> None:
        self.tell(*(raised(one, rule="smoke", at=self.at) for one in self.things))
        self.high |= {("smoke", n): True for n in range(3)}

    @rule(minutes=st.integers(1, 14))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule()
    def the_followers_read(self) -> None:
        with as_system():
            records = list(Record.objects.filter(verb__in=endings.ENDS, seq__gt=self.seen).order_by("seq"))
            if records:
                endings.end_warnings(records)
                self.seen = records[-1].seq

    @rule(
        who=st.sampled_from(WHO),
        verb=st.sampled_from(
            ["go", "arrive", "found", "report_done", "close", "give_back", "assign", "take", "reopen"]
        ),
        lot=st.integers(0, 99),
        cause=st.sampled_from([Cause.REAL, Cause.COOKING, Cause.FAULT]),
    )
    def somebody_acts_on_a_matter(self, who: str, verb: str, lot: int, cause: str) -> None:
        with as_system():
            matters = list(Matter.objects.filter(source="reading").order_by("id"))
        if not matters:
            return
        self.act(matters[lot % len(matters)], who, verb, cause)

    @rule(
        lot=st.integers(0, 99),
        cause=st.sampled_from([Cause.REAL, Cause.REAL, Cause.FAULT]),
        far=st.integers(2, 4),
        clears=st.booleans(),
    )
    def somebody_hurries_through(self, lot: int, cause: str, far: int, clears: bool) -> None:
        """Every step tried in its order, whatever was refused before: what must not happen has to be refused."""
        with as_system():
            matters = list(Matter.objects.filter(source="reading").exclude(state__in=FINAL).order_by("id"))
        steps = (("grid", "go"), ("grid", "found"), ("grid", "report_done"), ("street_duty", "close"))
        for who, verb in steps[:far] if matters else ():
            if verb == "report_done" and clears:
                self.tell(*(raised(self.things[n], "clear", rule=name, at=self.at) for name, n in self.high))
                self.high = dict.fromkeys(self.high, False)
            self.act(matters[lot % len(matters)], who, verb, cause)

    def act(self, matter: Matter, who: str, verb: str, cause: str) -> None:
        by = self.cast.actors[who]
        given = {
            "go": {},
            "arrive": {"lon": 121.5, "lat": 31.2},
            "found": {"cause": cause},
            "report_done": {"outcome": "put-out", "result": "好了"},
            "close": {"reply": "好了", "outcome": "put-out"},
            "give_back": {"reason": "不是我们"},
            "assign": {"unit_id": self.cast.units["committee"].id},
            "take": {},
            "reopen": {"reason": "又来了"},
        }[verb]
        try:
            if verb == "report_done":
                given["files"] = [self.cast.photo(who, self.at)]
            getattr(verbs, verb)(matter_id=matter.id, by=by, at=self.at, **given)
        except Refused as refused:
            assert refused.sentence
        else:
            if verb in ("report_done", "close"):
                assert not self.standing(matter), f"{verb} although a reading is high and nobody found a fault"

    @rule(
        who=st.sampled_from(WHO),
        verb=st.sampled_from(["acknowledge", "mark", "clear", "close"]),
        lot=st.integers(0, 99),
    )
    def somebody_acts_on_a_warning(self, who: str, verb: str, lot: int) -> None:
        with as_system():
            warnings = list(Warning.objects.order_by("id"))
        if not warnings:
            return
        warning, given = (
            warnings[lot % len(warnings)],
            {"mark": {"cause": "cooking"}, "clear": {"note": "看过"}}.get(verb, {}),
        )
        try:
            getattr(on_warnings, verb)(warning_id=warning.id, by=self.cast.actors[who], at=self.at, **given)
        except Refused as refused:
            assert refused.sentence
        else:
            if verb == "close":
                assert warning.state == "cleared" or warning.cause == Cause.FAULT
                assert warning.matter_id is None

    def standing(self, matter: Matter) -> bool:
        with as_system():
            held = Warning.objects.filter(matter_id=matter.id, state__in=("raised", "acknowledged"), closed_at=None)
            return held.exclude(cause=Cause.FAULT).exists()

    @invariant()
    def one_stands_for_each_rule_and_thing_and_says_what_is_so(self) -> None:
        with as_system():
            rows = list(Warning.objects.filter(closed_at=None))
        keys = [(row.rule, row.subject) for row in rows]
        assert len(keys) == len(set(keys))
        by_key = {(row.rule, row.subject): row for row in rows}
        for (name, which), high in self.high.items():
            row = by_key.get((name, str(self.things[which].no)))
            if row is not None and not high:
                assert row.state == "cleared"
            if row is not None and high:
                assert row.state != "cleared"

    @invariant()
    def a_warning_that_opens_has_one_matter_and_shares_it_only_with_its_incident(self) -> None:
        with as_system():
            for row in Warning.objects.exclude(rule="level"):
                assert row.matter_id is not None and not row.trouble
            matters = Matter.objects.filter(source="reading")
            assert len({m.source_key for m in matters}) == len(matters)
            assert Incident.objects.exclude(rule="level").filter(matter_id=None).count() == 0
            assert not Warning.objects.filter(rule="level", matter_id__isnull=False).exists()

    @invariant()
    def what_is_high_has_somebody_unless_a_person_said_otherwise(self) -> None:
        """A matter that ended while one of its warnings stands: only with a fault found."""
        with as_system():
            for row in Warning.objects.filter(state__in=("raised", "acknowledged"), matter_id__isnull=False):
                matter = Matter.objects.get(id=row.matter_id)
                assert matter.state not in FINAL or row.cause == Cause.FAULT, (matter.state, row.state, row.cause)

    def teardown(self) -> None:
        try:
            assert list(verify()) == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_warnings_and_their_matters_hold(settings_of_scenes: None) -> None:
    run_state_machine_as_test(
        Alarms,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a story made shorter takes minutes, and says no more
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_scenes(settings):
    settings.SCENES = [TOY, READINGS]
    catalogue.cache_clear()
    yield
    catalogue.cache_clear()
