"""Who writes at the same moment writes together; each has an answer of their own, and one who fails takes nobody along."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils.translation import override

from linli.kernel.access import SYSTEM, Conflict, Invalid, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Transfer
from linli.kernel.points.queries.proving import faults
from linli.kernel.points.verbs import together

from .ground import NOON, balance, funded, neighbour

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 6


@pytest.fixture
def cast(transactional_db: None, ground: None) -> Cast:
    return make_cast()


@pytest.fixture
def purses(cast: Cast) -> list[Account]:
    return [funded(cast, neighbour(f"居民{n}"), 100) for n in range(WRITERS)]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many orders each statement carried out. The first waits until all others have come; how many came with it, or were
    refused before, is as the threads happen to run."""
    sizes: list[int] = []
    plain = together.at_once
    first = threading.Event()

    def counted(asked: Any) -> Any:
        if not first.is_set():
            first.set()
            queue = together._queue()
            for _ in range(2_000):
                if len(asked) + len(queue.waiting) >= WRITERS - 1:
                    break
                threading.Event().wait(0.005)
        sizes.append(len(asked))
        return plain(asked)

    monkeypatch.setattr(together, "at_once", counted)
    yield sizes


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to, or what it raised."""
    came: list[Any] = [None] * len(acts)

    def run(n: int) -> None:
        try:
            came[n] = acts[n]()
        except Exception as error:
            came[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def giving(source: Account, target: Account, amount: Any, key: str, language: str = "zh-hans") -> Callable[[], Any]:
    def act() -> Transfer:
        with override(language):
            return verbs.transfer(
                by=SYSTEM, at=NOON, key=key, source_id=source.id, target_id=target.id, amount=amount
            )

    return act


def test_who_comes_while_another_writes_is_written_with_the_others(
    cast: Cast, purses: list[Account], batches: list[int]
) -> None:
    hot, *others = purses
    with as_system():  # other tests that commit leave their records: they cannot be taken away again
        before = Record.objects.filter(verb="points.transfer").count()
    came = all_at_once(
        *[giving(one, hot, 10 + n, f"k{n}") for n, one in enumerate(others)], giving(hot, others[0], 5, "b")
    )
    assert [type(one) for one in came] == [Transfer] * WRITERS
    assert sum(batches) == WRITERS and len(batches) < WRITERS
    assert balance(hot) == 100 + 10 + 11 + 12 + 13 + 14 - 5
    with as_system():
        assert Record.objects.filter(verb="points.transfer").count() == before + WRITERS
    assert not list(faults()) and not list(verify())


def test_each_is_judged_after_those_before_it_and_hears_of_their_own(
    cast: Cast, purses: list[Account], batches: list[int]
) -> None:
    """Only 220 can be given by who has 100 and may owe 120; the same key twice is one transfer; each in their own language."""
    first, hot, *others = purses
    came = all_at_once(
        giving(first, others[0], 1, "first"),
        giving(hot, others[0], 200, "a"),
        giving(hot, others[1], 200, "b", "en"),
        giving(others[2], others[3], 7, "same"),
        giving(others[2], others[3], 7, "same"),
        giving(others[2], others[3], 0, "c", "en"),
    )
    assert sum(batches) == WRITERS - 1  # who asks for nought is refused before anything is written
    assert len(batches) < WRITERS - 1
    refused = next(one for one in came[1:3] if isinstance(one, Conflict))
    assert refused.code == "lowest" and ("20" in str(refused))
    assert came[3].id == came[4].id and isinstance(came[5], Invalid)
    assert not any("\u4e00" <= c <= "\u9fff" for c in str(came[5])), "in the language of who asked"
    assert balance(hot) == -100 and balance(others[3]) == 107 and not list(faults())


def test_one_whose_statement_fails_takes_nobody_along(
    cast: Cast, purses: list[Account], batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hot, *others = purses
    counted = together.at_once

    def broken(asked: Any) -> Any:
        if any(one.order.key == "bad" for one in asked):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return counted(asked)

    monkeypatch.setattr(together, "at_once", broken)
    came = all_at_once(
        *[giving(one, hot, 10, f"k{n}") for n, one in enumerate(others)], giving(hot, others[0], 5, "bad")
    )
    assert [type(one) for one in came[:-1]] == [Transfer] * (WRITERS - 1) and isinstance(came[-1], DatabaseError)
    assert balance(hot) == 100 + 10 * (WRITERS - 1) and not list(faults())


def test_what_somebody_else_got_wrong_is_theirs_alone(
    cast: Cast, purses: list[Account], batches: list[int]
) -> None:
    hot, *others = purses
    came = all_at_once(
        *[giving(one, hot, 10, f"k{n}") for n, one in enumerate(others)], giving(hot, others[0], "five", "bad")
    )
    assert [type(one) for one in came[:-1]] == [Transfer] * (WRITERS - 1) and isinstance(came[-1], Invalid)
