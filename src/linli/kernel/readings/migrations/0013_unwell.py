from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("unwell.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Which devices were found unwell, and when they were looked at."""

    dependencies = [("readings", "0012_spoken")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
