from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the tables made in SQL, which Django does not know to empty."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE readings_intake, readings_sender")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE readings_intake, readings_sender")
