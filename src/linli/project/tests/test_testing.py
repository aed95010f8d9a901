"""The tests' own database stands where the application's would: same version, same powers, no more."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_as_a_role_that_row_level_security_binds() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, rolcreatedb, current_setting('server_version_num')::int / 10000"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, True, 18)


@pytest.mark.django_db
def test_every_migration_is_in_the_cloned_database() -> None:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
