"""A job of the worker that fails stops neither the others nor the clock of matters."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from linli.project import worker


def test_one_that_fails_stops_no_other_and_a_day_is_kept_when_all_of_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    told: list[str] = []

    def fails() -> None:
        told.append("fails")
        if told.count("fails") < 3:
            raise LookupError("what nobody thought of")

    def once() -> int:
        told.append("ticks")
        if told.count("ticks") >= 6:
            stop.set()
        return 1

    for name, value in (("LOOK_EVERY", 0.0), ("once", once), ("close_old_connections", lambda: None)):
        monkeypatch.setattr(worker, name, value)
    monkeypatch.setattr(worker.beside, "start", lambda stop: None)
    monkeypatch.setattr(worker, "DAILY", {"one": fails, "two": lambda: told.append("daily")})
    monkeypatch.setattr(worker, "OFTEN", {"three": fails, "four": lambda: told.append("often")})
    worker.run(stop)
    assert told.count("ticks") == 6
    assert told.count("often") == 6
    assert told.count("daily") == 2, "again, until all of it went well"


def test_a_database_that_is_away_is_waited_for() -> None:
    def away() -> None:
        raise OperationalError

    with pytest.raises(OperationalError):
        worker._each({"one": away})
