"""An embedded PostgreSQL of the bench's own, one database for each size, and Django on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg


class Ground:
    """The server and its databases. `use(rows)` points Django's connection at the database of that size."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    @staticmethod
    def name(rows: int | str) -> str:
        return f"linli_{rows}"

    def url(self, rows: int | str) -> str:
        return f"postgresql://linli@/{self.name(rows)}?host={self.engine.socket}&port=5432"

    def connect(self, rows: int | str) -> psycopg.Connection[Any]:
        """A bare connection as the application's role, bound by row level security like any other."""
        return psycopg.connect(self.url(rows), autocommit=True)

    def create(self, rows: int | str) -> bool:
        """Make the database unless it is there; True when it is new."""
        with psycopg.connect(self.engine.superuser_dsn, autocommit=True) as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name(rows)]).fetchone():
                return False
            admin.execute(f'CREATE DATABASE "{self.name(rows)}" OWNER linli')
        return True

    def drop(self, rows: int | str) -> None:
        from django.db import connection

        connection.close()
        with psycopg.connect(self.engine.superuser_dsn, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{self.name(rows)}" WITH (FORCE)')

    def use(self, rows: int | str) -> None:
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.name(rows)


@contextmanager
def ground(data: Path) -> Iterator[Ground]:
    """Real fsync, the settings an installation has. Everything it writes is in `data`."""
    os.environ["LINLI_DATA"] = str(data)
    os.environ.pop("LINLI_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    from linli.project.engines import Engine

    engine = Engine.ensure(data, say=lambda words: print(words, flush=True))
    try:
        import django

        django.setup()
        yield Ground(engine)
    finally:
        from django.db import connection

        connection.close()
        engine.leave()
