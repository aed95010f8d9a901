"""Anything in any order: the books balance always, every balance is the sum of its entries, no limit is ever passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linli.kernel.access import SYSTEM, Refused, as_system
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast
from linli.kernel.people.models import Person
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Transfer
from linli.kernel.points.queries.proving import faults

from .ground import NOON

LEDGERS = ("good-points", "saved-time")
RULES = {"good-points": "swept", "saved-time": "served"}
SEVERAL = st.integers(0, 4)
PROOF = [verbs.Evidence("shift", "1"), verbs.Evidence("photo", "2")]


class Books(RuleBasedStateMachine):
    """Five persons in two communities, two ledgers, a clock that only goes on. A model beside it knows the balances."""

    begins = NOON

    @initialize()
    def open(self) -> None:
        self.at, self.n = self.begins, 0
        self.held: dict[str, list[Account]] = {}
        self.expected: dict[Any, int] = {}
        self.pending: list[Transfer] = []
        self.posted: list[Transfer] = []
        self.gone: set[Any] = set()
        with as_system():
            people = [
                Person.objects.create(name=f"居民{n}", place_code=OTHER_HOOD if n > 2 else HOOD) for n in range(5)
            ]
        for ledger in LEDGERS:
            self.held[ledger] = [
                verbs.open_account(by=SYSTEM, at=self.at, ledger=ledger, person_id=person.id) for person in people
            ]
            self.expected |= {account.id: 0 for account in self.held[ledger]}

    def key(self) -> str:
        self.n += 1
        return f"k{self.n} {self.begins:%s}"

    def moved(self, done: Transfer, sign: int = 1) -> None:
        for account, amount in ((done.source_id, -done.amount), (done.target_id, done.amount)):
            if account in self.expected:
                self.expected[account] += sign * amount

    @rule(ledger=st.sampled_from(LEDGERS), who=SEVERAL, quantity=st.integers(1, 400), ago=st.integers(0, 3))
    def award(self, ledger: str, who: int, quantity: int, ago: int) -> None:
        given = {"quantity": quantity, "evidence": PROOF} if ledger == "saved-time" else {}
        done = verbs.award(
            by=SYSTEM, at=self.at, key=self.key(), rule=RULES[ledger], person_id=self.held[ledger][who].person_id,
            event_at=self.at - timedelta(days=ago), **given,
        )  # fmt: skip
        if done.state == "posted":
            self.moved(done)
            self.posted.append(done)

    @rule(who=SEVERAL)
    def deduct(self, who: int) -> None:
        done = verbs.deduct(
            by=SYSTEM, at=self.at, key=self.key(), rule="littered", person_id=self.held["good-points"][who].person_id,
            evidence=PROOF,
        )  # fmt: skip
        if done.state == "posted":
            self.moved(done)
            self.posted.append(done)

    @rule(ledger=st.sampled_from(LEDGERS), a=SEVERAL, b=SEVERAL, amount=st.integers(-1, 450), pending=st.booleans())
    def give(self, ledger: str, a: int, b: int, amount: int, pending: bool) -> None:
        source, target = self.held[ledger][a], self.held[ledger][b]
        try:
            done = verbs.transfer(
                by=SYSTEM, at=self.at, key=self.key(), source_id=source.id, target_id=target.id, amount=amount,
                pending=pending, lapses_at=self.at + timedelta(days=2) if pending and amount % 2 else None,
            )  # fmt: skip
        except Refused:
            return
        assert amount > 0 and a != b
        if pending:
            self.pending.append(done)
        else:
            self.moved(done)
            self.posted.append(done)

    @precondition(lambda self: self.pending)
    @rule(data=st.data(), keep=st.booleans(), twice=st.booleans())
    def settle_promise(self, data: st.DataObject, keep: bool, twice: bool) -> None:
        promised = data.draw(st.sampled_from(self.pending))
        for _time in range(1 + twice):
            try:
                (verbs.post if keep else verbs.void)(by=SYSTEM, at=self.at, transfer_id=promised.id)
            except Refused as refused:
                assert refused.code == "settled"
                continue
            if keep:
                self.moved(promised)
                self.posted.append(promised)
        self.pending.remove(promised)

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), twice=st.booleans())
    def reverse(self, data: st.DataObject, twice: bool) -> None:
        first, done = data.draw(st.sampled_from(self.posted)), 0
        for _time in range(1 + twice):
            try:
                verbs.reverse(by=SYSTEM, at=self.at, key=self.key(), transfer_id=first.id, reason="记错")
            except Refused as refused:
                assert refused.code in ("reversed", "lowest", "highest", "clearing")
                continue
            done += 1
            self.moved(first, -1)
        assert done <= 1

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        """The same key with the same content changes nothing; with another it is refused."""
        first = data.draw(st.sampled_from(self.posted))
        if first.kind != "give":
            return
        given = {
            "by": SYSTEM,
            "at": self.at,
            "key": first.key,
            "source_id": first.source_id,
            "target_id": first.target_id,
        }
        if first.lapses_at is None and first.settled_at is None:
            with pytest.raises(Refused):
                verbs.transfer(**given, amount=first.amount + 1)
            with as_system():
                pending = Transfer.objects.get(pk=first.pk).settled_at is not None
            if not pending:
                assert verbs.transfer(**given, amount=first.amount).id == first.id

    @rule(ledger=st.sampled_from(LEDGERS))
    def settle_between(self, ledger: str) -> None:
        with as_system():
            clearing = Account.objects.filter(ledger=ledger, owner="clearing").first()
        if clearing is not None:
            try:
                verbs.settle(by=SYSTEM, at=self.at, key=self.key(), clearing_id=clearing.id, reason="结算")
            except Refused as refused:
                assert refused.code == "nothing"

    @rule(days=st.sampled_from([0, 1, 2, 9, 31]), hours=st.integers(0, 23))
    def time_goes_on(self, days: int, hours: int) -> None:
        self.it_is(self.at + timedelta(days=days, hours=hours))

    def it_is(self, at: datetime) -> None:
        """What is due by then expires or lapses; whatever has expired since the last time is in the model then."""
        last, self.at = self.at, at
        while verbs.tick_due(at=self.at):
            pass
        with as_system():
            for gone in Transfer.objects.filter(kind="expire", recorded_at__gte=last).exclude(pk__in=self.gone):
                self.gone.add(gone.pk)
                self.moved(gone)
            settled = set(
                Transfer.objects.filter(pk__in=[p.pk for p in self.pending], state="voided").values_list(
                    "pk", flat=True
                )
            )
        self.pending = [promised for promised in self.pending if promised.pk not in settled]

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "expected"):
            return
        assert not list(faults())
        with as_system():
            found = dict(Account.objects.filter(pk__in=self.expected).values_list("pk", "balance"))
        assert found == self.expected


@pytest.mark.slow
def test_books_balance_whatever_happens_in_whatever_order(cast: Cast) -> None:
    from django.db import transaction

    class Alone(Books):
        """Each run in a savepoint that is taken back."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.savepoint)

    run_state_machine_as_test(
        Alone,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
