from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("carried.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """What was carried to another place or part of the stream is not written over by who has not read it yet."""

    dependencies = [("readings", "0010_breaks")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
