"""Anything in any order, while connections are cut in the midst of it: the books balance always, and asking again is safe.

The cut is PostgreSQL's own (pg_terminate_backend), between two statements of a verb, before its commit, or inside its statement
while that waits for an account somebody else holds. Who heard no answer asks again with the same key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import Error, connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from linli.kernel.access import SYSTEM, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Transfer

from .test_machine import LEDGERS, PROOF, SEVERAL, Books

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[], Transfer]
CUTS = st.sampled_from(["waiting", "commit", 0, 1, 2, 4, 7, 99])


@pytest.fixture
def cast(transactional_db: None, ground: None) -> Cast:
    return make_cast()


def beside() -> psycopg.Connection[Any]:
    """A connection of its own, beside Django's, with the system's eyes."""
    made: psycopg.Connection[Any] = psycopg.connect(
        **{**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}, autocommit=True
    )
    made.execute("SELECT set_config('linli.sees', '*', false)")
    return made


def cut_off(pid: int) -> None:
    with beside() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


class Writer(threading.Thread):
    """One who does something on a connection of their own, cut off `before` so many statements, or before the commit."""

    def __init__(self, work: Work, before: int | str | None = None) -> None:
        super().__init__(daemon=True)
        self.work, self.before, self.pid = work, before, 0
        self.came: Any = None

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.pid = connection.connection.info.backend_pid
            plain = connection._commit  # type: ignore[attr-defined]

            def commit() -> None:
                if self.before == "commit":
                    cut_off(self.pid)
                plain()

            connection._commit = commit  # type: ignore[attr-defined]
            with connection.execute_wrapper(self._counted):
                self.came = self.work()
        except Exception as error:
            self.came = error
        finally:
            connection.close()

    def _counted(self, execute: Any, *given: Any) -> Any:
        if self.before == 0:
            self.before = None
            cut_off(self.pid)
        elif isinstance(self.before, int):
            self.before -= 1
        return execute(*given)


@contextmanager
def held(account: Account) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else holds an account."""
    with beside() as other, other.transaction():
        other.execute("SELECT 1 FROM points_account WHERE id = %s FOR NO KEY UPDATE", [account.pk])
        yield other


def waits(writers: list[Writer]) -> int | None:
    """The connection of one of the writers that waits for a lock, as soon as one does; None when all are done without."""
    with beside() as other:
        for _ in range(1_000):
            found = other.execute(
                "SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s) AND wait_event_type = 'Lock'",
                [[writer.pid for writer in writers]],
            ).fetchone()
            if found:
                return int(found[0])
            if not any(writer.is_alive() for writer in writers):
                return None
            time.sleep(0.005)
    raise AssertionError("nobody waits, and nobody is done")


