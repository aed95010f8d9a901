from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("words.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Things are found by the words in their name, spot and key without reading all of them."""

    dependencies = [("things", "0011_intervals")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
