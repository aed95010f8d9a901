"""A process is killed (SIGKILL) before any of its statements, and before its commit: what it did is whole, or never was.

The child is a fork with a connection of its own; nothing in it has a chance to tidy up.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any, Never

import pytest
from django.db import connection, connections

from linli.kernel.access import Conflict, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.people.models import Tally
from linli.kernel.readings.models import DeadLetter, Intake, Reading, RuleNumber
from linli.kernel.readings.verbs import letters
from linli.kernel.readings.verbs.numbers import tune
from linli.kernel.things import verbs
from linli.kernel.things.models import Claim, Erasure, Signature, Thing
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import AT, GRID, HOOD, Cast, make_cast
from linli.kernel.things.tests.homes import Home, make_home

from .test_withdrawn import button

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(minutes=5)
Work = Callable[[], object]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    ensure_slots()
    return make_cast()


def _die() -> Never:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def killed(work: Work, after: int) -> bool:
    """Do it in a process that is killed after so many statements; a commit counts as one. Whether it was."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            left = after

            def count(execute: Any, *given: Any) -> Any:
                nonlocal left
                if left <= 0:
                    _die()
                left -= 1
                return execute(*given)

            commit = connection._commit  # type: ignore[attr-defined]
            connection._commit = lambda: count(lambda: commit())  # type: ignore[attr-defined]
            with connection.execute_wrapper(count):
                work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed by itself"
    return os.WIFSIGNALED(status)


def whole_or_not_at_all(work: Work, state: Callable[[], object], done: object) -> None:
    """`state` before it, until it is what `done` says, and nothing between them."""
    before = state()
    assert before != done
    at = 0
    while killed(work, at):
        with as_system():
            Tally.objects.all().delete()  # each time counts as a try with a code
        assert state() in (before, done), f"half of it, after {at} statements"
        if state() == done:
            return  # killed after its last commit
        at += 1
        assert at < 300
    assert at > 3 and state() == done


def test_taking_back_an_agreement(cast: Cast) -> None:
    records = recorded("things.withdraw")
    home: Home = make_home(cast)
    thing, _secret = button(home)
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT readings_ensure(%s::date)", [AT.date()])
        Reading.objects.create(thing=thing.no, at=AT, received_at=AT, flags=1, values=[1.0, 50.0, None])
        _letter(thing, b"broken")
        signature = Signature.objects.get(agreement__thing=thing)

    def state() -> object:
        with as_system():
            return (
                Thing.objects.get(pk=thing.pk).state,
                Signature.objects.filter(withdrawn_at=None).count(),
                Reading.objects.filter(thing=thing.no).count(),
                DeadLetter.objects.count(),
                Erasure.objects.count(),
                records(),
            )

    whole_or_not_at_all(
        lambda: verbs.withdraw(by=home.granny, at=LATER, signature_id=signature.id),
        state,
        ("asking", 0, 0, 0, 1, 2),  # one record for the device, one for her
    )


def test_reading_dead_letters_again(cast: Cast) -> None:
    records = recorded("letters.replay_all")
    thing = cast.register().thing
    with as_system():
        for n in range(3):
            _letter(thing, b'{"smoke": 0.%d}' % (n + 1), seconds=n)

    def state() -> object:
        with as_system():
            return (
                DeadLetter.objects.filter(settled_at=None).count(),
                Intake.objects.count(),
                records(),
            )

    whole_or_not_at_all(lambda: letters.replay_all(by=cast.keeper, at=LATER, why="unreadable"), state, (0, 1, 1))


def test_claiming_a_device(cast: Cast) -> None:
    records = recorded("things.claim")
    made = cast.register(waits=True)

    def state() -> object:
        with as_system():
            return (
                Thing.objects.get(pk=made.thing.pk).state,
                Claim.objects.filter(used_at=None).count(),
                records(),
            )

    whole_or_not_at_all(
        lambda: verbs.claim(by=cast.grid, at=LATER, code=made.code, place_code=GRID), state, ("working", 0, 1)
    )


def test_changing_a_rules_numbers(cast: Cast) -> None:
    records = recorded("readings.tune")

    def state() -> object:
        with as_system():
            return sorted(RuleNumber.objects.values_list("name", "value")), records()

    whole_or_not_at_all(
        lambda: tune(
            by=cast.duty, at=LATER, rule="smoke", numbers={"calms": 600, "clear-after": 90}, place_code=HOOD[:9]
        ),
        state,
        ([("calms", 600.0), ("clear-after", 90.0)], 1),
    )


def test_two_claim_the_same_device_at_once(cast: Cast) -> None:
    records = recorded("things.claim")
    made = cast.register(waits=True)
    told: list[object] = []
    together = Barrier(4)

    def claim() -> None:
        try:
            together.wait(10)
            told.append(verbs.claim(by=cast.grid, at=LATER, code=made.code, place_code=GRID).state)
        except Refused as refused:
            told.append(type(refused))
        finally:
            connection.close()

    threads = [Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(map(str, told)) == sorted(map(str, ["working", *[Conflict] * 3]))
    assert records() == 1


def recorded(verb: str) -> Callable[[], int]:
    """How many records of it have come since now: none is ever taken away, by a test either."""

    def count() -> int:
        with as_system():
            return Record.objects.filter(verb=verb).count()

    before = count()
    return lambda: count() - before


def _letter(thing: Thing, payload: bytes, seconds: float = 0) -> None:
    at = AT + timedelta(seconds=seconds)
    DeadLetter.objects.create(
        at=at, key=thing.key, thing=thing, place_code=thing.place_code, via="mqtt", topic="d/x/up", codec="plain",
        why="unreadable", says="broken", payload=payload, size=len(payload),
    )  # fmt: skip
