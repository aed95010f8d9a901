from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("spoken.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """How often each thing spoke on the last day it did, kept beside the days."""

    dependencies = [("readings", "0011_carried")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
