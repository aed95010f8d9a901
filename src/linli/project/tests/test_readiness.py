"""A web process is ready to suggest before anybody asks it, and serves all the same when it cannot be."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import OperationalError

from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now
from linli.kernel.triage import features, suggesting, verbs
from linli.project import readiness

# As granian imports it: nothing begins before the first answer, then one thread waits, and nothing is loaded yet.
STARTED = """
import sys, threading
import linli.project.wsgi
from django.core.signals import request_finished
def waiting():
    return [t for t in threading.enumerate() if t.name == "ready-to-suggest" and t.daemon]
before = waiting()
for _answer in range(3):
    request_finished.send(None)
print(len(before), len(waiting()), waiting()[0].interval >= 5, sorted(m for m in sys.modules if m in ("scipy", "sklearn", "linli.kernel.triage.suggesting")))
"""


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a start: no model and no encoder in memory."""
    monkeypatch.setattr(suggesting, "_begun", {})
    features.encoder.cache_clear()


def test_the_web_process_begins_it_after_its_first_answer_and_loads_nothing_while_it_starts() -> None:
    printed = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "0 1 True []"


@pytest.mark.django_db(transaction=True)
def test_model_and_encoder_are_loaded(cold: None) -> None:
    assert readiness.get_ready()
    assert suggesting._begun and features.encoder.cache_info().currsize == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_loaded_where_memory_is_short_or_suggestions_are_off(
    cold: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(readiness, "ROOM", 1 << 60)
        assert not readiness.get_ready()
    verbs.switch(by=SYSTEM, at=now(), on=False)
    assert not readiness.get_ready()
    assert not suggesting._begun and features.encoder.cache_info().currsize == 0


def test_a_database_that_is_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(readiness.connection, "ensure_connection", away)
    assert readiness.get_ready() is False
