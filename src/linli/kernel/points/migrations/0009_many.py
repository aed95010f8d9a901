from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("many.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Orders of several writers are written by one statement, each with its own answer and its own record."""

    dependencies = [("points", "0008_one_person")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
