"""Scripts of this room, executed whole: the statement splitter of RunSQL does not read function bodies."""

from pathlib import Path

from django.db import migrations


def script(name: str) -> migrations.RunPython:
    def run(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute((Path(__file__).parent / "migrations" / name).read_text(encoding="utf-8"))

    return migrations.RunPython(run, migrations.RunPython.noop)
