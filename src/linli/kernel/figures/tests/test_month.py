"""A simulated month of random verbs: what is kept is what is recomputed, and what a slow plain reckoning finds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from linli.kernel.access import SYSTEM, Moves, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.verbs import erase
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.figures import verbs as figures
from linli.kernel.figures.measures import MEASURES
from linli.kernel.figures.queries import Group, Period, Scope, count, scope_of, standing, today
from linli.kernel.figures.queries.listing import Behind, listed, total
from linli.kernel.matters import carrying, flow, forgetting, verbs
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.facts import facts_of
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, fresh, make_cast
from linli.kernel.matters.tests.test_machine import ASIDE, FIELD, WHO, arguments
from linli.kernel.matters.verbs import alarming
from linli.kernel.matters.verbs.bulk import Incoming, take_in
from linli.kernel.people.keepers import Leaving
from linli.kernel.places.models import Place
from linli.kernel.readings.raised import Told

from . import plain
from .following import follow

NEW_HOOD = "990101001009"
KINDS = ("unlicensed-stall", "illegal-building", "inquiry")
SECOND = timedelta(seconds=1)


class Month(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.cast = make_cast()
        with as_system():
            above = Place.objects.get(code=STREET)
            Place.objects.create(
                code=NEW_HOOD, name="柳湾九居", parent=above, valid_from=date(2020, 1, 1), lon=121.5, lat=31.2
            )
        self.at = MONDAY
        self.stories: dict = {}
        self.read = 0
        self.open("granny", HOOD, 0)
        self.open("chen", OTHER_HOOD, 2)

    # what happens

    @rule(
        who=st.sampled_from(["granny", "chen", "grid"]),
        where=st.sampled_from([HOOD, OTHER_HOOD]),
        kind=st.integers(0, 2),
    )
    def somebody_reports(self, who: str, where: str, kind: int) -> None:
        if len(self.stories) < 8:
            self.open(who, HOOD if who == "grid" else where, kind)

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        while tick_due(at=self.at):
            pass
        self.look()

    @rule(which=st.integers(0, 7), lot=st.integers(0, 10_000))
    def somebody_does_what_is_possible(self, which: int, lot: int) -> None:
        matter = self.pick(which)
        with as_system():
            facts = facts_of(matter)
        may = [
            (who, verb)
            for verb in sorted(flow.VERBS)
            for who in WHO
            if verb not in ASIDE and flow.refusal(verb, matter, facts, self.cast.actors[who]) is None
        ]
        if may:
            verb = sorted({verb for _who, verb in may})[lot % len({verb for _who, verb in may})]
            self.do(matter, next(who for who, v in may if v == verb), verb, lot)

    @rule(
        which=st.integers(0, 7),
        who=st.sampled_from(["granny", "chen", "dispatcher"]),
        verb=st.sampled_from(sorted(ASIDE)),
    )
    def somebody_does_something_else(self, which: int, who: str, verb: str) -> None:
        self.do(self.pick(which), who, verb, 0)

    @rule(which=st.integers(0, 7), place=st.sampled_from([HOOD, OTHER_HOOD]))
    def it_was_elsewhere(self, which: int, place: str) -> None:
        self.do(self.pick(which), "dispatcher", "move", 0, place_code=place)

    @rule(which=st.integers(0, 7), kind=st.sampled_from(KINDS), urgency=st.sampled_from([None, "urgent"]))
    def it_is_something_else(self, which: int, kind: str, urgency: str | None) -> None:
        self.do(self.pick(which), "dispatcher", "reclassify", 0, kind=kind, urgency=urgency)

    @rule(which=st.integers(0, 7), hours=st.integers(0, 200))
    def it_has_to_wait(self, which: int, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.do(self.pick(which), "street_duty", "pause", 0)

    @rule(which=st.integers(0, 7), stars=st.integers(1, 5))
    def it_is_done_and_rated(self, which: int, stars: int) -> None:
        """A whole life at once, or chance would seldom lead to an end."""
        matter = self.pick(which)
        reporter = next(
            (w for w in ("granny", "chen") if self.cast.actors[w].person_id == matter.reporter_id), "granny"
        )
        for who, verb in (("dispatcher", "assign"), ("sweeper", "finish_part"), ("handler", "report_done")):
            self.do(self.pick(which), who, verb, 0)
        for how in ("visit", "call"):
            self.do(self.pick(which), "grid", "verify", 0, how=how)
        self.do(self.pick(which), "dispatcher", "close", 0)
        self.do(self.pick(which), reporter, "rate", 0, stars=stars)

    @rule(
        days=st.integers(1, 20),
        state=st.sampled_from(["closed", "declined", "assigned", "done"]),
        stars=st.integers(1, 5),
    )
    def others_are_taken_in(self, days: int, state: str, stars: int) -> None:
        if len(self.stories) >= 8:
            return
        opened = self.at - timedelta(days=days)
        over = state in ("closed", "declined")
        row = Incoming(
            source="import:test", source_key=str(uuid4()), kind="unlicensed-stall", title="旧事", body="别处来的",
            place_code=OTHER_HOOD, opened_at=opened, state=state, accepted_at=opened + timedelta(hours=3),
            done_at=None if state in ("assigned", "declined") else opened + timedelta(hours=20 * days),
            ended_at=opened + timedelta(hours=22 * days) if over else None,
            rating=stars if state == "closed" else None, reopened=days % 2, given_back=1,
        )  # fmt: skip
        (taken,) = take_in([row], by=SYSTEM, at=self.at).new.values()
        self.stories[taken] = plain.begin(taken)

    @rule(which=st.integers(0, 7))
    def an_alarm_comes_again(self, which: int) -> None:
        matter = self.pick(which)
        if matter.state in ("closed", "declined"):  # what was merged or withdrawn has no alarm of its own
            self.at += SECOND
            alarming.tell([Told("again", matter.id, uuid4(), "烟感", "smoke", 2, {})], at=self.at)
            self.look()

    @rule()
    def an_alarm_comes(self) -> None:
        if len(self.stories) < 8:
            self.at += SECOND
            opened = alarming.open_alarm(
                by=SYSTEM, at=self.at, kind="unlicensed-stall", place_code=HOOD, lon=None, lat=None, address="",
                title="烟感报警", body="烟感报警", source_key=str(uuid4()), severity=2,
            )  # fmt: skip
            self.stories[opened] = plain.begin(opened)

    @rule(back=st.booleans())
    def a_place_gets_another_code(self, back: bool) -> None:
        old, new = (NEW_HOOD, OTHER_HOOD) if back else (OTHER_HOOD, NEW_HOOD)
        while carrying.carry(by=SYSTEM, at=self.at, moves=Moves({old: new}, {}, {}), recoding=uuid4(), limit=3):
            pass
        self.look()

    @rule(who=st.sampled_from(["granny", "chen"]))
    def somebody_asks_to_be_forgotten(self, who: str) -> None:
        """After the follower has read: what is erased before anybody read it, nobody can know."""
        self.follow()
        actor = self.cast.actors[who]
        self.at += SECOND
        with as_system():
            forgetting.let_go(Leaving(actor.person_id, actor.account_id), self.at)
            erase(at=self.at, accounts=[actor.account_id])
        self.look()

    @rule()
    def the_worker_reads(self) -> None:
        self.follow()

    # what is asked

    @rule(
        who=st.sampled_from(["city_duty", "district_duty", "street_duty", "social"]),
        group=st.sampled_from(list(Group)),
        first=st.integers(-25, 20),
        length=st.integers(0, 45),
        minutes=st.integers(0, 3000),
        kind=st.sampled_from(["", "", *KINDS]),
        unit=st.sampled_from([None, None, "enforcement", "sanitation"]),
    )
    def figures_are_read(
        self, who: str, group: Group, first: int, length: int, minutes: int, kind: str, unit: str | None
    ) -> None:
        self.follow()
        by, at = self.cast.actors[who], self.at + timedelta(minutes=minutes)
        only = self.cast.units[unit].id if unit else None
        scope = scope_of(by, unit=only, kind=kind)
        begin = plain.day(MONDAY) + timedelta(days=first)
        period = Period(begin, begin + timedelta(days=length))
        if not (group is Group.PLACE and who == "social"):
            self.same(scope, period, at, group, kind, only)
        whole = count(scope, period, at).get("")
        for name in MEASURES if whole else ():
            behind = Behind((name,), period, kind=kind, unit=only)
            assert len(listed(by, behind, at=at).rows) == total(by, behind, at=at) == getattr(whole, name), name

    @rule(who=st.sampled_from(["city_duty", "street_duty", "social"]), hours=st.integers(-400, 100))
    def how_it_stands_is_read(self, who: str, hours: int) -> None:
        self.follow()
        by, at = self.cast.actors[who], self.at + timedelta(hours=hours)
        found = standing(scope_of(by), at).get("")
        told = (found.open, found.overdue) if found else (0, 0)
        assert told == plain.open_at(list(self.stories.values()), at, by.scope)
        assert tuple(len(listed(by, Behind((name,)), at=at).rows) for name in ("open", "overdue")) == told
        moments = today(by, at=at)
        assert (moments.now.open, moments.now.overdue) == told
        day = plain.day(at - plain.DAY)
        wanted = plain.counted(list(self.stories.values()), day, day, at - plain.DAY, "", by.scope).get("", {})
        assert moments.yesterday.reported == wanted.get("reported", 0)
        assert moments.yesterday.closed == wanted.get("closed", 0)

    # how

    def same(
        self, scope: Scope, period: Period, at: datetime, group: Group, kind: str = "", only: UUID | None = None
    ) -> None:
        """The counts of a scope are those reckoned plainly."""
        kept = count(scope, period, at, group)
        found = {k: {n: v for n in MEASURES if (v := getattr(c, n))} for k, c in kept.items()}
        stories, (prefix,) = list(self.stories.values()), scope.prefixes
        wanted = plain.counted(stories, period.first, period.last, at, group.value, prefix, kind, only)
        assert found == {key: dict(counts) for key, counts in wanted.items()}

    def open(self, who: str, where: str, kind: int) -> None:
        self.at += SECOND
        matter = self.cast.report(who, at=self.at, place_code=where, kind=KINDS[kind])
        self.stories[matter.id] = plain.begin(matter.id)

    def pick(self, which: int) -> Matter:
        return fresh(sorted(self.stories)[which % len(self.stories)])

    def do(self, matter: Matter, who: str, verb: str, lot: int, **changes: object) -> None:
        by = self.cast.actors[who]
        self.at += SECOND
        self.matters = sorted(self.stories)  # as `arguments` wants it
        with as_system():
            given = arguments(self, verb, matter) | changes  # type: ignore[arg-type]
            if verb == "report_done":
                given["outcome"] = catalogue().kind(matter.kind).reasons[0]
                given["files"] = [self.cast.photo(who)] if who in FIELD else []
            if verb == "decide_write_off":
                given["granted"] = bool(lot % 2)
            if verb == "verify" and "how" not in changes:
                given |= {"passed": bool(lot % 3), "words": "不行", "how": ("visit", "call")[lot % 2]}
        try:
            with transaction.atomic():
                getattr(verbs, verb)(matter_id=matter.id, by=by, at=self.at, **given)
        except Refused:
            pass
        self.look()

    def look(self) -> None:
        with as_system():
            for split in Matter.objects.exclude(id__in=self.stories).values_list("id", flat=True):
                self.stories[split] = plain.begin(split)
        for story in self.stories.values():
            story.see(self.at)

    def follow(self) -> None:
        self.read = follow(self.read)
        with as_system():
            ended = [r for r in Record.objects.filter(verb__in=forgetting.ENDS) if r.stream.startswith("matter:")]
            if ended:
                forgetting.erase_owed(ended)
        self.look()
        self.read = follow(self.read)

    def teardown(self) -> None:
        try:
            self.follow()
            ever = Period(plain.day(MONDAY) - timedelta(days=60), plain.day(self.at) + timedelta(days=90))
            for who in ("city_duty", "district_duty", "street_duty", "social"):
                for group in set(Group) - ({Group.PLACE} if who == "social" else set()):
                    for days in (0, 60):  # by then every date has passed
                        self.same(scope_of(self.cast.actors[who]), ever, self.at + timedelta(days=days), group)
            compared = figures.compare(by=SYSTEM, at=self.at)
            assert compared.different == 0, compared.named
            assert compared.turns == sum(len(story.turns) for story in self.stories.values())
            figures.recompute(by=SYSTEM, at=self.at)
            assert figures.compare(by=SYSTEM, at=self.at).different == 0
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.django_db
@pytest.mark.slow
def test_a_month_is_kept_to_the_last_matter() -> None:
    run_state_machine_as_test(
        Month,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
