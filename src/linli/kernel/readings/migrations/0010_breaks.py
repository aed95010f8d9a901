from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("breaks.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """When nobody listened is kept: a trial of the past must not take it for silence."""

    dependencies = [("readings", "0009_rolled")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
