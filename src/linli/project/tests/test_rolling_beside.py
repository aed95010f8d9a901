"""What an evaluator does beside: whatever goes wrong with one of it, the others go on, and it is tried again."""

from __future__ import annotations

import threading

import pytest

from linli.project import evaluator


def test_one_that_fails_stops_no_other_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    told: list[str] = []

    def does(name: str, fails: int) -> object:
        def work(*_at: object, **_given: object) -> None:
            told.append(name)
            if told.count(name) <= fails:
                raise LookupError(name)
            if told.count("rolls") >= 6:
                stop.set()

        return work

    monkeypatch.setattr(evaluator, "EVERY", 0.001)
    monkeypatch.setattr(evaluator, "AGAIN", 0.0)
    monkeypatch.setattr(evaluator.connection, "close", lambda: None)
    monkeypatch.setattr(evaluator.rolling, "roll", does("rolls", fails=2))
    monkeypatch.setattr(evaluator, "tidy", does("tidies", fails=3))
    monkeypatch.setattr(evaluator, "learn_daily", does("learns", fails=0))
    evaluator._roll(stop)
    assert told.count("rolls") == 6
    assert told.count("tidies") == 4, "until it went well, and then no more that day"
    assert told.count("learns") == 1
