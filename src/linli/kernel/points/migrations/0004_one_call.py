from pathlib import Path

from django.db import migrations


def run(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("one_call.sql").read_text(encoding="utf-8"))


class Migration(migrations.Migration):
    """A transfer alone is one statement, record and all."""

    dependencies = [("points", "0003_lots_and_keys")]
    operations = [migrations.RunPython(run, migrations.RunPython.noop)]
