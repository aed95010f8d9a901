"""Who holds the followers back is named: the session, since when, and what it last asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from linli.kernel.audit.order import holder

from .horizon import until_oldest


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """A second session in the same database, as a forgotten psql would be."""
    given = connection.settings_dict
    session = psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"] or None,
        dbname=given["NAME"],
        application_name="a forgotten psql",
    )
    yield session
    session.close()


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_that_holds_back_is_named(other: psycopg.Connection):
    other.execute("SELECT pg_current_xact_id()")
    until_oldest(other)
    found = holder(timedelta(0))
    assert found is not None and found.pid == other.info.backend_pid
    assert (found.application, found.state) == ("a forgotten psql", "idle in transaction")
    assert found.since <= datetime.now(UTC) and found.query_began is not None
    longer = holder(timedelta(hours=1))
    assert longer is None or longer.pid != other.info.backend_pid, "not yet for so long"
    other.rollback()
    later = holder(timedelta(0))
    assert later is None or later.pid != other.info.backend_pid


@pytest.mark.django_db(transaction=True)
def test_a_session_that_only_reads_holds_nobody_back(other: psycopg.Connection):
    other.execute("SELECT 1")
    found = holder(timedelta(0))
    assert found is None or found.pid != other.info.backend_pid
