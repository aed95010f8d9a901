"""For migrations: run a script as a whole, because RunSQL's splitter does not read function bodies."""

from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def script(name: str) -> migrations.RunPython:
    """An operation that runs `migrations/<name>`."""

    def run(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute((Path(__file__).parent / "migrations" / name).read_text(encoding="utf-8"))

    return migrations.RunPython(run, migrations.RunPython.noop)
