from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("doubles.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The second lock on pairs that may be one person, and on what was merged."""

    dependencies = [("people", "0009_doubles")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
