"""An operator is told whose transaction holds followers and live streams back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from structlog.testing import capture_logs

from linli.kernel.audit.tests.horizon import until_oldest
from linli.project.condition import database
from linli.project.worker import name_holder

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = timedelta(0)


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A session that wrote something and was left open."""
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")
    given = connection.settings_dict
    session = psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"] or None,
        dbname=given["NAME"],
        application_name="a forgotten psql",
    )
    session.execute("SELECT pg_current_xact_id()")
    yield session
    session.close()


def test_the_check_names_the_session_and_says_how_to_end_it(forgotten: psycopg.Connection) -> None:
    until_oldest(forgotten)
    (found,) = database.held_back(AT_ONCE)
    pid = forgotten.info.backend_pid
    assert found.level == "warning"
    for said in (
        f"会话 {pid}",
        "a forgotten psql",
        "idle in transaction",
        "语句始于",
        f"pg_terminate_backend({pid})",
    ):
        assert said in found.sentence
    (patient,) = database.held_back(timedelta(hours=1))
    assert patient.level == "good"


def test_the_workers_log_names_it_too(forgotten: psycopg.Connection) -> None:
    until_oldest(forgotten)
    with capture_logs() as lines:
        name_holder(AT_ONCE)
    assert lines[0]["log_level"] == "warning" and lines[0]["application"] == "a forgotten psql"
    assert lines[0]["since"] and lines[0]["query_began"]
    forgotten.rollback()
    with capture_logs() as lines:
        name_holder(timedelta(hours=1))
    assert lines == []
