from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    folder = Path(__file__).parent
    with schema_editor.connection.cursor() as cursor:
        cursor.execute((folder / "usual.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """The usual course of things, by hour of the week."""

    dependencies = [("readings", "0005_things_follow")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
