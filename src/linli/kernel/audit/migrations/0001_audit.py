from pathlib import Path

from django.db import migrations


def create(apps, schema_editor):
    # Executed as one script: the statement splitter of RunSQL does not read function bodies.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "audit.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The audit tables in SQL: partitions, triggers and policies are what they are about."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
