from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "tables.sql").read_text(encoding="utf-8"))
        cursor.execute((folder / "sight.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The tables that are made in SQL, and the second lock."""

    dependencies = [("readings", "0002_initial"), ("things", "0002_sight")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
