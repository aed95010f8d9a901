from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("sight.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """Only the person sees a message, and what was told is not changed."""

    dependencies = [("told", "0001_initial")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