class Crashing(Books):
    def cut(self, work: Work, how: int | str, account: Account) -> None:
        """Somebody does it, and is cut off in the midst of it, or is too quick for that."""
        writer = Writer(work, None if how == "waiting" else how)
        if how == "waiting":
            with held(account):
                writer.start()
                pid = waits([writer])
                if pid:
                    cut_off(pid)
        else:
            writer.start()
        writer.join(60)
        assert not writer.is_alive() and isinstance(writer.came, (Transfer, list, Refused, Error)), writer.came

    def asked_again(self, work: Work, key: str) -> Transfer | None:
        """By who heard no answer: it is done once, with one record, whatever became of it before."""
        try:
            done = work()
        except Refused as refused:
            assert refused.code in ("lowest", "highest", "clearing", "reversed", "nothing"), refused.code
            with as_system():
                assert not Transfer.objects.filter(key=key).exists()
            return None
        assert work().id == done.id
        with as_system():
            assert Transfer.objects.filter(key=key).count() == 1
            assert (
                Record.objects.filter(
                    after__transfer=str(done.id),
                    verb__in=("points.transfer", "points.promise", "points.reverse", "points.award"),
                ).count()
                == 1
            )
        return done

    @rule(
        ledger=st.sampled_from(LEDGERS),
        pair=st.permutations(range(5)),
        amount=st.integers(1, 300),
        how=CUTS,
        pending=st.booleans(),
    )
    def give_and_be_cut_off(self, ledger: str, pair: list[int], amount: int, how: int | str, pending: bool) -> None:
        source, target = self.held[ledger][pair[0]], self.held[ledger][pair[1]]
        key, at = self.key(), self.at

        def work() -> Transfer:
            return verbs.transfer(
                by=SYSTEM, at=at, key=key, source_id=source.id, target_id=target.id, amount=amount, pending=pending
            )

        self.cut(work, how, target)
        done = self.asked_again(work, key)
        if done is not None and pending:
            self.pending.append(done)
        elif done is not None:
            self.moved(done)
            self.posted.append(done)

    @rule(who=SEVERAL, other=SEVERAL, quantity=st.integers(1, 400), how=CUTS)
    def award_two_and_be_cut_off(self, who: int, other: int, quantity: int, how: int | str) -> None:
        """Both of them or neither, and the second time the same two."""
        people, key, at = [self.held["saved-time"][n] for n in (who, other)], self.key(), self.at

        def both() -> list[Transfer]:
            return verbs.award_each(by=SYSTEM, at=at, awards=[
                verbs.Award(key=f"{key}-{n}", rule="served", person_id=one.person_id, quantity=quantity, evidence=PROOF)
                for n, one in enumerate(people)
            ])  # fmt: skip

        self.cut(lambda: both()[0], how, people[1])
        with as_system():
            assert Transfer.objects.filter(key__startswith=f"{key}-").count() in (0, 2)
        first = both()
        assert [one.id for one in both()] == [one.id for one in first]
        for done in first:
            self.asked_again(lambda done=done: done, done.key)  # type: ignore[misc]
            if done.state == "posted":
                self.moved(done)
                self.posted.append(done)

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), how=CUTS)
    def reverse_and_be_cut_off(self, data: st.DataObject, how: int | str) -> None:
        first, key, at = data.draw(st.sampled_from(self.posted)), self.key(), self.at

        def work() -> Transfer:
            return verbs.reverse(by=SYSTEM, at=at, key=key, transfer_id=first.id, reason="记错")

        with as_system():
            account = Account.objects.get(pk=first.source_id)
        self.cut(work, how, account)
        done = self.asked_again(work, key)
        if done is not None:
            self.moved(first, -1)

    @precondition(lambda self: self.pending)
    @rule(data=st.data(), keep=st.booleans(), how=CUTS)
    def settle_a_promise_and_be_cut_off(self, data: st.DataObject, keep: bool, how: int | str) -> None:
        promised, at = data.draw(st.sampled_from(self.pending)), self.at
        act = verbs.post if keep else verbs.void
        with as_system():
            account = Account.objects.get(pk=promised.target_id)
        self.cut(lambda: act(by=SYSTEM, at=at, transfer_id=promised.id), how, account)
        try:
            act(by=SYSTEM, at=at, transfer_id=promised.id)
        except Refused as refused:
            assert refused.code == "settled"
        with as_system():
            assert Transfer.objects.get(pk=promised.pk).state == ("posted" if keep else "voided")
        self.pending.remove(promised)
        if keep:
            self.moved(promised)
            self.posted.append(promised)

    @rule(hours=st.sampled_from([1, 30, 800]), how=st.sampled_from(["commit", 1, 3, 5, 9]))
    def expire_and_be_cut_off(self, hours: int, how: int | str) -> None:
        at = self.at + timedelta(hours=hours)
        writer = Writer(lambda: verbs.tick_due(at=at), how)  # type: ignore[arg-type, return-value]
        writer.start()
        writer.join(60)
        self.it_is(at)

    @rule(
        ledger=st.sampled_from(LEDGERS),
        gives=st.lists(st.tuples(SEVERAL, SEVERAL, st.integers(1, 120)), min_size=2, max_size=7),
        cut=st.booleans(),
    )
    def write_all_at_once(self, ledger: str, gives: list[tuple[int, int, int]], cut: bool) -> None:
        """Several over the same few accounts at the same moment; one of them, who may carry out what others ask, is cut off."""
        accounts, at = self.held[ledger], self.at
        wanted = [(accounts[a], accounts[b], amount, self.key()) for a, b, amount in gives if a != b]
        if not wanted:
            return

        def giving(source: Account, target: Account, amount: int, key: str) -> Work:
            return lambda: verbs.transfer(
                by=SYSTEM, at=at, key=key, source_id=source.id, target_id=target.id, amount=amount
            )

        works = [giving(*one) for one in wanted]
        writers = [Writer(work) for work in works]
        with held(wanted[0][0]):
            for writer in writers:
                writer.start()
            pid = waits(writers)
            if pid and cut:
                cut_off(pid)
        for writer in writers:
            writer.join(60)
            assert isinstance(writer.came, (Transfer, Refused) if not cut else (Transfer, Refused, Error)), (
                writer.came
            )
        for writer, work, (_source, _target, _amount, key) in zip(writers, works, wanted, strict=True):
            if isinstance(writer.came, Refused):
                with as_system():
                    assert not Transfer.objects.filter(key=key).exists()
                continue
            done = self.asked_again(work, key)
            assert not isinstance(writer.came, Transfer) or (done is not None and done.id == writer.came.id)
            if done is not None:
                self.moved(done)
                self.posted.append(done)


@pytest.mark.slow
def test_books_balance_and_asking_again_is_safe_whatever_is_cut_off(cast: Cast) -> None:
    class Later(Crashing):
        """Each run begins when the last one ended, with people of its own: what was committed stays."""

        def teardown(self) -> None:
            Crashing.begins = self.at + timedelta(days=1)

    run_state_machine_as_test(
        Later,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not list(verify())
