"""Whatever people do with devices, in whatever order: no secret too many, none forgotten, no history lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from linli.kernel.access import Conflict, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.people import guard
from linli.kernel.things import verbs
from linli.kernel.things.models import Claim, Credential, Thing, Upkeep
from linli.kernel.things.queries.registry import Registry
from linli.kernel.things.verbs.claiming import TRIES

from .cast import AT, GRID, HOOD, OTHER_HOOD, STREET, Cast

OVERLAPS = st.sampled_from([timedelta(0), timedelta(hours=1), timedelta(hours=24)])


class Devices(RuleBasedStateMachine):
    """Keeps beside the database what must be true: which secrets are good until when, what state each thing has."""

    cast: Cast
    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        self.inside = transaction.atomic()
        self.inside.__enter__()
        self.at = AT
        self.good: dict[UUID, dict[str, float | None]] = {}
        self.states: dict[UUID, str] = {}
        self.code_of: dict[UUID, str] = {}
        self.acts: dict[UUID, int] = {}
        self.silent: dict[UUID, list[tuple[float, float]]] = {}
        self.registry = Registry()
        self.registry.load()

    def teardown(self) -> None:
        if hasattr(self, "inside"):
            transaction.set_rollback(True)
            self.inside.__exit__(None, None, None)

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(target=ids, waits=st.booleans())
    def register(self, waits: bool) -> UUID:
        key = f"d-{len(self.states)}"
        made = verbs.register(
            by=self.cast.keeper, at=self.at, key=key, model="smoke-detector", place_code=STREET, waits=waits
        )
        thing = made.thing.id
        self.good[thing] = {made.secret: None}
        self.states[thing] = "waiting" if waits else "working"
        self.acts[thing], self.silent[thing] = 1, []
        if waits:
            self.code_of[thing] = made.code
        return thing

    @rule(thing=ids, place=st.sampled_from([GRID, HOOD, OTHER_HOOD]))
    def claim(self, thing: UUID, place: str) -> None:
        code = self.code_of.get(thing, "0000-0000-0000-0000")
        waits = self.states[thing] == "waiting"
        with as_system():
            used = Claim.objects.filter(thing_id=thing).exclude(used_at=None).count()
        try:
            verbs.claim(by=self.cast.handler, at=self.at, code=code, place_code=place)
        except (Conflict, NotFound):
            # Registered for a grid, as one that comes back after it hung there, it is not installed elsewhere.
            with as_system():
                registered_for = Thing.objects.get(pk=thing).place_code
            assert not waits or not place.startswith(registered_for)
            guard.forgive(TRIES, f"account:{self.cast.handler.account_id}")  # that they are counted is another test
            return
        assert waits
        self.states[thing] = "working"
        self.acts[thing] += 1
        with as_system():
            assert Claim.objects.filter(thing_id=thing).exclude(used_at=None).count() == used + 1

    @rule(thing=ids, overlap=OVERLAPS)
    def rotate(self, thing: UUID, overlap: timedelta) -> None:
        now = self.at.timestamp()
        open_ones = [s for s, end in self.good[thing].items() if end is None]
        try:
            issued = verbs.rotate(by=self.cast.keeper, at=self.at, thing_id=thing, overlap=overlap)
        except Conflict:
            assert self.states[thing] == "retired" or not open_ones
            return
        self.good[thing] = {s: now + overlap.total_seconds() for s in open_ones if overlap}
        self.good[thing][issued.secret] = None
        self.acts[thing] += 1

    @rule(thing=ids)
    def issue(self, thing: UUID) -> None:
        open_ones = [s for s, end in self.good[thing].items() if end is None]
        try:
            issued = verbs.issue(by=self.cast.keeper, at=self.at, thing_id=thing)
        except Conflict:
            assert self.states[thing] == "retired" or open_ones
            return
        self.good[thing][issued.secret] = None
        self.acts[thing] += 1

    @rule(thing=ids)
    def revoke(self, thing: UUID) -> None:
        now = self.at.timestamp()
        live = [s for s, end in self.good[thing].items() if end is None or end > now]
        try:
            assert verbs.revoke(by=self.cast.keeper, at=self.at, thing_id=thing) == len(live)
        except Conflict:
            assert not live
            return
        self.good[thing] = {}
        self.acts[thing] += 1

    @rule(thing=ids, begins=st.integers(0, 300), lasts=st.integers(1, 300))
    def maintain(self, thing: UUID, begins: int, lasts: int) -> None:
        start = self.at + timedelta(minutes=begins)
        end = start + timedelta(minutes=lasts)
        span = (start.timestamp(), end.timestamp())
        clash = any(a < span[1] and span[0] < b for a, b in self.silent[thing])
        try:
            verbs.maintain(by=self.cast.keeper, at=self.at, thing_id=thing, begins=start, ends=end)
        except Conflict:
            assert self.states[thing] == "retired" or clash
            return
        assert not clash
        self.silent[thing].append(span)
        self.acts[thing] += 1

    @rule(thing=ids)
    def retire(self, thing: UUID) -> None:
        now = self.at.timestamp()
        try:
            verbs.retire(by=self.cast.keeper, at=self.at, thing_id=thing)
        except Conflict:
            assert self.states[thing] == "retired"
            return
        self.states[thing], self.good[thing] = "retired", {}
        self.code_of.pop(thing, None)
        self.silent[thing] = [(a, min(b, now)) for a, b in self.silent[thing] if a < now]
        self.acts[thing] += 1

    @rule(thing=ids, waits=st.booleans())
    def return_to_use(self, thing: UUID, waits: bool) -> None:
        try:
            back = verbs.return_to_use(by=self.cast.keeper, at=self.at, thing_id=thing, waits=waits)
        except Conflict:
            assert self.states[thing] != "retired"
            return
        self.states[thing] = "waiting" if waits else "working"
        self.good[thing] = {back.secret: None}
        if waits:
            self.code_of[thing] = back.code
        self.acts[thing] += 1

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "states"):
            return
        self.registry.refresh()
        now = self.at.timestamp()
        with as_system():
            rows = {thing.id: thing for thing in Thing.objects.all()}
            acts = {thing: Record.objects.filter(stream=f"thing:{thing}").count() for thing in self.states}
            maintained = {
                row.thing_id for row in Upkeep.objects.filter(what="maintenance", lasts__contains=self.at)
            }
        assert {thing: row.state for thing, row in rows.items()} == self.states
        assert acts == self.acts, "one act, one record"
        for thing, row in rows.items():
            known = self.registry.by_no(row.no)
            assert known is not None and known.state == row.state and known.shard == row.shard
            live = {s: end for s, end in self.good[thing].items() if end is None or end > now}
            assert sum(end is None for end in live.values()) <= 1 and len(live) <= 2
            with as_system():
                kept = Credential.objects.filter(thing_id=thing, revoked_at=None)
                assert sum(c.ends_at is None or c.ends_at.timestamp() > now for c in kept) == len(live)
            for secret, end in live.items():
                # PostgreSQL's own clock is ahead of the story's, so one that is ending may be read no more.
                assert self.registry.proves(known, secret.encode(), now) or end is not None
            silent = any(a <= now < b for a, b in self.silent[thing])
            assert (thing in maintained) == silent


@pytest.mark.slow
def test_whatever_people_do_with_devices(cast: Cast):
    Devices.cast = cast
    run_state_machine_as_test(
        Devices,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
