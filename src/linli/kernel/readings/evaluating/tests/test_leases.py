"""Shards are shared out among those that live, and taken over from who dies at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connections

from linli.kernel.readings.evaluating.leases import Leases
from linli.kernel.things.shards import SHARDS

ALL = set(range(SHARDS))


class Session:
    """Another evaluator's session of the database."""

    def __init__(self) -> None:
        self.other = connections.create_connection("default")
        self.leases = Leases()

    def settle(self) -> None:
        self._as_default(self.leases.settle)

    def _as_default(self, call: Callable[[], object]) -> None:
        own = connections["default"]
        connections["default"] = self.other
        try:
            call()
        finally:
            connections["default"] = own

    def die(self) -> None:
        self.other.close()


@pytest.mark.django_db(transaction=True)
def test_alone_it_holds_all() -> None:
    leases = Leases()
    assert leases.settle() == (ALL, set())
    assert leases.settle() == (set(), set())
    leases.leave()


@pytest.mark.django_db(transaction=True)
def test_another_gets_its_half_and_loses_it_when_it_dies() -> None:
    leases, other = Leases(), Session()
    leases.settle()
    other.settle()
    assert other.leases.held == set()
    _taken, gone = leases.settle()
    assert len(gone) == SHARDS // 2
    other.settle()
    assert other.leases.held == gone
    assert leases.settle() == (set(), set())
    other.die()
    until = time.monotonic() + 10
    while leases.held != ALL and time.monotonic() < until:  # PostgreSQL notices in a moment
        leases.settle()
    assert leases.held == ALL
    leases.leave()
