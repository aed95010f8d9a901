"""A notice lives any life the verbs allow; whatever they do, what holds of it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linli.kernel.access import Actor, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import HOOD, MONDAY, STREET, Cast
from linli.kernel.notices import flow, verbs
from linli.kernel.notices.models import Mailing, Notice, Version
from linli.kernel.notices.queries import shown

WHO = ("social", "street_duty", "street_leader", "district_duty", "grid")
TEXTS = st.sampled_from(["停水", "停电", "大风", "活动"])
ENDS = ("lifted", "withdrawn", "expired")


def machine(cast: Cast) -> type[RuleBasedStateMachine]:
    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.at = MONDAY
            self.notice: Notice | None = None
            self.done: list[str] = []
            self.seen: dict[int, tuple[str, str]] = {}

        def attempt(self, verb: str, who: str, doing: Callable[..., Any], **given: Any) -> Any:
            """Refused it changed nothing; done it wrote one record."""
            actor: Actor = cast.actors[who]
            before = self.records()
            try:
                with transaction.atomic():
                    result = doing(by=actor, at=self.at, **given)
            except Refused:
                assert self.records() == before
                return None
            assert self.records() == before + 1
            self.done.append(f"{who}:{verb}")
            return result

        def records(self) -> int:
            with as_system():
                return Record.objects.filter(stream__startswith="notice:").count()

        @rule(
            who=st.sampled_from(WHO),
            level=st.sampled_from(["plain", "important", "emergency"]),
            place=st.sampled_from([HOOD, STREET]),
            kind=st.sampled_from(["affairs", "openness"]),
            later=st.booleans(),
            lasts=st.booleans(),
            push=st.booleans(),
        )
        def write(self, who, level, place, kind, later, lasts, push):
            if self.notice is not None:
                return
            aim = verbs.Aim(
                place_code=place,
                level=level,
                kind=kind,
                channels=["board", "phone"] + ["push"] * push,
                starts_at=self.at + timedelta(hours=1) if later else None,
                ends_at=self.at + timedelta(hours=3) if lasts else None,
            )
            self.notice = self.attempt(
                "write", who, verbs.write, text=verbs.Text(title="停水", body="停水。"), aim=aim
            )

        @rule(
            who=st.sampled_from(WHO), verb=st.sampled_from(["submit", "approve", "publish", "approve_correction"])
        )
        def plain(self, who, verb):
            if self.notice is not None:
                self.attempt(verb, who, getattr(verbs, verb), notice_id=self.notice.id)

        @rule(who=st.sampled_from(WHO), verb=st.sampled_from(["give_back", "withdraw", "refuse_correction"]))
        def why(self, who, verb):
            if self.notice is not None:
                self.attempt(verb, who, getattr(verbs, verb), notice_id=self.notice.id, why="写错了")

        @rule(who=st.sampled_from(WHO), verb=st.sampled_from(["lift", "review"]))
        def words(self, who, verb):
            if self.notice is not None:
                self.attempt(verb, who, getattr(verbs, verb), notice_id=self.notice.id, words="看过了")

        @rule(who=st.sampled_from(WHO), title=TEXTS)
        def correct(self, who, title):
            if self.notice is not None:
                text = verbs.Text(title=title, body="停水。")
                self.attempt("correct", who, verbs.correct, notice_id=self.notice.id, text=text, why="更正标题")

        @rule(minutes=st.sampled_from([1, 61, 130]))
        def later(self, minutes):
            self.at += timedelta(minutes=minutes)
            verbs.tick_due(at=self.at)

        def row(self) -> Notice | None:
            if self.notice is None:
                return None
            with as_system():
                return Notice.objects.get(pk=self.notice.pk)

        @invariant()
        def nobody_reads_what_no_second_person_saw(self):
            row = self.row()
            if row is None or not row.standing:
                return
            if flow.needs_second(row):
                assert row.decided_by_id is not None or row.at_once
                assert row.decided_by_id is None or row.decided_by_id not in (
                    row.written_by_id,
                    row.submitted_by_id,
                )
            if row.at_once and row.reviewed_by_id:
                assert row.reviewed_by_id != row.published_by_id

        @invariant()
        def what_was_read_stays_what_it_was(self):
            if self.notice is None:
                return
            with as_system():
                for version in Version.objects.filter(notice=self.notice, stands_at__isnull=False):
                    says = (version.title, version.body)
                    assert self.seen.setdefault(version.number, says) == says

        @invariant()
        def screens_show_exactly_what_is_published(self):
            row = self.row()
            if row is None:
                return
            on = shown.on("board", place_code=HOOD + "001", at=self.at)
            if row.state == "published" and (row.ends_at is None or row.ends_at > self.at):
                [one] = on
                assert (one.id, one.version) == (row.id, row.standing)
            elif row.state == "lifted":
                assert [one.lifted_at for one in on] == [row.ended_at]
            else:
                assert on == []

        @invariant()
        def it_is_told_once_for_each_thing_that_happened(self):
            row = self.row()
            if row is None:
                return
            with as_system():
                events = list(Mailing.objects.values_list("event", "version"))
            if "push" not in row.channels or not row.standing:
                assert events == []
            else:
                assert len(events) == len(set(events))
                assert events.count(("published", 1)) == 1
                assert (("lifted", row.standing) in events) == any("lift" in done for done in self.done)

        @invariant()
        def what_is_over_stays_over(self):
            row = self.row()
            if row is not None and row.state in ENDS:
                assert row.ended_at is not None
                assert row.next_tick_at is None or row.state == "lifted"

        def teardown(self) -> None:
            assert list(verify()) == []
            with as_system():
                Version.objects.all().delete()
                Mailing.objects.all().delete()
                Notice.objects.all().delete()

    return Life


@pytest.mark.django_db
@pytest.mark.slow
def test_a_notice_lives_any_life(cast: Cast) -> None:
    run_state_machine_as_test(
        machine(cast),
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
