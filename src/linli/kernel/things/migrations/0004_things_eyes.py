from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "eyes.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The second lock on what hangs on a thing, and the eyes of whoever keeps the register."""

    dependencies = [("things", "0003_things_stamps")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
