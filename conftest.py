"""Every worker gets its own database, cloned from one that was migrated once.

The clone takes a tenth of a second where the migrations take many. The template is named by a hash of the
migrations, so a changed migration makes a new one.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from linli.project.testing import alone, migrations_hash

PREFIX = "linli_template_"

# How long an example takes says how busy the machine is, and nothing about the rule that is tested.
settings.register_profile("linli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("linli")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: last, one worker would be at them while the others have nothing left to do.

    Those that commit stay behind all others, where pytest-django puts them: records cannot be taken away again.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None or _commits(item))


def _commits(item: pytest.Item) -> bool:
    """By its mark, or by a fixture that it asks for itself or through another."""
    if "transactional_db" in getattr(item, "fixturenames", ()):
        return True
    mark = item.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: object
) -> None:
    """Let the test databases be cloned from the template; with a database that was given, migrate as usual."""
    from django.db import connection

    from linli.project.engines import external_url

    if external_url():
        return
    with alone(Path(os.environ["LINLI_DATA"]) / "template.lock"), django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = _template()


def _template() -> str:
    from django.db import connection

    wanted = PREFIX + migrations_hash()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
        found = {name for (name,) in cursor.fetchall()}
        if wanted in found:
            return wanted
        for name in found:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")
        draft = f"{PREFIX}draft"
        cursor.execute(f"CREATE DATABASE {draft}")
        _migrate(draft)
        cursor.execute(f"ALTER DATABASE {draft} RENAME TO {wanted}")
    return wanted


def _migrate(database: str) -> None:
    from django.db import connection

    from linli.project.migrating import migrate

    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        migrate()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
