"""Counting tries: exact even when they come at the same moment, and fair to who shares an address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from linli.kernel.access import TooMany
from linli.kernel.people import guard
from linli.kernel.sealed import fingerprint

from .conftest import AT

LIMIT = guard.Limit("test", 5, timedelta(minutes=15), timedelta(minutes=15))


def test_of_many_tries_at_one_moment_exactly_five_are_taken(db):
    """Over real connections that commit: the transaction of a test would hide the race."""
    given = {
        "what": "test-race",
        "subject": fingerprint("somebody"),
        "address": "",
        "account": None,
        "at": AT,
        "start": AT - LIMIT.within,
        "tries": LIMIT.tries,
        "lock": AT + LIMIT.locks,
    }
    params = connection.get_connection_params()
    place = {key: params[key] for key in ("dbname", "user", "password", "host", "port") if params.get(key)}

    def guess(_number: int) -> bool:
        with psycopg.connect(**place, autocommit=True) as mine:
            return mine.execute(guard._COUNT, given).fetchone() is not None

    try:
        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(guess, range(24))) == 5
    finally:
        with psycopg.connect(**place, autocommit=True) as mine:
            mine.execute("DELETE FROM people_tally WHERE what = 'test-race'")


def test_tries_spread_thin_never_lock(db):
    for number in range(20):
        assert guard.spend(LIMIT, "somebody", AT + timedelta(minutes=4 * number))


def test_a_lock_ends_and_the_count_begins_anew(db):
    for _try in range(5):
        guard.spend(LIMIT, "somebody", AT)
    with pytest.raises(TooMany):
        guard.spend(LIMIT, "somebody", AT + timedelta(minutes=14, seconds=59))
    assert guard.spend(LIMIT, "somebody", AT + timedelta(minutes=15)) == 4


def test_subjects_and_addresses_are_counted_apart(db):
    for _try in range(5):
        guard.spend(LIMIT, "one", AT, address="192.0.2.1")
    assert guard.spend(LIMIT, "one", AT, address="192.0.2.2") == 4
    assert guard.spend(LIMIT, "two", AT, address="192.0.2.1") == 4


def test_who_is_right_locks_nobody_out_of_a_shared_address(db):
    for _try in range(50):
        guard.spend(LIMIT, "an office", AT)
        guard.give_back(LIMIT, "an office")
    assert guard.spend(LIMIT, "an office", AT) == 4


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_caller_is_one_network(address, network):
    assert guard.network(address) == network
