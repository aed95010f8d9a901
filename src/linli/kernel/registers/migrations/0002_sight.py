from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "sight.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Facts stay as they were written, and the second lock on all that is known."""

    dependencies = [("registers", "0001_initial")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
