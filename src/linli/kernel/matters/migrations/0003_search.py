from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    # Executed as one script: the statement splitter of RunSQL does not read function bodies.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "search.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Words are found by pairs of characters; queues of a person and of a helping unit have their index."""

    dependencies = [("matters", "0002_row_level_security")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
